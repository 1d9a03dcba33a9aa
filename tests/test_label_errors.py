"""Labels that are probably wrong: planted ones are found, and nothing else is said."""

from dataclasses import replace

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.label_errors import label_errors
from mmdemo.storage.shipped import shipped_models


@pytest.fixture(scope="module")
def stamps() -> HeldOut:
    return load(shipped_models() / "everyday").held_out


def planted(tested: HeldOut, seed: int, n: int = 200, wrong: int = 5) -> tuple[HeldOut, set[str]]:
    """Some of the held-out pairs with a few labels flipped, and the ids of these."""
    chance = np.random.default_rng(seed)
    rows = np.isin(np.arange(len(tested.ids)), chance.choice(len(tested.ids), n, replace=False))
    some = tested.where(rows)
    flipped = chance.choice(n, wrong, replace=False)
    labels = some.labels.copy()
    labels[flipped] = [chance.choice([one for one in some.classes if one != labels[row]]) for row in flipped]
    return replace(some, labels=labels), set(some.ids[flipped].tolist())


def test_of_five_planted_errors_among_200_most_are_in_the_first_ten(stamps: HeldOut) -> None:
    found = []
    for seed in range(12):
        tested, wrong = planted(stamps, seed)
        found.append(len(wrong & {suspect.row for suspect in label_errors(tested)[:10]}))
    assert np.mean(found) >= 3.8
    assert sum(count >= 3 for count in found) >= 11


def test_the_first_is_the_least_probable_and_the_suggestion_is_the_answer(stamps: HeldOut) -> None:
    tested, _ = planted(stamps, 0)
    for head in tested.heads:
        found = label_errors(tested, head)
        assert [suspect.score for suspect in found] == sorted((suspect.score for suspect in found), reverse=True)
        answers = dict(zip(tested.ids.tolist(), tested.guesses(head).tolist(), strict=True))
        labels = dict(zip(tested.ids.tolist(), tested.labels.tolist(), strict=True))
        assert all((one.suggested, one.given) == (answers[one.row], labels[one.row]) for one in found)
        assert all(one.suggested != one.given for one in found)


@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_that_cleanlab_finds(seed: int, stamps: HeldOut) -> None:
    from cleanlab.filter import find_label_issues

    tested, _ = planted(stamps, seed)
    for head in tested.heads:
        shares = tested.probabilities[head] + 1e-12
        theirs = find_label_issues(
            np.searchsorted(tested.classes, tested.labels),
            shares / shares.sum(axis=1, keepdims=True),
            filter_by="low_self_confidence",
            return_indices_ranked_by="self_confidence",
            n_jobs=1,
        )
        guesses = tested.guesses(head)
        expected = [str(tested.ids[row]) for row in theirs if guesses[row] != tested.labels[row]]
        assert [suspect.row for suspect in label_errors(tested, head)] == expected


@pytest.mark.parametrize("n", [0, 1, 2, 5, 9])
@pytest.mark.parametrize("classes", [2, 3, 8])
def test_few_pairs_and_classes_without_any(n: int, classes: int, capfd: pytest.CaptureFixture[str]) -> None:
    chance, names = np.random.default_rng(n), np.array([*"abcdefgh"][:classes])
    for _ in range(5):
        shares = {"text": chance.dirichlet(np.full(classes, 0.3), n)}
        labels = chance.choice(names, n).astype(str)
        tested = HeldOut(np.arange(n).astype(str), labels, tuple(names.tolist()), shares)
        assert len(label_errors(tested, "text")) <= n
    assert capfd.readouterr() == ("", "")


def test_labels_that_are_all_right_are_left_alone() -> None:
    labels, shares = np.array([*"abc"])[np.arange(60) % 3], np.eye(3)[np.arange(60) % 3] * 0.9 + 1 / 30
    tested = HeldOut(np.arange(60).astype(str), labels, ("a", "b", "c"), {"text": shares})
    assert label_errors(tested, "text") == ()
    missing = replace(tested, probabilities={"text": np.where(np.arange(60)[:, None] < 5, np.nan, shares)})
    assert label_errors(missing, "text") == ()


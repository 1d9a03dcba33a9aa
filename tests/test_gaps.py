"""Pairs that lack a modality, from a few of them to nearly all: what is trained, chosen and refused."""

import warnings
from collections.abc import Callable, Iterator
from itertools import count

import numpy as np
import pandas as pd
import pytest

from mmdemo.datasets.base import Dataset
from mmdemo.errors import DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.studies.learning_curve import learning_curve
from mmdemo.training.plan import plan_of
from mmdemo.training.selection import best_temperature, nats
from mmdemo.training.split import prepare
from mmdemo.training.train import TrainedModel, train
from tests import smell

WORDS = {"a": ("apple", "apricot"), "b": ("bean", "berry"), "c": ("carrot", "cherry")}
Holds = Callable[[str, int], bool]


@pytest.fixture(autouse=True)
def smelling() -> Iterator[None]:
    with smell.registered(), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def data(caption: Holds, each: int = 20, scent: Holds = lambda label, i: True) -> Dataset:
    """Pairs of three classes, of which some hold a caption (or a smell): the rest have an empty one."""
    rng, rows = np.random.default_rng(0), []
    for i in range(each):
        for k, label in enumerate("abc"):
            shown = label if rng.random() < 0.8 else rng.choice(list(WORDS))
            strengths = rng.random(4) * 0.6 + 0.4 * np.eye(4)[k]
            smelt = " ".join(f"{one:.3f}" for one in strengths) if scent(label, i) else ""
            text = f"{rng.choice(WORDS[shown])} {label}{i}" if caption(label, i) else ""
            rows.append({"text": text, "smell": smelt, "label": label})
    return Dataset(pd.DataFrame(rows, index=[f"row {i}" for i in range(len(rows))]), "gaps", "A test.", "CC0-1.0")


def config(folds: int | None = 5) -> ModelConfig:
    return ModelConfig(encoders={"text": "tfidf", "smell": "nose"}, folds=folds)


def trained(caption: Holds, folds: int = 5, scent: Holds = lambda label, i: True) -> TrainedModel:
    return train(data(caption, scent=scent), config(folds))


@pytest.mark.parametrize("folds", [1, 3, 5])
@pytest.mark.parametrize("held", [0, 1, 2])
def test_a_modality_that_hardly_any_pair_holds_is_refused_in_one_sentence(held: int, folds: int) -> None:
    numbers = count()
    with pytest.raises(DatasetError, match=f"Only {held} of the 60 pairs hold a caption .* train without them"):
        trained(lambda label, i: label == "c" and next(numbers) < held, folds)


@pytest.mark.parametrize("folds", [1, 3, 5])
@pytest.mark.parametrize(
    "caption",
    [
        lambda label, i: label != "a",
        lambda label, i: label == "a",
        lambda label, i: label != "a" or i < 3,
        lambda label, i: i % 2 == 0,
    ],
    ids=["a class without", "one class only", "three of a class", "every other"],
)
def test_captions_of_some_pairs_are_used(caption: Holds, folds: int) -> None:
    found = trained(caption, folds)
    assert len(found.held_out.ids) == (60 if folds > 1 else 12)
    assert found.evaluation.heads["fused"].accuracy > 0.6
    for head in found.model.heads.values():
        assert np.isfinite(head.temperature)


def test_a_pair_is_answered_by_the_model_for_exactly_what_it_holds() -> None:
    found = trained(lambda label, i: i % 2 == 0)
    for i, row in enumerate(found.held_out.ids):
        by = "fused" if int(row.removeprefix("row ")) // 3 % 2 == 0 else "smell"
        np.testing.assert_array_equal(*(found.held_out.probabilities[head][i] for head in ("fused", by)))
    columns = {name: found.dataset.frame[name].tolist() for name in ("text", "smell")}
    fused, smelt = (found.model.probabilities(columns)[head] for head in ("fused", "smell"))
    lacks = np.array([not text for text in columns["text"]])
    np.testing.assert_array_equal(fused[lacks], smelt[lacks])
    assert not np.allclose(fused[~lacks], smelt[~lacks])


def test_the_fused_model_is_chosen_by_more_than_a_handful_of_pairs() -> None:
    # Of three pairs that hold both, all right, no temperature can be told: those that lack something judge too.
    few = trained(lambda label, i: True, scent=lambda label, i: i < 1)
    assert few.model.heads["fused"].temperature > 0.1


def test_a_class_that_a_fit_never_saw_does_not_judge_it() -> None:
    # One pair of class a has a caption, so the model for captions cannot know the class where that pair is left out;
    # judged by it, all its other answers would be called uncertain.
    without = trained(lambda label, i: label != "a").model.heads["text"]
    one = trained(lambda label, i: label != "a" or i < 1).model.heads["text"]
    assert one.temperature == pytest.approx(without.temperature, rel=0.2)


def test_nothing_to_judge_by_changes_nothing() -> None:
    nothing = np.empty((0, 3)), np.empty(0, int)
    assert (best_temperature(*nothing), nats(*nothing)) == (1.0, 0.0)


def test_a_network_is_judged_on_a_fold_that_holds_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    small = data(lambda label, i: True, each=5)
    monkeypatch.setattr(ModelConfig, "trains_network", True)
    for seed in range(20):
        wanted = ModelConfig(encoders={"text": "tfidf"}, folds=1, seed=seed)
        try:
            plan = plan_of(prepare(small, wanted), wanted)
        except DatasetError as error:  # by chance, the split leaves a class hardly any pair
            assert "they are too few" in str(error)
            continue
        assert all((plan.part == part).any() for parts in plan.judges.values() for part in parts)


def test_a_learning_curve_begins_where_there_is_enough_of_everything() -> None:
    curve = learning_curve(data(lambda label, i: i in (1, 7, 13, 19), each=40), config(), lambda done: None)
    assert curve.sizes
    assert curve.sizes[-1] == 96

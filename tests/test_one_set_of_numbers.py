"""The shipped model's numbers are the same wherever they stand, and what counting its held-out answers anew gives."""

import json
from collections.abc import Mapping
from html import unescape
from math import comb

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.report import interval, signed_interval
from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.summary import summarise
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.model.heads import head_without
from mmdemo.report.card import model_card
from mmdemo.report.page import build_report
from tests.command_line import CommandLine
from tests.models import ROOT, Models

EVERYDAY = ROOT / "models" / "everyday"
ENDS = [0.025, 0.975]


@pytest.fixture(scope="module")
def arrays() -> Mapping[str, np.ndarray]:
    with np.load(EVERYDAY / "held_out.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def right(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Head → whether its answers are right, from the file alone."""
    classes = np.array(json.loads((EVERYDAY / "manifest.json").read_text("utf-8"))["classes"])
    heads = {name.split("/")[-1]: rows for name, rows in arrays.items() if rows.ndim == 2}
    return {head: classes[rows.argmax(axis=1)] == arrays["labels"] for head, rows in heads.items()}


@pytest.fixture(scope="module")
def found() -> Evaluation:
    return summarise(EVERYDAY).evaluation


def resampled(values: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    """The interval of a mean by plain drawing of groups with replacement."""
    names, place = np.unique(group, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    rng = np.random.default_rng(1)
    rows = rng.integers(0, len(names), size=(4_000, len(names)))
    low, high = np.quantile(sums[rows].sum(axis=1) / counts[rows].sum(axis=1), ENDS)
    return float(low), float(high)


def test_every_pair_is_held_out_once(arrays: Mapping[str, np.ndarray], found: Evaluation) -> None:
    assert len(set(arrays["ids"])) == len(arrays["ids"]) == found.n
    assert (found.groups, found.folds) == (len(set(arrays["group"])), len(set(arrays["fold"])))
    for group in np.unique(arrays["group"]):
        assert len(set(arrays["fold"][arrays["group"] == group])) == 1


def test_accuracies_and_what_is_added_are_those_of_the_file(
    arrays: Mapping[str, np.ndarray], right: dict[str, np.ndarray], found: Evaluation
) -> None:
    for head, one in found.heads.items():
        assert one.accuracy == pytest.approx(right[head].mean())
        assert one.ci95 == pytest.approx(resampled(right[head].astype(float), arrays["group"]), abs=0.006)
        recalls = [right[head][arrays["labels"] == label].mean() for label in np.unique(arrays["labels"])]
        assert one.balanced_accuracy == pytest.approx(np.mean(recalls))
    for modality, added in found.adds.items():
        change = right["fused"].astype(int) - right[str(head_without(modality, found.modalities))]
        assert added.accuracy == pytest.approx(change.mean())
        assert added.ci95 == pytest.approx(resampled(change, arrays["group"]), abs=0.006)
        nets = [change[arrays["group"] == group].sum() for group in np.unique(arrays["group"])]
        more, fewer = int(np.greater(nets, 0).sum()), int(np.less(nets, 0).sum())
        tail = sum(comb(more + fewer, i) for i in range(min(more, fewer) + 1)) / 2 ** (more + fewer)
        assert added.mcnemar_p == pytest.approx(min(1.0, 2 * tail))


def test_results_without_repeated_pairs_are_those_of_the_file(
    arrays: Mapping[str, np.ndarray], right: dict[str, np.ndarray], found: Evaluation
) -> None:
    rest = ~arrays["repeated"]
    assert (found.unrepeated is None) == rest.all()
    for head, one in (found.unrepeated.heads if found.unrepeated else {}).items():
        assert one.accuracy == pytest.approx(right[head][rest].mean())


def opened(page: str | None) -> str:
    """All that a page says in words."""
    app = AppTest.from_file("../app.py", default_timeout=60).run()
    app = app.switch_page(page).run() if page else app
    kinds = (app.markdown, app.caption, app.metric, app.warning)
    return " ".join(f"{element.value} {element.proto}" for kind in kinds for element in kind)


@pytest.mark.slow
@pytest.mark.parametrize("page", [None, "pages/evaluate.py", "pages/models.py"])
def test_pages_say_the_same_sentences(page: str | None, found: Evaluation) -> None:
    said = opened(page)
    assert all(sentence in said for sentence in found.sentences())
    if page is not None:
        assert found.basis in said and (found.warning() or "") in said


@pytest.mark.slow
def test_report_card_and_command_line_say_the_same(found: Evaluation, command_line: CommandLine) -> None:
    card, report = model_card(model_facts(EVERYDAY), "Everyday"), unescape(build_report(load(EVERYDAY)).html)
    printed = command_line.run("evaluate", "--model", EVERYDAY).out
    for sentence in found.sentences():
        assert sentence in card and sentence in report and sentence in printed
    told = json.loads(command_line.run("evaluate", "--model", EVERYDAY, "--json").out)
    assert {head: one["accuracy"] for head, one in told["heads"].items()} == {
        head: one.accuracy for head, one in found.heads.items()
    }
    for name, one in found.adds.items():
        expected = {"accuracy": one.accuracy, "ci95": list(one.ci95), "mcnemar_p": one.mcnemar_p}
        assert {key: told["adds"][name][key] for key in expected} == expected
    for head in found.heads.values():
        assert f"{head.accuracy:.3f}" in card and f"{head.accuracy:.3f}" in report


def test_the_readme_says_the_same(found: Evaluation) -> None:
    rows = [line.split(" | ") for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = next(row for row in rows if row[0].endswith(" (default)"))
    wanted = [interval(one.accuracy, one.ci95) for one in found.heads.values()]
    wanted += [signed_interval(one.accuracy, one.ci95) for one in found.adds.values()]
    assert [cell.strip(" |") for cell in cells[1:]] == wanted


def test_a_training_says_what_its_model_says(models: Models, command_line: CommandLine) -> None:
    data = ("--data", models.folder / "drawn", "--C", "3", "--text-encoder", "tfidf")
    told = json.loads(command_line.run("train", *data, "--out", "model", "--progress", "none", "--json").out)
    again = json.loads(command_line.run("evaluate", "--model", "model", "--json").out)
    same = ("n_test", "heads", "adds", "gain", "unrepeated", "verdict")
    assert {key: told[key] for key in same} == {key: again[key] for key in same}

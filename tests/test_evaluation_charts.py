"""Charts of an evaluation: titles, axis names, and the very numbers that they are made of."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from mmdemo.charts.accuracy import accuracy_chart, adds_chart
from mmdemo.charts.calibration import calibration_chart, coverage_chart
from mmdemo.charts.confusion import confusion_chart
from mmdemo.charts.grammar import LayerChart
from mmdemo.charts.studies import learning_chart, robustness_chart
from mmdemo.evaluation.calibration import calibration_bins, coverage_curve
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.evaluation.sentences import noun, points
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve
from tests.evaluated import held_out

CLASSES = ("a cat", "dog's", 'quoted "x"')
MATRIX = np.array([[5, 1, 0], [0, 0, 3], [2, 0, 7]])
NAMES = tuple(f"a class whose name is long, number {number:02}" for number in range(14))
MANY = 5 * np.eye(14, dtype=int)
MANY[3, 9], MANY[9, 11] = 4, 2
CONFIDENCE = np.linspace(0.4, 0.99, 40)
RIGHT = np.arange(40) % 3 > 0
CURVE = LearningCurve(
    n_test=40,
    draws=3,
    sizes=(10, 20),
    accuracy={"image": (0.5, 0.6), "text": (0.4, 0.5), "fused": (0.6, 0.8)},
    intervals=dict.fromkeys(("image", "text", "fused"), ((0.3, 0.7), (0.4, 0.9))),
)
DAMAGE = Curve("Blurred images", "Blur (%)", "image", (0, 1, 2), {"image": (0.8, 0.4, 0.2), "text": (0.7, 0.7, 0.7)})
TWO = evaluate(held_out(1, 90))
THREE = evaluate(held_out(2, 90, ("image", "text", "smell")))
SEVEN = LearningCurve(
    40, 3, (10, 20), dict.fromkeys(THREE.heads, (0.5, 0.6)), dict.fromkeys(THREE.heads, ((0.3, 0.7), (0.4, 0.9)))
)
CHARTS = {
    "accuracy": accuracy_chart(TWO.accuracies(), dict.fromkeys(TWO.heads, 0.9), TWO.basis),
    "accuracy of seven models": accuracy_chart(THREE.accuracies()),
    "adds": adds_chart(TWO.adds, TWO.basis),
    "adds of three": adds_chart(THREE.adds),
    "learning of seven models": learning_chart(SEVEN),
    "confusion": confusion_chart(MATRIX, CLASSES, (CLASSES[1], CLASSES[2])),
    "confusion that cannot be clicked": confusion_chart(MATRIX, CLASSES, clickable=False),
    "confusion of many": confusion_chart(MANY, NAMES, (NAMES[12], NAMES[13])),
    "all confusion of many": confusion_chart(MANY, NAMES, whole=True),
    "calibration": calibration_chart(calibration_bins(CONFIDENCE, RIGHT), "fused"),
    "coverage": coverage_chart(coverage_curve(CONFIDENCE, RIGHT), 0.6, "text"),
    "learning": learning_chart(CURVE),
    "learning with limits": learning_chart(CURVE, {"image": 0.65, "text": 0.75, "fused": 0.9}),
    "robustness": robustness_chart(DAMAGE),
}


def encodings(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from spec.get("encoding", {}).items()
    for layer in spec.get("layer", ()):
        yield from encodings(layer)


def rows(chart: LayerChart) -> list[dict[str, Any]]:
    return [row for data in chart.to_dict()["datasets"].values() for row in data]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_a_title_and_names_for_its_axes(name: str) -> None:
    spec = CHARTS[name].to_dict()
    assert spec["title"]
    titles: dict[str, set[str]] = {"x": set(), "y": set()}
    for channel, encoding in encodings(spec):
        if channel in titles and (encoding.get("title") or encoding.get("type") == "nominal"):
            titles[channel].add(encoding.get("title") or "names, which speak for themselves")
    assert len(titles["x"]) == 1 and titles["y"]


@pytest.mark.parametrize(("name", "found"), [("adds", TWO), ("adds of three", THREE)])
def test_what_each_modality_adds_is_drawn_in_points_with_its_interval(name: str, found: Evaluation) -> None:
    drawn = {row["modality"]: row for row in rows(CHARTS[name]) if "modality" in row}
    assert [*drawn] == [noun(name).capitalize() for name in found.adds]
    for modality, one in found.adds.items():
        row = drawn[noun(modality).capitalize()]
        expected = [100 * share for share in (one.accuracy, *one.ci95)]
        assert [row["points"], row["low"], row["high"]] == pytest.approx(expected)
        assert row["shown"] == points(one.accuracy)


def test_every_model_of_three_modalities_has_a_bar_of_its_own() -> None:
    drawn = {row["head"]: row["accuracy"] for row in rows(CHARTS["accuracy of seven models"])}
    assert len(drawn) == 7 and "All" in drawn and "Image + caption" in drawn
    assert sorted(drawn.values()) == pytest.approx(sorted(one.accuracy for one in THREE.heads.values()))
    assert len({row["head"] for row in rows(CHARTS["learning of seven models"])}) == 7


def test_the_confusion_chart_shows_every_cell_and_frames_the_chosen_one() -> None:
    found = {(row["label"], row["answer"]): row for row in rows(CHARTS["confusion"])}
    assert [[found[label, answer]["pairs"] for answer in CLASSES] for label in CLASSES] == MATRIX.tolist()
    assert found[CLASSES[0], CLASSES[1]]["share"] == pytest.approx(1 / 6)
    framed = CHARTS["confusion"].to_dict()["layer"][-1]
    data = CHARTS["confusion"].to_dict()["datasets"][framed["data"]["name"]]
    assert [(row["label"], row["answer"]) for row in data] == [(CLASSES[1], CLASSES[2])]


def test_of_many_classes_the_most_mixed_up_and_the_chosen_ones_are_shown_with_their_numbers() -> None:
    shown, everything = rows(CHARTS["confusion of many"]), rows(CHARTS["all confusion of many"])
    places = [0, 1, 2, 3, 4, 9, 11]  # the mixed-up ones, then the first ones
    assert {row["label"] for row in shown} == {NAMES[place] for place in [*places, 12, 13]} | {NAMES[5]}
    assert {(row["label"], row["column"]) for row in shown if row["answer"] == row["label"]} >= {(NAMES[9], "10")}
    assert {row["row"] for row in shown if row["label"] == NAMES[9]} == {f"10 {NAMES[9]}"}
    assert CHARTS["confusion of many"].to_dict()["title"]["subtitle"] == [
        "The 8 classes most often mixed up and the chosen ones, of 14"
    ]
    assert {row["label"] for row in everything} == {*NAMES} and all(row["pairs"] for row in everything)
    assert everything[0]["row"] == everything[0]["column"] == "1"


def test_only_a_chart_to_click_on_has_a_selection() -> None:
    assert [param["name"] for param in CHARTS["confusion"].to_dict()["params"]] == ["picked"]
    assert "params" not in CHARTS["confusion that cannot be clicked"].to_dict()


def test_a_class_without_pairs_leaves_its_row_empty() -> None:
    chart = confusion_chart(np.array([[4, 0], [0, 0]]), ("here", "absent"))
    assert all(row["share"] == 0 for row in rows(chart) if row["label"] == "absent")


def test_the_learning_chart_draws_each_head_and_its_limit() -> None:
    drawn = {(row["head"], row.get("pairs"), row["accuracy"]) for row in rows(CHARTS["learning with limits"])}
    assert ("Both", 20, 0.8) in drawn and ("Image alone", 10, 0.5) in drawn
    assert ("Caption alone", None, 0.75) in drawn


def test_the_robustness_chart_draws_each_level() -> None:
    drawn = [(row["head"], row["level"], row["accuracy"]) for row in rows(CHARTS["robustness"])]
    assert ("Image alone", 2, 0.2) in drawn and len(drawn) == 6

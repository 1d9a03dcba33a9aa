"""Altair charts of how a model was tried; every one has a title, axis names and units."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from mmdemo.charts.base import AGAINST_COLOUR, FOR_COLOUR, HEAD_COLOURS, HEAD_TITLES
from mmdemo.evaluation.calibration import Bin, Coverage
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve

_NEUTRAL = "#7d8799"
_CELL, _AROUND = 30, 130  # pixels: of a cell, and of title, axis and its name
_HEIGHT = 340
_ACCURACY = "Accuracy (0–1)"
_SHARE = alt.Scale(domain=[0, 1])
_BOTTOM = alt.Legend(orient="bottom", title=None, labelLimit=220, columns=2, symbolOpacity=1)
_DARK_CELL = 0.45  # share from which on a cell is so dark that its number has to be white


def confusion_chart(
    matrix: np.ndarray, classes: Sequence[str], chosen: tuple[str, str] | None = None, clickable: bool = True
) -> alt.LayerChart:
    """Return the confusion matrix, int (k, k), true classes downwards; the darker, the larger the share of its class.

    chosen: label and answer of the cell that is framed. clickable: whether a click on a cell selects its `label` and
    `answer`, under the name "picked".
    """
    frame = _cells(matrix, classes)
    order = list(classes)
    base = alt.Chart(frame).encode(
        x=alt.X("answer:N", sort=order, title="Answer", axis=_names(angle=-45)),
        y=alt.Y("label:N", sort=order, title="True label", axis=_names()),
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=["right", "wrong"], range=[FOR_COLOUR, AGAINST_COLOUR])
        ),
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.07, 1])),
        tooltip=[
            alt.Tooltip("label:N", title="True label"),
            alt.Tooltip("answer:N", title="Answer"),
            alt.Tooltip("pairs:Q", title="Pairs"),
            alt.Tooltip("share:Q", title="of its class", format=".0%"),
        ],
    )
    if clickable:
        cells = cells.add_params(alt.selection_point(name="picked", fields=["label", "answer"], toggle=False))
    filled = frame["pairs"] > 0
    layers = [cells, _numbers(base, frame[filled & (frame["share"] <= _DARK_CELL)])]
    layers.append(_numbers(base, frame[filled & (frame["share"] > _DARK_CELL)], light=True))
    if chosen:
        here = frame[(frame["label"] == chosen[0]) & (frame["answer"] == chosen[1])]
        frame_mark = base.mark_rect(filled=False, stroke=_NEUTRAL, strokeWidth=3, cornerRadius=3)
        layers.append(frame_mark.properties(data=here))
    return alt.LayerChart(layer=layers, title="Pairs by true label and answer", height=_CELL * len(order) + _AROUND)


def calibration_chart(bins: Sequence[Bin], head: str) -> alt.LayerChart:
    """Return accuracy against probability of the bins, with 95 % intervals; on the dashed line both are equal."""
    rows = [(one.confidence, one.accuracy, *one.ci95, one.n) for one in bins]
    frame = pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "pairs"])
    x = alt.X("confidence:Q", title="Probability given to the answer (0–1)", scale=_SHARE)
    colour = _colour(head)
    honest = alt.Chart(pd.DataFrame({"confidence": [0, 1], "accuracy": [0, 1]})).encode(
        x=x, y=alt.Y("accuracy:Q", title="Share answered right (0–1)", scale=_SHARE)
    )
    base = alt.Chart(frame).encode(x=x, y=alt.Y("accuracy:Q", title="Share answered right (0–1)", scale=_SHARE))
    tooltip = [
        alt.Tooltip("confidence:Q", title="Mean probability", format=".2f"),
        alt.Tooltip("accuracy:Q", title="Right", format=".2f"),
        alt.Tooltip("low:Q", title="95 % interval from", format=".2f"),
        alt.Tooltip("high:Q", title="to", format=".2f"),
        alt.Tooltip("pairs:Q", title="Pairs"),
    ]
    layers = [
        honest.mark_line(color=_NEUTRAL, strokeDash=[5, 4]),
        base.mark_rule(color=colour, strokeWidth=2, opacity=0.55).encode(y=alt.Y("low:Q", scale=_SHARE), y2="high:Q"),
        base.mark_line(color=colour, strokeWidth=1.5),
        base.mark_circle(color=colour, size=70, opacity=1).encode(tooltip=tooltip),
    ]
    return alt.LayerChart(layer=layers, title="Probability and truth (dashed: equal)", height=_HEIGHT)


def coverage_chart(curve: Sequence[Coverage], threshold: float, head: str) -> alt.LayerChart:
    """Return the share of pairs answered, and the share of those answered right, against the threshold (0–1)."""
    answered, right = "Pairs answered", "of these right"
    rows = [(one.threshold, share, kind) for one in curve for share, kind in _two_shares(one, answered, right)]
    frame = pd.DataFrame(rows, columns=["threshold", "share", "kind"])
    kinds = alt.Scale(domain=[answered, right], range=[_NEUTRAL, _colour(head)])
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X("threshold:Q", title="Threshold: answers below it are “not sure” (0–1)", scale=_SHARE),
            y=alt.Y("share:Q", title="Share (0–1)", scale=_SHARE),
            color=alt.Color("kind:N", scale=kinds, legend=_BOTTOM),
            strokeDash=alt.StrokeDash(
                "kind:N", legend=None, scale=alt.Scale(domain=[answered, right], range=[[6, 3], [1, 0]])
            ),
            tooltip=[
                alt.Tooltip("threshold:Q", title="Threshold", format=".2f"),
                alt.Tooltip("kind:N", title="Share of"),
                alt.Tooltip("share:Q", title="is", format=".1%"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"threshold": [threshold]})).mark_rule(color=AGAINST_COLOUR, strokeWidth=2)
    return alt.LayerChart(
        layer=[lines, rule.encode(x="threshold:Q")],
        title="Answer less, err less (line: threshold)",
        height=_HEIGHT,
    )


def learning_chart(curve: LearningCurve, limits: Mapping[str, float] | None = None) -> alt.LayerChart:
    """Return the heads' accuracies against the number of training pairs, with 95 % intervals.

    limits: head → best possible accuracy (0–1), drawn as dashed lines.
    """
    rows = [
        (HEAD_TITLES.get(head, head), size, accuracy, *interval)
        for head in curve.accuracy
        for size, accuracy, interval in zip(curve.sizes, curve.accuracy[head], curve.intervals[head], strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["head", "pairs", "accuracy", "low", "high"])
    x = alt.X("pairs:Q", title="Training pairs", scale=alt.Scale(domainMin=0), axis=alt.Axis(tickCount=6))
    base = alt.Chart(frame).encode(x=x, color=_heads(list(curve.accuracy)))
    layers = [
        base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q", title=_ACCURACY, scale=_SHARE), y2="high:Q"),
        *_lines(base, list(curve.accuracy), "pairs", "Training pairs"),
    ]
    if limits:
        best = pd.DataFrame([(HEAD_TITLES.get(head, head), limits[head]) for head in curve.accuracy])
        best.columns = pd.Index(["head", "accuracy"])
        rule = alt.Chart(best).mark_rule(strokeDash=[5, 4], strokeWidth=1.5)
        layers.append(rule.encode(y=alt.Y("accuracy:Q", scale=_SHARE), color=_heads(list(curve.accuracy))))
    title = "Accuracy by number of training pairs" + (" (dashed: best possible)" if limits else "")
    return alt.LayerChart(layer=layers, title=title, height=_HEIGHT + 40)


def robustness_chart(curve: Curve) -> alt.LayerChart:
    """Return the heads' accuracies against the damage done to one modality; the head that does not see it stays."""
    rows = [
        (HEAD_TITLES.get(head, head), level, accuracy)
        for head, accuracies in curve.accuracy.items()
        for level, accuracy in zip(curve.levels, accuracies, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["head", "level", "accuracy"])
    x = alt.X("level:Q", title=curve.axis, axis=alt.Axis(values=list(curve.levels)))
    base = alt.Chart(frame).encode(x=x, color=_heads(list(curve.accuracy)))
    lines = _lines(base, list(curve.accuracy), "level", curve.axis)
    return alt.LayerChart(layer=lines, title=curve.title, height=_HEIGHT - 10)


def _cells(matrix: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    support = matrix.sum(axis=1)
    rows = [
        (label, answer, int(matrix[i, j]), matrix[i, j] / max(support[i], 1), "right" if i == j else "wrong")
        for i, label in enumerate(classes)
        for j, answer in enumerate(classes)
    ]
    return pd.DataFrame(rows, columns=["label", "answer", "pairs", "share", "kind"])


def _numbers(base: alt.Chart, frame: pd.DataFrame, light: bool = False) -> alt.Chart:
    marks = base.mark_text(fontSize=12, color="white", fontWeight="bold") if light else base.mark_text(fontSize=12)
    return marks.encode(text="pairs:Q").properties(data=frame)


def _two_shares(one: Coverage, answered: str, right: str) -> list[tuple[float, str]]:
    return [(one.coverage, answered), (one.precision, right)]


def _lines(base: alt.Chart, heads: Sequence[str], column: str, title: str) -> list[alt.Chart]:
    names = [HEAD_TITLES.get(head, head) for head in heads]
    y = alt.Y("accuracy:Q", title=_ACCURACY, scale=_SHARE)
    shapes = alt.Scale(domain=names, range=["square", "triangle-up", "circle"][: len(names)])
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        y=y,
        shape=alt.Shape("head:N", scale=shapes, legend=_BOTTOM),
        tooltip=[
            alt.Tooltip("head:N", title="Head"),
            alt.Tooltip(f"{column}:Q", title=title),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".3f"),
        ],
    )
    return [base.mark_line(strokeWidth=2).encode(y=y), points]


def _heads(heads: Sequence[str]) -> alt.Color:
    names = [HEAD_TITLES.get(head, head) for head in heads]
    return alt.Color("head:N", scale=alt.Scale(domain=names, range=[_colour(head) for head in heads]), legend=_BOTTOM)


def _names(angle: float = 0) -> alt.Axis:
    return alt.Axis(labelLimit=110, labelOverlap=False, labelAngle=angle)


def _colour(head: str) -> str:
    return dict(zip(HEAD_TITLES, HEAD_COLOURS, strict=True)).get(head, _NEUTRAL)

"""Charts of a model's studies: fewer training pairs, and damaged ones; each has a title, axes and units."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.heads import head_scale
from mmdemo.evaluation.sentences import titles_of
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve

_HEIGHT = 340
_ACCURACY = "Accuracy (0–1)"
_SHARE = alt.Scale(domain=[0, 1])
_SHAPES = ["square", "triangle-up", "circle", "diamond", "cross", "triangle-down", "triangle-right"]
_BOTTOM = alt.Legend(orient="bottom", title=None, labelLimit=220, columns=2, symbolOpacity=1)


def learning_chart(curve: LearningCurve, limits: Mapping[str, float] | None = None) -> alt.LayerChart:
    """Return the heads' accuracies against the number of training pairs, with 95 % intervals.

    limits: head → best possible accuracy (0–1), drawn as dashed lines.
    """
    titles = titles_of(curve.accuracy)
    rows = [
        (titles[head], size, accuracy, *interval)
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
        best = pd.DataFrame([(titles[head], limits[head]) for head in curve.accuracy])
        best.columns = pd.Index(["head", "accuracy"])
        rule = alt.Chart(best).mark_rule(strokeDash=[5, 4], strokeWidth=1.5)
        layers.append(rule.encode(y=alt.Y("accuracy:Q", scale=_SHARE), color=_heads(list(curve.accuracy))))
    title = "Accuracy by number of training pairs" + (" (dashed: best possible)" if limits else "")
    return alt.LayerChart(layer=layers, title=title, height=_HEIGHT + 40)


def robustness_chart(curve: Curve) -> alt.LayerChart:
    """Return the heads' accuracies against the damage to one modality; a head that does not read it stays level."""
    titles = titles_of(curve.accuracy)
    rows = [
        (titles[head], level, accuracy)
        for head, accuracies in curve.accuracy.items()
        for level, accuracy in zip(curve.levels, accuracies, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["head", "level", "accuracy"])
    x = alt.X("level:Q", title=curve.axis, axis=alt.Axis(values=list(curve.levels)))
    base = alt.Chart(frame).encode(x=x, color=_heads(list(curve.accuracy)))
    lines = _lines(base, list(curve.accuracy), "level", curve.axis)
    return alt.LayerChart(layer=lines, title=curve.title, height=_HEIGHT - 10)


def _lines(base: alt.Chart, heads: Sequence[str], column: str, title: str) -> list[alt.Chart]:
    names = list(titles_of(heads).values())
    y = alt.Y("accuracy:Q", title=_ACCURACY, scale=_SHARE)
    shapes = alt.Scale(domain=names, range=_SHAPES[: len(names)])
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        y=y,
        shape=alt.Shape("head:N", scale=shapes, legend=_BOTTOM),
        tooltip=[
            alt.Tooltip("head:N", title="Model"),
            alt.Tooltip(f"{column}:Q", title=title),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".3f"),
        ],
    )
    return [base.mark_line(strokeWidth=2).encode(y=y), points]


def _heads(heads: Sequence[str]) -> alt.Spec:
    return alt.Color("head:N", scale=head_scale(heads), legend=_BOTTOM)

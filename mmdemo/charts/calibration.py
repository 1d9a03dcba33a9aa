"""Charts of whether probabilities are calibrated; each has a title, axes and units."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.heads import head_colour
from mmdemo.evaluation.calibration import Bin
from mmdemo.explanation.palette import AGAINST, NEUTRAL

_HEIGHT = 340
_SHARE = alt.Scale(domain=[0, 1])
_BOTTOM = alt.Legend(orient="bottom", title=None, labelLimit=220, columns=2, symbolOpacity=1)


def calibration_chart(bins: Sequence[Bin], head: str) -> alt.LayerChart:
    """Return accuracy against probability of the bins, with 95 % intervals; on the dashed line both are equal."""
    rows = [(one.confidence, one.accuracy, *one.ci95, one.n) for one in bins]
    frame = pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "pairs"])
    x = alt.X("confidence:Q", title="Probability given to the answer (0–1)", scale=_SHARE)
    colour = head_colour(head)
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
        honest.mark_line(color=NEUTRAL, strokeDash=[5, 4]),
        base.mark_rule(color=colour, strokeWidth=2, opacity=0.55).encode(y=alt.Y("low:Q", scale=_SHARE), y2="high:Q"),
        base.mark_line(color=colour, strokeWidth=1.5),
        base.mark_circle(color=colour, size=70, opacity=1).encode(tooltip=tooltip),
    ]
    title = alt.Title("Probability and truth", subtitle=["Dashed: equal"])
    return alt.LayerChart(layer=layers, title=title, height=_HEIGHT)


def coverage_chart(curve: np.ndarray, threshold: float, head: str) -> alt.LayerChart:
    """Return the share of pairs answered, and the share of those answered right, against the threshold (0–1).

    curve: float (m, 3), from `coverage_curve`.
    """
    answered, right = "Pairs answered", "right, of those answered"
    rows = [
        (at, share, kind)
        for at, coverage, precision in curve
        for share, kind in ((coverage, answered), (precision, right))
    ]
    frame = pd.DataFrame(rows, columns=["threshold", "share", "kind"])
    kinds = alt.Scale(domain=[answered, right], range=[NEUTRAL, head_colour(head)])
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X("threshold:Q", title="Threshold (0–1)", scale=_SHARE),
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
    rule = alt.Chart(pd.DataFrame({"threshold": [threshold]})).mark_rule(color=AGAINST, strokeWidth=2)
    return alt.LayerChart(
        layer=[lines, rule.encode(x="threshold:Q")],
        title=alt.Title("Fewer answers, fewer errors", subtitle=["Line: threshold"]),
        height=_HEIGHT,
    )

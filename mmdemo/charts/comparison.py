"""Several models in one chart."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from mmdemo.bundles.summary import ModelSummary
from mmdemo.charts.base import HEAD_COLOURS, HEAD_TITLES

_NEUTRAL = "#7d8799"
_LINES = "split(replace(replace(datum.label, ': ', ':|'), ' with ', '|with '), '|')"  # long names on several
_BAR, _GAP, _AROUND = 22, 18, 150  # pixels: of a bar, between models, and of title, axis and legend


def comparison_chart(models: Mapping[str, ModelSummary]) -> alt.LayerChart:
    """Return the accuracy of every head of each model on its held-out pairs, with the 95 % interval.

    models: the name to print → model, from top to bottom.
    """
    rows = [
        (name, HEAD_TITLES.get(head, head), share, low, high)
        for name, model in models.items()
        for head, (share, (low, high)) in model.evaluation.accuracies().items()
    ]
    frame = pd.DataFrame(rows, columns=["model", "head", "accuracy", "low", "high"])
    frame["shown"] = [f"{share:.1%}" for share in frame["accuracy"]]
    titles = list(HEAD_TITLES.values())
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "model:N",
            sort=list(models),
            title=None,
            axis=alt.Axis(labelLimit=150, labelOverlap=False, labelExpr=_LINES),
        ),
        # The gap is the scale's: bars less high than their band, as in Streamlit's theme, stand beside their intervals.
        yOffset=alt.YOffset("head:N", sort=titles, scale=alt.Scale(paddingInner=0.2)),
    )
    bars = base.mark_bar(cornerRadiusEnd=3, height={"band": 1}).encode(
        x=alt.X(
            "accuracy:Q",
            title="Held-out pairs answered right (%)",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
        color=alt.Color(
            "head:N",
            scale=alt.Scale(domain=titles, range=list(HEAD_COLOURS)),
            legend=alt.Legend(title=None, orient="bottom", columns=1),
        ),
        tooltip=[
            alt.Tooltip("model:N", title="Model"),
            alt.Tooltip("head:N", title="Head"),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
        ],
    )
    intervals = base.mark_rule(strokeWidth=2, color=_NEUTRAL).encode(x="low:Q", x2="high:Q")
    texts = base.mark_text(align="left", dx=5, fontWeight="bold").encode(x="high:Q", text="shown:N")
    height = _BAR * len(frame) + _GAP * len(models) + _AROUND
    return alt.LayerChart(layer=[bars, intervals, texts], title="Accuracy with 95 % interval", height=height)

"""Charts of how a preparation changes a model's answer; each has a title, axis names and units."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.rows import names_axis
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.model.certainty import percent

_NAMES = names_axis()
_ROW, _AROUND = 30, 150  # pixels: of a row, and of title, legend, axis and its name
_LONG = 0.3
_SHOWN = 0.005  # probability above which it is printed
_SHARE = alt.Axis(format="~%", tickCount=5)


def effect_chart(classes: Sequence[str], before: np.ndarray, after: np.ndarray, title: str) -> alt.LayerChart:
    """Return each class's probability (%) before and after, a bar each; the most probable before is on top.

    before, after: float (k,), 0–1.
    """
    order = [classes[i] for i in np.argsort(-before, kind="stable")]
    rows = [(label, "before", value) for label, value in zip(classes, before, strict=True)]
    rows += [(label, "after", value) for label, value in zip(classes, after, strict=True)]
    frame = pd.DataFrame(rows, columns=["class", "when", "probability"])
    frame["shown"] = [percent(value) if value >= _SHOWN else "" for value in frame["probability"]]
    base = alt.Chart(frame).encode(
        y=alt.Y("class:N", sort=order, title=None, axis=_NAMES, scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("when:N", sort=["before", "after"]),
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        x=alt.X("probability:Q", title="Probability (%)", scale=alt.Scale(domain=[0, 1.1], nice=False), axis=_SHARE),
        color=alt.Color(
            "when:N",
            title=None,
            scale=alt.Scale(domain=["before", "after"], range=[NEUTRAL, FOR]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("class:N", title="Class"),
            alt.Tooltip("when:N", title="When"),
            alt.Tooltip("probability:Q", title="Probability", format=".2%"),
        ],
    )
    texts = base.mark_text(align="left", dx=4, fontSize=10).encode(x="probability:Q", text="shown:N")
    return alt.LayerChart(layer=[bars, texts], title=title, height=_ROW * len(classes) + _AROUND)


def single_effects_chart(label: str, before: float, after: Mapping[str, tuple[float, str]]) -> alt.LayerChart:
    """Return the probability (%) of one class after each operation alone, the most harmful on top.

    before: its probability as it is (0–1), a dashed line. after: operation → (its probability, the answer's class);
    where the answer is another class, the bar is orange.
    """
    rows = [(name, value, answer, answer == label) for name, (value, answer) in after.items()]
    frame = pd.DataFrame(rows, columns=["operation", "probability", "answer", "kept"]).sort_values("probability")
    frame["shown"] = [
        percent(value) if kept else f"{percent(value)} → {answer}"
        for value, answer, kept in zip(frame["probability"], frame["answer"], frame["kept"], strict=True)
    ]
    base = alt.Chart(frame).encode(y=alt.Y("operation:N", sort=frame["operation"].tolist(), title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadiusEnd=3).encode(
        x=alt.X(
            "probability:Q",
            title=f"Probability of “{label}” (%)",
            scale=alt.Scale(domain=[0, 1.15], nice=False),
            axis=_SHARE,
        ),
        color=alt.condition("datum.kept", alt.value(FOR), alt.value(AGAINST)),
        tooltip=[
            alt.Tooltip("operation:N", title="Operation"),
            alt.Tooltip("probability:Q", title=f"Probability of {label}", format=".2%"),
            alt.Tooltip("answer:N", title="Answer"),
        ],
    )
    line = alt.Chart(pd.DataFrame({"before": [before]})).mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=2)
    # Printed inside a long bar, where the line does not cross the text.
    is_long = f"(datum.probability > {_LONG})"
    inside = base.transform_filter(is_long).mark_text(align="right", dx=-6, color="white", fontWeight="bold")
    outside = base.transform_filter(f"(!{is_long})").mark_text(align="left", dx=5)
    texts = [text.encode(x="probability:Q", text="shown:N") for text in (inside, outside)]
    return alt.LayerChart(
        layer=[bars, line.encode(x="before:Q"), *texts],
        title=f"“{label}” after one operation",
        height=26 * len(frame) + 120,
    )

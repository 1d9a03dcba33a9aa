"""A chart of what adds up to a logit; it has a title, axes and units."""

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.rows import names_axis
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.explanation.steps import waterfall_steps

_NAMES = names_axis(140)
_ROW, _AROUND = 25, 100  # pixels: of a row, and of title, axis and its name


def waterfall_chart(
    explanation: Explanation, label: str, most_units: int = 8, title: str | None = None
) -> alt.LayerChart:
    """Return the parts of one class's logit, each starting where the previous one ended, down to the logit itself.

    The strongest `most_units` words of a caption have bars of their own; the others share one, so that everything
    still adds up; likewise for other units that are listed.
    title: by default "What adds up to the logit of …".
    """
    steps = waterfall_steps(explanation, label, most_units)
    ends = np.cumsum([part for _, part in steps])
    rows = [
        (name, end - part, end, part, "for" if part >= 0 else "against")
        for (name, part), end in zip(steps, ends, strict=True)
    ]
    rows.append(("= logit", 0.0, float(ends[-1]), float(ends[-1]), "sum"))
    frame = pd.DataFrame(rows, columns=["part", "start", "end", "value", "kind"])
    frame["shown"] = [f"{value:+.2f}".replace("-", "−") for value in frame["value"]]
    frame["right"] = frame[["start", "end"]].max(axis=1)
    order = frame["part"].tolist()
    span = max(frame[["start", "end"]].to_numpy().max() - min(frame[["start", "end"]].to_numpy().min(), 0), 1e-9)
    domain = [min(float(frame[["start", "end"]].to_numpy().min()), 0.0), float(frame["right"].max()) + 0.16 * span]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=["for", "against", "sum"], range=[FOR, AGAINST, NEUTRAL]),
        legend=None,
    )
    base = alt.Chart(frame).encode(y=alt.Y("part:N", sort=order, title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadius=2).encode(
        x=alt.X("start:Q", title="Logit (sum of all parts so far)", scale=alt.Scale(domain=domain)),
        x2="end:Q",
        color=colour,
        tooltip=[alt.Tooltip("part:N", title="Part"), alt.Tooltip("value:Q", title="Adds", format="+.4f")],
    )
    texts = base.mark_text(align="left", dx=4).encode(x="right:Q", text="shown:N")
    title = title or f"What adds up to the logit of “{label}”"
    return alt.LayerChart(layer=[bars, texts], title=title, height=_ROW * len(frame) + _AROUND)

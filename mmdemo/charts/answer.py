"""A chart of what adds up to a score, for a report; it has a title, axes and units."""

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.rows import names_axis
from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL
from mmdemo.explanation.steps import waterfall_steps

_NAMES = names_axis(140)
_ROW, _AROUND = 25, 100  # pixels: of a row, and of title, axis and its name


def waterfall_chart(explanation: Explanation, label: str, most_units: int = 8) -> alt.LayerChart:
    """Return the parts of one class's score or lead, each starting where the previous one ended, down to the sum.

    The strongest `most_units` words of a caption have bars of their own; the others share one, so that everything
    still adds up; likewise for other units that are listed.
    explanation: as `against` or `alone` gives it.
    """
    steps = waterfall_steps(explanation, label, most_units)
    values = np.array([part for _, part in steps])
    ends = np.cumsum(values)
    start, end, value = np.append(ends - values, 0.0), np.append(ends, ends[-1]), np.append(values, ends[-1])
    order = [*(name for name, _ in steps), f"= {asked.total(explanation)}"]
    frame = pd.DataFrame(
        {
            "part": order,
            "start": start,
            "end": end,
            "value": value,
            "kind": [*("for" if part >= 0 else "against" for part in values), "sum"],
            "shown": [f"{part:+.2f}".replace("-", "−") for part in value],
            "right": np.maximum(start, end),
        }
    )
    least, most = float(np.minimum(start, end).min()), float(np.maximum(start, end).max())  # least ≤ 0: the sum's start
    domain = [least, most + 0.16 * max(most - least, 1e-9)]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=["for", "against", "sum"], range=[FOR, AGAINST, NEUTRAL]),
        legend=None,
    )
    base = alt.Chart(frame).encode(y=alt.Y("part:N", sort=order, title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadius=2).encode(
        x=alt.X("start:Q", title=asked.axis(explanation), scale=alt.Scale(domain=domain)),
        x2="end:Q",
        color=colour,
        tooltip=[alt.Tooltip("part:N", title="Part"), alt.Tooltip("value:Q", title="Adds", format="+.4f")],
    )
    texts = base.mark_text(align="left", dx=4).encode(x="right:Q", text="shown:N")
    title = asked.question(explanation, label)
    return alt.LayerChart(layer=[bars, texts], title=title, height=_ROW * len(frame) + _AROUND)

"""A chart of what taking out each word does to an answer; it has a title, axes and units."""

import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.rows import names_axis, told_apart
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import AGAINST, FOR
from mmdemo.explanation.strongest import strongest
from mmdemo.preprocess.shortened import shortened

_MOST = 12  # words that have a bar
_ROW, _AROUND = 25, 120  # pixels: of a row, and of title, axis and its name


def removal_chart(explained: Explanation, name: str, label: str) -> alt.LayerChart:
    """Return bars of what the label's lead over its rival loses without each unit of a value, the strongest 12.

    They do not add up, so each starts at 0. name: of a modality that has removals.
    """
    units, values = explained.units(name, label)
    shown = strongest(values, _MOST)
    names = told_apart([f"“{shortened(str(units[place]))}”" for place in shown])
    frame = pd.DataFrame({"unit": names, "loss": values[shown]})
    frame["kind"] = ["for" if value >= 0 else "against" for value in frame["loss"]]
    frame["shown"] = [f"{value:+.2f}".replace("-", "−") for value in frame["loss"]]
    frame["right"] = frame["loss"].clip(lower=0)
    span = max(float(frame["right"].max() - frame["loss"].min()), 1e-9)
    domain = [min(float(frame["loss"].min()), 0.0), float(frame["right"].max()) + 0.16 * span]
    base = alt.Chart(frame).encode(y=alt.Y("unit:N", sort=names, title=None, axis=names_axis(140)))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadius=2).encode(
        x=alt.X("loss:Q", title="Lead lost without it (logits)", scale=alt.Scale(domain=domain)),
        color=alt.Color("kind:N", scale=alt.Scale(domain=["for", "against"], range=[FOR, AGAINST]), legend=None),
        tooltip=[alt.Tooltip("unit:N", title="Taken out"), alt.Tooltip("loss:Q", title="Lead lost", format="+.4f")],
    )
    texts = base.mark_text(align="left", dx=4).encode(x="right:Q", text="shown:N")
    title = alt.Title("Taken out one at a time", subtitle=f"“{label}” against “{explained.rival(label)}”")
    return alt.LayerChart(layer=[bars, texts], title=title, height=_ROW * len(frame) + _AROUND)

"""Charts of a caption's features."""

from collections.abc import Sequence

import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.blocks import SECOND, THIRD
from mmdemo.charts.rows import names_axis, told_apart
from mmdemo.preprocess.shortened import shortened
from mmdemo.walkthrough.caption import MeaningWalk, TfidfWalk

_NAMES = names_axis(140)
_ROW, _AROUND = 26, 112  # pixels: of a row, and of title, axis and its name
MOST = 12  # bars of a chart


def term_chart(walk: TfidfWalk, colour: str) -> alt.LayerChart:
    """Return the TF-IDF weights of a caption's known terms, the heaviest on top; colour: of the bars."""
    shown = walk.terms[:MOST]
    rows = [(term.weight, term.count, term.captions, term.idf) for term in shown]
    frame = pd.DataFrame(rows, columns=["value", "count", "captions", "idf"])
    frame["name"] = told_apart([shortened(term.name) for term in shown])
    tooltip = [
        alt.Tooltip("name:N", title="Word"),
        alt.Tooltip("value:Q", title="Weight", format=".3f"),
        alt.Tooltip("count:Q", title="Count in this caption (tf)"),
        alt.Tooltip("captions:Q", title="Training captions with it (df)"),
        alt.Tooltip("idf:Q", title="Rareness (idf)", format=".3f"),
    ]
    return _bars(frame, "Weight (0–1)", [0, 1.12], colour, tooltip, ".2f", "Weight of each word")


def piece_chart(walk: MeaningWalk) -> alt.LayerChart:
    """Return the lengths of the vectors of a caption's pieces, in the order of the caption."""
    names = told_apart([token.replace("▁", " ").strip() or "(space)" for token in walk.tokens[:MOST]])
    frame = pd.DataFrame({"name": names, "value": walk.lengths[:MOST]})
    tooltip = [alt.Tooltip("name:N", title="Piece"), alt.Tooltip("value:Q", title="Length", format=".2f")]
    domain = [0, 1.15 * float(frame["value"].max())]
    return _bars(frame, "Length of its word vector", domain, SECOND, tooltip, ".1f", "How much each piece counts")


def alike_chart(word: str, alike: Sequence[tuple[str, float]]) -> alt.LayerChart:
    """Return the words nearest to a word by the cosine of their vectors, the nearest on top."""
    names = told_apart([shortened(name) for name, _ in alike])
    frame = pd.DataFrame({"name": names, "value": [cosine for _, cosine in alike]})
    tooltip = [alt.Tooltip("name:N", title="Word"), alt.Tooltip("value:Q", title="Cosine", format=".3f")]
    domain = [min(0.0, float(frame["value"].min())), 1.12]
    title = f"Nearest to “{shortened(word)}”"
    return _bars(frame, "Likeness (1: used alike)", domain, SECOND, tooltip, ".2f", title)


def meaning_chart(nearest: Sequence[tuple[str, float]]) -> alt.LayerChart:
    """Return the captions nearest to one by the cosine of their vectors, the nearest on top."""
    frame = pd.DataFrame({"name": told_apart([shortened(caption) for caption, _ in nearest])})
    frame["value"] = [cosine for _, cosine in nearest]
    tooltip = [alt.Tooltip("name:N", title="Caption"), alt.Tooltip("value:Q", title="Cosine", format=".3f")]
    domain = [min(0.0, float(frame["value"].min())), 1.12]
    return _bars(frame, "Likeness (1: used alike)", domain, THIRD, tooltip, ".2f", "Captions most alike")


def _bars(
    frame: pd.DataFrame, axis: str, domain: list[float], colour: str, tooltip: list[alt.Spec], form: str, title: str
) -> alt.LayerChart:
    base = alt.Chart(frame).encode(y=alt.Y("name:N", sort=frame["name"].tolist(), title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadiusEnd=3, color=colour).encode(
        x=alt.X("value:Q", title=axis, scale=alt.Scale(domain=domain, nice=False), axis=alt.Axis(tickCount=5)),
        tooltip=tooltip,
    )
    texts = base.mark_text(align="left", dx=5).encode(x="value:Q", text=alt.Text("value:Q", format=form))
    return (bars + texts).properties(title=title, height=_ROW * len(frame) + _AROUND)

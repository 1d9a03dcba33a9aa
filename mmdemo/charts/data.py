"""Charts of a dataset; each has a title, axis names and units."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.bars import bar, bars, flow, row, row_below, tick
from mmdemo.charts.heads import head_scale
from mmdemo.charts.reflow import are_long
from mmdemo.charts.rows import names_axis
from mmdemo.datasets.words import TellingWord
from mmdemo.evaluation.sentences import titles_of
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL

MOST_BESIDE = 12  # classes whose bars stand beside their names
_BAR = FOR
_NAMES = names_axis()
_ROW, _AROUND = 26, 90  # pixels: of a row, and of title, axis and its name
_HEIGHT = 300  # pixels of a chart without rows
_MOST_BINS = 30
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # between the ticks of a share


def limits_chart(limits: Mapping[str, float]) -> alt.LayerChart:
    """Return the best possible accuracy (0–1) on held-out pairs, a bar for each head."""
    frame = pd.DataFrame({"head": titles_of(limits).values(), "limit": list(limits.values())})
    frame["shown"] = [f"{limit:.1%}" for limit in frame["limit"]]
    base = alt.Chart(frame).encode(y=alt.Y("head:N", sort=frame["head"].tolist(), title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.62}, cornerRadiusEnd=3).encode(
        x=_share_axis("limit", "Pairs answered correctly (%)", 1.3),
        color=alt.Color("head:N", scale=head_scale(list(limits)), legend=None),
        tooltip=[alt.Tooltip("head:N", title="Model"), alt.Tooltip("limit:Q", title="Best possible", format=".2%")],
    )
    texts = base.mark_text(align="left", dx=6, fontWeight="bold").encode(x="limit:Q", text="shown:N")
    return alt.LayerChart(layer=[bars, texts], title="Best possible accuracy", height=34 * len(frame) + _AROUND)


def class_bars(labels: pd.Series) -> str:
    """Return HTML of how many pairs each class has, the largest on top; the grey tick is an equal share.

    Many classes stand in as many columns as there is room for, long names above their bars.
    """
    counts = labels.value_counts()
    most, equal = int(counts.iloc[0]), tick(len(labels) / len(counts) / int(counts.iloc[0]))
    above = len(counts) > MOST_BESIDE or are_long(counts.index)
    rows = []
    for name, pairs in counts.items():
        marks, value = bar(0, pairs / most, _BAR) + equal, f"{pairs:,} ({pairs / len(labels):.1%})"
        rows.append(row_below(str(name), (marks,), value) if above else row(str(name), marks, value))
    said = f"Pairs by label, from {counts.index[0]} with {most:,} to {counts.index[-1]} with {counts.iloc[-1]:,}."
    return bars([flow(rows)] if above else rows, "Pairs by label (grey tick: an equal share)", (), "", said)


def length_chart(lengths: pd.Series) -> alt.LayerChart:
    """Return the histogram of the captions' lengths in words; the grey line is their median."""
    frame, step = _bins(lengths.to_numpy())
    grouped = f", in steps of {step}" if step > 1 else ""
    bars = (
        alt.Chart(frame)
        .mark_bar(color=_BAR, cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X(
                "start:Q",
                title=f"Words in the caption{grouped}",
                axis=alt.Axis(tickMinStep=1),
                scale=alt.Scale(zero=False, nice=False),
            ),
            x2="end:Q",
            y=alt.Y("captions:Q", title="Captions"),
            y2=alt.Y2Datum(0),
            tooltip=[alt.Tooltip("words:N", title="Words"), alt.Tooltip("captions:Q", title="Captions")],
        )
    )
    median = pd.DataFrame({"median": [float(lengths.median())]})
    line = alt.Chart(median).mark_rule(color=NEUTRAL, strokeDash=[4, 3], strokeWidth=2).encode(x="median:Q")
    return alt.LayerChart(layer=[bars, line], title="Caption length (dashed: median)", height=_HEIGHT)


def size_chart(sizes: pd.DataFrame) -> alt.Chart:
    """Return each size of image as a point, width against height in pixels, larger where images share it."""
    frame = sizes.groupby(["width", "height"]).size().rename("images").reset_index()
    scale = alt.Scale(type="log", nice=False, padding=12)
    axis = alt.Axis(values=[10, 20, 50, 100, 200, 500, 1000, 2000, 5000], format="~d", grid=True)
    return (
        alt.Chart(frame)
        .mark_circle(color=_BAR, opacity=0.55)
        .encode(
            x=alt.X("width:Q", title="Width (pixels, log scale)", scale=scale, axis=axis),
            y=alt.Y("height:Q", title="Height (pixels, log scale)", scale=scale, axis=axis),
            size=alt.Size("images:Q", legend=None, scale=alt.Scale(range=[30, 400])),
            tooltip=[
                alt.Tooltip("width:Q", title="Width (px)"),
                alt.Tooltip("height:Q", title="Height (px)"),
                alt.Tooltip("images:Q", title="Images"),
            ],
        )
        .properties(title="Size of the images", height=_HEIGHT)
    )


def words_chart(label: str, words: Sequence[TellingWord], highest: float | None = None) -> alt.LayerChart:
    """Return one class's telling words: the share (%) of its captions with each word, and a tick for other captions.

    highest: the largest share (0–1) of all charts that stand side by side, which then have one scale.
    """
    frame = pd.DataFrame([(w.word, w.count, w.share, w.elsewhere) for w in words], columns=_WORD_COLUMNS)
    frame["shown"] = [f"{share:.0%}" for share in frame["share"]]
    base = alt.Chart(frame).encode(y=alt.Y("word:N", sort=frame["word"].tolist(), title=None, axis=_NAMES))
    bars = base.mark_bar(height={"band": 0.66}, cornerRadiusEnd=3, color=_BAR).encode(
        x=_share_axis("share", "Captions with the word (%)", 1.2 * float(highest or frame["share"].max())),
        tooltip=[
            alt.Tooltip("word:N", title="Word"),
            alt.Tooltip("count:Q", title="Captions of the class"),
            alt.Tooltip("share:Q", title="of its captions", format=".1%"),
            alt.Tooltip("elsewhere:Q", title="of all other captions", format=".1%"),
        ],
    )
    ticks = base.mark_tick(thickness=3, size=15, color=AGAINST).encode(x="elsewhere:Q")
    texts = base.mark_text(align="left", dx=5).encode(x="share:Q", text="shown:N")
    return alt.LayerChart(layer=[bars, ticks, texts], title=label, height=24 * len(frame) + _AROUND + 40)


_WORD_COLUMNS = ["word", "count", "share", "elsewhere"]


def _share_axis(column: str, title: str, end: float) -> alt.Spec:
    """Return an axis of shares from 0 to `end`, which may leave room for printed values; ticks end at 100 %."""
    step = next((step for step in _STEPS if end / step < 6), _STEPS[-1])
    ticks = [round(step * i, 4) for i in range(6) if step * i <= min(end, 1)]
    axis = alt.Axis(format="~%", values=ticks)
    return alt.X(f"{column}:Q", title=title, scale=alt.Scale(domain=[0, end], nice=False), axis=axis)


def _bins(lengths: np.ndarray) -> tuple[pd.DataFrame, int]:
    """Return `start`, `end`, `words` and `captions` of at most `_MOST_BINS` bins, and how many lengths each covers."""
    least, most = int(lengths.min()), int(lengths.max())
    step = -(-(most - least + 1) // _MOST_BINS)
    edges = np.arange(least, most + step + 1, step)
    counts, _ = np.histogram(lengths, edges)
    names = [f"{start}" if step == 1 else f"{start} to {start + step - 1}" for start in edges[:-1]]
    frame = pd.DataFrame({"start": edges[:-1] - 0.5, "end": edges[1:] - 0.5, "words": names, "captions": counts})
    return frame[frame["captions"] > 0], step

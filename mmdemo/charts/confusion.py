"""The confusion matrix as a chart whose cells can be chosen."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.rows import names_axis
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL

_CELL, _AROUND = 30, 130  # pixels: of a cell, and of title, axis and its name
_DARK_CELL = 0.45  # share above which a cell is dark enough to need a white number


def confusion_chart(
    matrix: np.ndarray, classes: Sequence[str], chosen: tuple[str, str] | None = None, clickable: bool = True
) -> alt.LayerChart:
    """Return the confusion matrix, int (k, k), a row per true class; darker cells hold a larger share of their class.

    chosen: label and answer of the cell that is framed. clickable: whether a click on a cell selects its `label` and
    `answer`, under the name "picked".
    """
    frame = _cells(matrix, classes)
    order = list(classes)
    base = alt.Chart(frame).encode(
        x=alt.X("answer:N", sort=order, title="Answer", axis=names_axis(110, angle=-45)),
        y=alt.Y("label:N", sort=order, title="True label", axis=names_axis(110)),
    )
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=["right", "wrong"], range=[FOR, AGAINST])
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
        frame_mark = base.mark_rect(filled=False, stroke=NEUTRAL, strokeWidth=3, cornerRadius=3)
        layers.append(frame_mark.properties(data=here))
    return alt.LayerChart(layer=layers, title="Pairs by true label and answer", height=_CELL * len(order) + _AROUND)


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

"""The confusion matrix as a chart whose cells can be chosen."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.charts import grammar as alt
from mmdemo.charts.reflow import are_long, widest
from mmdemo.charts.rows import names_axis
from mmdemo.evaluation.confusion import most_mixed_up
from mmdemo.explanation.palette import AGAINST, FOR, NEUTRAL

_MOST, _MOST_LONG = 12, 8  # classes that have room for names and numbers, on a phone too; of long names
_SHORT = 12  # letters of a name that has room below a column
_CELL, _AROUND = 30, 130  # pixels: of a cell, and of title, axis and its name
_SMALL_CELL = 10  # pixels: of a cell without a number
_DARK_CELL = 0.45  # share above which a cell is dark enough to need a white number
_COLUMNS = ["label", "answer", "row", "column", "pairs", "share", "kind"]


def confusion_chart(
    matrix: np.ndarray,
    classes: Sequence[str],
    chosen: tuple[str, str] | None = None,
    clickable: bool = True,
    whole: bool = False,
) -> alt.LayerChart:
    """Return the confusion matrix, int (k, k), a row per true class; darker cells hold a larger share of their class.

    Of many classes it shows those most mixed up and the chosen ones, or all of them, small, where `whole`.
    Where names are too long to stand below the columns, classes are numbered.
    chosen: label and answer of the cell that is framed. clickable: whether a click on a cell selects its `label` and
    `answer`, under the name "picked".
    """
    small = whole and len(classes) > most_shown(classes)
    places = range(len(classes)) if whole else _shown(matrix, classes, chosen or ())
    frame = _cells(matrix, classes, places, small)
    base = _axes(frame, _have_numbers(classes), small)
    layers = [_squares(base.properties(data=frame[frame["pairs"] > 0]) if small else base, clickable)]
    layers += [] if small else _numbers(base, frame)
    if chosen:
        here = frame[(frame["label"] == chosen[0]) & (frame["answer"] == chosen[1])]
        frame_mark = base.mark_rect(filled=False, stroke=NEUTRAL, strokeWidth=3, cornerRadius=3)
        layers.append(frame_mark.properties(data=here))
    height = (_SMALL_CELL if small else _CELL) * len(places) + _AROUND
    return alt.LayerChart(layer=layers, title=_title(len(places), classes), height=height)


def most_shown(classes: Sequence[str]) -> int:
    """Return of how many classes the chart has room for names and numbers.

    >>> most_shown(("cat", "dog")), most_shown(("cat", "a dog that is as large as a calf"))
    (12, 8)
    """
    return _MOST_LONG if are_long(classes) else _MOST


def numbered(classes: Sequence[str]) -> dict[str, str]:
    """Return class → its name as the chart writes it: after its number, if classes are numbered.

    >>> numbered(("cat", "dog")), numbered(("cat", "mouse (computer)"))
    ({'cat': 'cat', 'dog': 'dog'}, {'cat': '1 cat', 'mouse (computer)': '2 mouse (computer)'})
    """
    numbers = _have_numbers(classes)
    return {name: f"{place} {name}" if numbers else name for place, name in enumerate(classes, 1)}


def _have_numbers(classes: Sequence[str]) -> bool:
    return len(classes) > _MOST or widest(classes) > _SHORT


def _shown(matrix: np.ndarray, classes: Sequence[str], chosen: Sequence[str]) -> list[int]:
    asked = {place for place, name in enumerate(classes) if name in chosen}
    return sorted(asked.union(most_mixed_up(matrix, most_shown(classes))))


def _axes(frame: pd.DataFrame, numbers: bool, small: bool) -> alt.Chart:
    """Return a chart with an axis of answers and one of true labels; numbers: whether classes have some."""
    columns, rows = list(frame["column"].unique()), list(frame["row"].unique())
    thinned: dict[str, Any] = {"labelOverlap": "parity", "labelSeparation": 2} if small else {}
    x = {"sort": columns, "scale": alt.Scale(domain=columns), "title": "Answer, by number" if numbers else "Answer"}
    y = {"sort": rows, "scale": alt.Scale(domain=rows), "title": "True label, by number" if small else "True label"}
    return alt.Chart(frame).encode(
        x=alt.X("column:N", axis=names_axis(110, 0 if numbers else -45, **thinned), **x),
        y=alt.Y("row:N", axis=names_axis(170, **thinned), **y),
    )


def _squares(base: alt.Chart, clickable: bool) -> alt.Chart:
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
    picked = alt.selection_point(name="picked", fields=["label", "answer"], toggle=False)
    return cells.add_params(picked) if clickable else cells


def _cells(matrix: np.ndarray, classes: Sequence[str], places: Sequence[int], small: bool) -> pd.DataFrame:
    support, named, numbers = matrix.sum(axis=1), numbered(classes), _have_numbers(classes)
    rows = [
        (
            classes[i],
            classes[j],
            str(i + 1) if small else named[classes[i]],
            str(j + 1) if numbers else classes[j],
            int(matrix[i, j]),
            matrix[i, j] / max(support[i], 1),
            "right" if i == j else "wrong",
        )
        for i in places
        for j in places
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _numbers(base: alt.Chart, frame: pd.DataFrame) -> list[alt.Chart]:
    """Return the counts, in white where a cell is dark."""
    filled, dark = frame["pairs"] > 0, frame["share"] > _DARK_CELL
    marks = base.mark_text(fontSize=12), base.mark_text(fontSize=12, color="white", fontWeight="bold")
    parts = frame[filled & ~dark], frame[filled & dark]
    return [mark.encode(text="pairs:Q").properties(data=part) for mark, part in zip(marks, parts, strict=True)]


def _title(shown: int, classes: Sequence[str]) -> str | alt.Spec:
    title, most = "Pairs by true label and answer", most_shown(classes)
    more = " and the chosen ones" if shown > most else ""
    subtitle = f"The {most} classes most often mixed up{more}, of {len(classes):,}"
    return title if shown == len(classes) else alt.Title(title, subtitle=[subtitle])

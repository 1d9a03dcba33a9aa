"""The confusion matrix of one model, and the pairs of a cell."""

import numpy as np
import streamlit as st

from mmdemo.charts.confusion import confusion_chart, most_shown, numbered
from mmdemo.evaluation.confusion import mistakes
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.ui import figure, frame, state
from mmdemo.ui.pages.evaluate import opinions
from mmdemo.ui.pages.evaluate.opinions import Album

KEY, _WHOLE = "confusion_matrix", "confusion_whole"


def expander(album: Album, head: str, counts: np.ndarray) -> None:
    """Draw, in an expander, the matrix, int (k, k), the choice of a cell, and the pairs in it."""
    title = "Every answer by true label (confusion matrix)"
    with st.expander(title, icon=":material/grid_on:", key=KEY, on_change="rerun") as opened:
        if opened.open:
            rows = _cell(album.tested, head, counts)
            opinions.cards(album, rows, "cell")


def _cell(tested: HeldOut, head: str, counts: np.ndarray) -> np.ndarray:
    """Draw the matrix and the choice of a cell; return the rows (m,) in the cell."""
    remembered = st.session_state.get(state.CONFUSION_LABEL), st.session_state.get(state.CONFUSION_ANSWER)
    if not all(name in tested.classes for name in remembered):
        first = mistakes(counts, tested.classes)[:1]
        _choose(*((first[0].label, first[0].answer) if first else (tested.classes[0], tested.classes[0])))
    left, right = st.columns([3, 2], gap="large")
    with right:
        label = _class("True label", tested, state.CONFUSION_LABEL)
        answer = _class("Answer", tested, state.CONFUSION_ANSWER)
        many = len(tested.classes) > most_shown(tested.classes)
        every = f"Show all {len(tested.classes):,} classes"
        whole = many and st.toggle(every, key=_WHOLE, persist_state="session")
    rows = tested.cell(head, label, answer)
    with left:
        figure.choose(
            confusion_chart(counts, tested.classes, (label, answer), whole=whole),
            alt=f"Confusion matrix: {int(counts.trace())} of {len(tested.labels)} pairs on the diagonal are right. "
            "Choose a cell with the lists beside it.",
            key=state.CONFUSION_CELL,
            on_select=_take,
        )
    with right:
        st.markdown(_sentence(len(rows), int((tested.labels == label).sum()), label, answer))
        st.caption(
            "Each row holds the pairs of one true label; blue cells are right, orange ones mistakes, darker where a "
            "larger share of the row lies. Click a cell, or choose it with the lists, to see its pairs."
        )
    return rows


def _class(title: str, tested: HeldOut, key: str) -> str:
    named = numbered(tested.classes)
    return st.selectbox(title, tested.classes, format_func=named.__getitem__, key=key, persist_state="session")


def _take() -> None:
    picked = st.session_state[state.CONFUSION_CELL]["selection"].get("picked")
    if picked:  # empty when the chart is drawn anew
        _choose(picked[0]["label"], picked[0]["answer"])


def _choose(label: str, answer: str) -> None:
    st.session_state.update({state.CONFUSION_LABEL: label, state.CONFUSION_ANSWER: answer})


def _sentence(found: int, support: int, label: str, answer: str) -> str:
    true, given = frame.plain(label), frame.plain(answer)
    are = "is" if found == 1 else "are"
    if label == answer:
        return f"**{found} of the {support}** pairs of **{true}** {are} recognised:"
    return f"**{found} of the {support}** pairs of **{true}** {are} taken for **{given}**:"

"""Which classes a model takes for which, as rows of the pairs themselves; everything about the model one click away."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.finding import counted
from mmdemo.evaluation.confusion import Mistake, confusion_matrix, mistakes
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.heads import head_title, head_words
from mmdemo.ui import frame, model_data, state
from mmdemo.ui.pages.evaluate import head_detail, matrix, opinions
from mmdemo.ui.pages.evaluate.opinions import Album

_FEW, _MANY = 4, 12  # mistakes: at first, and at most
_PAIRS = 6  # of a mistake: one line of a wide page


@st.fragment
def mixed_up(bundle: Bundle, tested: HeldOut) -> None:
    """Draw the choice of a model, its most frequent mistakes with their pairs, and its details in expanders."""
    with frame.guarded():
        st.header("Which classes are mixed up", anchor=False)
        head = _chosen(tested)
        album = Album(tested, model_data.origin_of(bundle)[0])
        counts = confusion_matrix(tested.labels, tested.guesses(head), tested.classes)
        found = mistakes(counts, tested.classes)
        if not found:
            who = head_words(head, tested.modalities)
            st.info(f"Nothing is: {who} answers all {len(tested.ids):,} pairs correctly.", icon=":material/check:")
        _lines(album, head, found)
        matrix.expander(album, head, counts)
        head_detail.expanders(bundle, head)


def _chosen(tested: HeldOut) -> str:
    if len(tested.heads) == 1:
        return tested.heads[0]
    head = st.segmented_control(
        "By the model for",
        tested.heads,
        default=tested.heads[-1],
        required=True,
        format_func=lambda name: head_title(name, tested.modalities),
        key=state.EVALUATED_HEAD,
        persist_state="session",
        help="There is a model for each modality alone, and one for each set of them together.",
    )
    return head or tested.heads[-1]


def _lines(album: Album, head: str, found: tuple[Mistake, ...]) -> None:
    most = _MANY if st.session_state.get("mistakes_all") else _FEW
    for place, one in enumerate(found[:most]):
        label, answer = frame.plain(one.label), frame.plain(one.answer)
        st.markdown(f"**{label}** taken for **{answer}**: {one.pairs} of {counted(one.support, 'pair')}")
        opinions.row(album, album.tested.cell(head, one.label, one.answer)[:_PAIRS], f"mistake_{place}")
    if len(found) > _FEW:
        shown = min(len(found), _MANY)
        of = "" if shown == len(found) else f" of {len(found):,}"
        st.toggle(f"Show {'all ' if not of else ''}{shown}{of} mix-ups", key="mistakes_all", persist_state="session")

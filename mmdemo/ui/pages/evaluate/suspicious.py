"""Held-out pairs whose label looks wrong: the most suspicious first, each to leave out, to relabel, or to keep."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.label_errors import Suspect, label_errors
from mmdemo.model.heads import best_informed, head_title
from mmdemo.ui import frame, model_data, own_copy, own_origin, state
from mmdemo.ui.pages.evaluate import corrected
from mmdemo.ui.pages.evaluate.opinions import Album, image_and_caption

_FEW, _MANY = 10, 60  # cards: at first, and at most


@st.fragment
def suspicious_labels(bundle: Bundle, tested: HeldOut) -> None:
    """Draw the pairs whose label looks wrong, and for one's own data what to do about each."""
    with frame.guarded():
        st.header("Suspicious labels", anchor=False)
        head = best_informed(bundle.evaluation.heads)
        suspects = _suspects(bundle.manifest["sha256"], head, bundle)
        title = head_title(head, tested.modalities).lower()
        if not suspects:
            st.info(f"No label looks wrong to the model for {title}.", icon=":material/check:")
            return
        looks = "looks" if len(suspects) == 1 else "look"
        st.markdown(
            f"**{len(suspects):,} of {len(tested.ids):,} labels {looks} wrong** to a model that was trained without "
            "them. The most suspicious come first: it may be the label that is wrong, or the model."
        )
        data_id = own_origin.data_id(bundle.path.name)
        changeable = bool(data_id) and own_copy.can_change(data_id)
        _cards(bundle, tested, suspects, changeable)
        if changeable:
            corrected.train_again(bundle, data_id, suspects)
        elif not data_id:
            st.caption("With data of your own, one click on a pair leaves it out or relabels it for a new training.")


def _cards(bundle: Bundle, tested: HeldOut, suspects: tuple[Suspect, ...], changeable: bool) -> None:
    album = Album(tested, model_data.origin_of(bundle)[0])
    most = _MANY if st.session_state.get("suspects_all") else _FEW
    with st.grid(min_column_width=170, gap="small", border=True, key="suspects"):
        for suspect in suspects[:most]:
            with st.container(gap="xsmall"):
                _card(album, suspect)
                if changeable:
                    corrected.choice(bundle, suspect)
    if len(suspects) > _FEW:
        shown = min(len(suspects), _MANY)
        title = f"Show {'all ' if shown == len(suspects) else ''}{shown}"
        st.toggle(title, key="suspects_all", persist_state="session")


def _card(album: Album, suspect: Suspect) -> None:
    image_and_caption(album, suspect.row)
    given, suggested = map(frame.plain, (suspect.given, suspect.suggested))
    st.markdown(f"Labelled **{given}**  \nLooks like **{suggested}**")
    parameters = {state.PAIR: suspect.row, state.PAIR_OF: state.OF_MODEL}
    frame.link("Classify", "See why", icon=":material/search_insights:", **parameters)


@st.cache_data(max_entries=8, show_spinner="Looking for wrong labels…")
def _suspects(model: str, head: str, _bundle: Bundle) -> tuple[Suspect, ...]:
    return tuple(label_errors(_bundle.held_out, head))

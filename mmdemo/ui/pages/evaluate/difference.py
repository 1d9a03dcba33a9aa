"""The pairs that a modality fixes when it is added to the others, and those that it breaks."""

from collections.abc import Mapping

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.sentences import noun
from mmdemo.model.heads import head_title
from mmdemo.ui import frame, model_data
from mmdemo.ui.pages.evaluate import opinions
from mmdemo.ui.pages.evaluate.opinions import Album


@st.fragment
def fixed_and_broken(bundle: Bundle, tested: HeldOut) -> None:
    """Draw both kinds of pairs as cards, the clearest first, and what is missing to show them."""
    with frame.guarded():
        origin, missing = model_data.origin_of(bundle)
        if missing:
            st.info(
                f"Pairs are shown without their {' and '.join(map(noun, tested.modalities))}. {frame.plain(missing)}",
                icon=":material/visibility_off:",
            )
        elif origin is not None and not origin.exact:
            st.info("The data here is another edition than the model's: some pairs may have changed or gone.")
        adds = bundle.evaluation.adds
        if not adds:
            return
        st.header("Where adding a modality makes the difference", anchor=False)
        _pairs(_chosen(adds), Album(tested, origin))


def _chosen(adds: Mapping[str, Added]) -> Added:
    """Draw the choice of a modality, by default the one that adds least, and return what it adds."""
    least = min(adds, key=lambda name: adds[name].accuracy)
    name = st.segmented_control(
        "Adding",
        list(adds),
        default=least,
        required=True,
        format_func=lambda name: f"the {noun(name)}",
        key="added",
        persist_state="session",
        help="Which modality is added to the others: the pairs below are those where it changes whether the answer is "
        "right.",
    )
    return adds[name or least]


def _pairs(found: Added, album: Album) -> None:
    over = f"“{head_title(found.over, album.tested.modalities).lower()}”"
    fixed, broken = st.tabs([f"Fixed ({found.fixed})", f"Broken ({found.broken})"])
    with fixed:
        st.markdown(f"Wrong with {over}, right with the {noun(found.modality)} added. The clearest changes come first.")
        opinions.cards(album, album.tested.fixed(found.over), "fixed")
    with broken:
        st.markdown(f"Right with {over}, wrong with the {noun(found.modality)} added.")
        opinions.cards(album, album.tested.broken(found.over), "broken")

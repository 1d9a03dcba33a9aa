"""The pairs that fusion answers right and the better single head wrong, and the other way round."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.heads import head_title
from mmdemo.evaluation.held_out import HeldOut
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
                f"Pairs are shown without image and caption. {frame.plain(missing)}", icon=":material/hide_image:"
            )
        elif origin is not None and not origin.exact:
            st.info("The data here is another edition than the model's: some pairs may have changed or gone.")
        gain = bundle.evaluation.gain
        if gain is None:
            return
        over, album = f"the {head_title(gain.over).lower()}", Album(tested, origin)
        st.subheader("Where fusion makes the difference", anchor=False)
        fixed, broken = st.tabs([f"Fixed by fusion ({gain.fixed})", f"Broken by fusion ({gain.broken})"])
        with fixed:
            st.markdown(f"Right with both together, wrong with {over}. The clearest changes come first.")
            opinions.cards(album, tested.fixed(gain.over), "fixed")
        with broken:
            st.markdown(f"Right with {over}, wrong with both together.")
            opinions.cards(album, tested.broken(gain.over), "broken")

"""The pairs that fusion answers right and the better single head wrong, and the other way round."""

import streamlit as st

from mmdemo.charts import HEAD_TITLES
from mmdemo.evaluate import Gain
from mmdemo.ui import frame, opinions
from mmdemo.ui.opinions import Album


@st.fragment
def fixed_and_broken(gain: Gain, album: Album) -> None:
    """Draw both kinds of pairs as cards, the clearest first."""
    with frame.guarded():
        over = f"the {HEAD_TITLES.get(gain.over, gain.over).lower()}"
        st.subheader("Where fusion makes the difference", anchor=False)
        fixed, broken = st.tabs([f"Fixed by fusion ({gain.fixed})", f"Broken by fusion ({gain.broken})"])
        with fixed:
            st.markdown(f"Right with both together, wrong with {over}. The clearest changes come first.")
            opinions.cards(album, album.tested.fixed(gain.over), "fixed")
        with broken:
            st.markdown(f"Right with {over}, wrong with both together.")
            opinions.cards(album, album.tested.broken(gain.over), "broken")

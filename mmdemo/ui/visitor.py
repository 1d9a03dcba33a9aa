"""Who a visitor is: a random name that their browser keeps, so that their runs stay theirs."""

import re
import secrets

import streamlit as st

from mmdemo.ui import state

_COOKIE = "fusion_lab_visitor"
_BYTES, _DAYS = 12, 30
_NAME = re.compile(r"[A-Za-z0-9_-]{16}")  # as many letters as the bytes make in base 64

_PLACE = "keeps_visitor"
# An empty element would leave a gap.
STYLE = f"<style>[data-testid=stLayoutWrapper]:has(> .st-key-{_PLACE}) {{display: none}}</style>"


def name() -> str:
    """Return the visitor's name: the one that the browser kept, else a new one for this session."""
    if state.VISITOR not in st.session_state:
        kept = str(st.context.cookies.get(_COOKIE, ""))
        st.session_state[state.VISITOR] = kept if _NAME.fullmatch(kept) else secrets.token_urlsafe(_BYTES)
    return str(st.session_state[state.VISITOR])


def keep() -> None:
    """Have the browser keep the visitor's name; whoever knows it can change their models, so no URL holds it."""
    # Always drawn, because a first draw may be lost when the visitor is quick. The browser runs it when it is new.
    with st.container(key=_PLACE):
        st.html(
            f"""<script>
document.cookie = "{_COOKIE}={name()}; path=/; SameSite=Lax; max-age={_DAYS * 24 * 3600}"
    + (location.protocol === "https:" ? "; Secure" : "");
</script>""",
            unsafe_allow_javascript=True,
        )

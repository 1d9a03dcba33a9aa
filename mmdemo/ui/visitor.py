"""Who a visitor is: a random name that their browser keeps, so that their runs stay theirs."""

import streamlit as st

from mmdemo.ui import visitor_name
from mmdemo.ui.sessions import sessions

_PLACE = "keeps_visitor"
# An empty element would leave a gap.
STYLE = f"<style>[data-testid=stLayoutWrapper]:has(> .st-key-{_PLACE}) {{display: none}}</style>"


def name() -> str:
    """Return the visitor's name: the one that the browser kept, else a new one for this session."""
    if visitor_name.KEY not in st.session_state:
        st.session_state[visitor_name.KEY] = _kept() or visitor_name.new()
    return str(st.session_state[visitor_name.KEY])


def keep() -> None:
    """Take note whose tab this is, and have the browser keep the visitor's name.

    Whoever knows it can change their models, so no URL holds it.

    The server's door has done so with a cookie that no script can read; only a host that starts the pages without
    the door needs this.
    """
    sessions().register(name())
    if _kept():
        return
    # Always drawn, because a first draw may be lost when the visitor is quick. The browser runs it when it is new.
    with st.container(key=_PLACE):
        st.html(
            f"""<script>
document.cookie = "{visitor_name.COOKIE}={name()}; path=/; SameSite=Lax; max-age={visitor_name.SECONDS}"
    + (location.protocol === "https:" ? "; Secure" : "");
</script>""",
            unsafe_allow_javascript=True,
        )


def address() -> str:
    """Return the network address that the visitor's browser comes from, "" where it is not known."""
    return st.context.ip_address or ""


def _kept() -> str:
    kept = str(st.context.cookies.get(visitor_name.COOKIE, ""))
    return kept if visitor_name.is_valid(kept) else ""

"""The link that opens exactly what a page shows, with what a visitor wrote: made when it is asked for, never before.

What was written is in no address until somebody copies the link, and leaves the address as soon as the link is opened.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

import streamlit as st

from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import local, state

_GIVEN = "given_by_link"  # session: modality → what the opened link says of it, until the page has taken it up
_HOLDS = "link_holds"  # session: what returns the parameters of the link to the page that is drawn
_OWN_PAIR = ("Classify", "Preprocess")  # pages where a visitor may give a pair of their own
_LONGEST = 6_000  # characters: browsers and servers take longer addresses, but not all of them

Held = tuple[Mapping[str, str], Sequence[str]]
"""Parameters that bring back what a page shows, and sentences on what no link can bring back."""


def holds(found: Callable[[], Held]) -> None:
    """Have the link to the page that is drawn hold what this returns when the link is asked for."""
    st.session_state[_HOLDS] = found


def draw() -> None:
    """Draw the link to the page as it is now, and say what is not in it."""
    given, said = st.session_state.get(_HOLDS, lambda: ({}, ()))()
    there, left_out = {**st.query_params.to_dict(), **given}, list(said)
    written = address(there)
    if len(written) > _LONGEST:
        written = address({key: value for key, value in there.items() if key not in MODALITIES})
        left_out.append("What you wrote is too long for a link, so it is not in it.")
    show(written)
    for sentence in left_out:
        st.caption(sentence)


def address(parameters: Mapping[str, str]) -> str:
    """Return the address of the page that is open with these parameters."""
    here = (st.context.url or "").partition("?")[0]
    return f"{here}?{urlencode(parameters)}" if parameters else here


def show(link: str) -> None:
    """Draw a link to copy, and say so if it does not work everywhere."""
    st.code(link, language=None, wrap_lines=True)
    if said := reach(urlsplit(link).hostname or ""):
        st.caption(said, width="content")


def reach(host: str) -> str:
    """Return where alone a link to this host works, "" if everywhere.

    >>> reach("127.0.0.1"), reach("192.168.1.7"), reach("example.org")
    ('This link works on this computer only.', 'This link works in this network only.', '')
    """
    if host and local.is_loopback(host):
        return "This link works on this computer only."
    try:
        within = ipaddress.ip_address(host).is_private
    except ValueError:
        within = "." not in host or host.endswith((".local", ".lan", ".internal"))
    return "This link works in this network only." if within and host else ""


def take(title: str) -> None:
    """Take what the opened link gives out of the address, and keep it until the page draws its inputs."""
    st.session_state.pop(_HOLDS, None)  # what the page before this one had
    given = {name: st.query_params.pop(name) for name in MODALITIES if name in st.query_params}
    if given and title in _OWN_PAIR:
        st.session_state[_GIVEN] = given
        st.session_state[state.PAIR_FROM] = state.OWN_PAIR


def taken() -> Mapping[str, str]:
    """Return modality → what the opened link gives, once."""
    found: Mapping[str, str] = st.session_state.pop(_GIVEN, {})
    return found

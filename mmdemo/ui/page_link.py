"""The link that opens exactly what a page shows, with what a visitor wrote: made when it is asked for, never before.

What was written is in no address until somebody copies the link, and leaves the address as soon as the link is opened.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st

from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import local, state

_GIVEN = "given_by_link"  # session: modality → what the opened link says of it, until the page has taken it up
_OWN_PAIR = ("Classify", "Preprocess")  # pages where a visitor may give a pair of their own
_PAIR_OF_DATA = ("Preprocess", "Features")  # pages that show one of the chosen dataset's
_LONGEST = 6_000  # characters: browsers and servers take longer addresses, but not all of them


def draw(title: str) -> None:
    """Draw the link to the page with this title as it is now, and say what is not in it."""
    there = st.query_params.to_dict()
    left_out: list[str] = []
    if _has_own_pair(title):
        given, left_out = _given()
        there |= given
    elif title in _PAIR_OF_DATA:
        there |= _pair()
    written = address(there)
    if len(written) > _LONGEST:
        written = address({key: value for key, value in there.items() if key not in MODALITIES})
        left_out.append("What you wrote is too long for a link, so it is not in it.")
    show(written)
    for said in left_out:
        st.caption(said)


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
    given = {name: st.query_params.pop(name) for name in MODALITIES if name in st.query_params}
    if given and title in _OWN_PAIR:
        st.session_state[_GIVEN] = given
        st.session_state[state.PAIR_FROM] = state.OWN_PAIR


def give(modalities: Iterable[str]) -> None:
    """Put what the opened link gives into the inputs of these modalities, once, before they are drawn."""
    from mmdemo.ui.modalities.registry import view_of  # which draws datasets, and so needs what the frame needs

    given = st.session_state.pop(_GIVEN, {})
    for name in modalities:
        if name in given:
            view_of(name).from_link(given[name])


def _has_own_pair(title: str) -> bool:
    if title == "Classify":
        return st.session_state.get(state.ASK) != state.TABLE_OF_PAIRS
    return title == "Preprocess" and st.session_state.get(state.PAIR_FROM) == state.OWN_PAIR


def _given() -> tuple[dict[str, str], list[str]]:
    """Return the parameters that bring back what the visitor gave, and sentences on what no link can bring back."""
    from mmdemo.ui.modalities.registry import views_of

    given: dict[str, str] = {}
    left_out = []
    for view in views_of(MODALITIES):
        parameters, said = view.in_link()
        given |= parameters
        left_out += [said] if said else []
    return given, left_out


def _pair() -> dict[str, str]:
    """Return the pair of the chosen dataset that was looked at last, and the dataset."""
    from mmdemo.ui import data_choice

    try:
        seen = st.session_state.get(state.LAST_PAIRS, {}).get(data_choice.current_dataset().name)
    except DatasetError:  # the page says so
        return {}
    return {state.DATASET: data_choice.current_source(), state.PAIR: seen} if seen else {}

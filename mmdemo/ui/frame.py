"""What every page has: title, purpose, navigation, the next step, and calm words when something goes wrong."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

import streamlit as st

from mmdemo.errors import BundleError, MMDemoError
from mmdemo.storage.full import SERVER, is_full
from mmdemo.storage.places import without_places
from mmdemo.ui import (
    fault,
    next_step,
    page_link,
    private_links,
    run_ready,
    sidebar,
    state,
    style,
    tour,
    uploads,
    visitor,
)
from mmdemo.ui.as_written import plain
from mmdemo.ui.door import heap, warming
from mmdemo.ui.door.presence import door_present
from mmdemo.ui.way_out import WayOutError

_LOG = logging.getLogger("mmdemo")


# Two modalities that overlap. An icon by Material's name would be fetched from another host.
_ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill-opacity=".75">'
    '<circle cx="9" cy="12" r="7" fill="#2458b8"/><circle cx="15" cy="12" r="7" fill="#e06c00"/></g></svg>'
)


@dataclass(frozen=True)
class Entry:
    """One page of the app: its title, script, icon, and what a person does there in one sentence.

    heading: what stands above the page in place of its title.
    """

    title: str
    script: str
    icon: str
    purpose: str
    heading: str = ""


ENTRIES = (
    Entry(
        "Overview",
        "app.py",
        ":material/home:",
        "Fusion Lab finds out, on your own images and captions, and shows you why.",
        "Does adding the picture to the words help?",
    ),
    Entry(
        "Data",
        "pages/data.py",
        ":material/photo_library:",
        "Choose a sample or bring your own images and captions, and look at them.",
    ),
    Entry(
        "Preprocess",
        "pages/preprocess.py",
        ":material/tune:",
        "Change an image or a caption, and see whether the model changes its answer.",
    ),
    Entry(
        "Features",
        "pages/features.py",
        ":material/account_tree:",
        "Follow one pair through the model, step by step, to its answer.",
    ),
    Entry(
        "Train",
        "pages/train.py",
        ":material/model_training:",
        "Make a model from your data, and see whether images and captions together do better.",
    ),
    Entry(
        "Evaluate",
        "pages/evaluate.py",
        ":material/fact_check:",
        "See how often the model is right on pairs it had not seen, and where it goes wrong.",
    ),
    Entry(
        "Classify",
        "pages/classify.py",
        ":material/image_search:",
        "Give the model an image, a caption or both: see its answer, how sure it is, and why.",
    ),
    Entry(
        "Models",
        "pages/models.py",
        ":material/inventory_2:",
        "Compare your models, choose the one to use, and take it home.",
    ),
)


@contextmanager
def page(title: str) -> Iterator[None]:
    """Draw the frame of the page with this title around what the block draws."""
    place = next(i for i, entry in enumerate(ENTRIES) if entry.title == title)
    entry = ENTRIES[place]
    st.set_page_config(page_title=f"{entry.title} · Fusion Lab", page_icon=_ICON, layout="wide")
    st.session_state[state.HERE] = title
    uploads.bound()
    next_step.begin()
    style.apply()
    visitor.keep()
    left_out: tuple[str, ...] = ()
    with guarded():
        left_out = private_links.leave(title)  # first: links on the page take along what is in the address
        page_link.take(title)
    sidebar.draw([one.title for one in ENTRIES], title, link)
    tour.bar(_go)
    st.title(entry.heading or entry.title, anchor=False)
    if tour.current() is None:
        st.markdown(entry.purpose)
    with guarded():
        for said in left_out:
            st.info(said, icon=":material/link_off:")
        if title != "Train":  # there it is shown
            _announce_run()
        yield
        _settle(title)
    if 0 < place < len(ENTRIES) - 1:
        _next(ENTRIES[place + 1].title)


def _next(usual: str) -> None:
    title, parameters = next_step.after(usual)
    if title:
        st.divider()
        link(title, f"Next: {title}", icon=":material/arrow_forward:", **parameters)


def _announce_run() -> None:
    if (found := run_ready.ended()) is not None:
        run, said = found
        st.info(said, icon=":material/school:")
        link("Train", "See it", **{state.RUN: run})


@contextmanager
def guarded() -> Iterator[None]:
    """Show what goes wrong in the block as one sentence; what is our fault is logged under an id."""
    try:
        yield
    except MMDemoError as error:
        st.error(plain(without_places(str(error))), icon=":material/error:")
        if isinstance(error, WayOutError):
            next_step.end()  # the ways out are the next steps
            for way in error.ways:
                link(way.title, way.said, **way.parameters)
        if isinstance(error, BundleError) and st.query_params.get(state.MODEL, state.EVERYDAY) != state.EVERYDAY:
            link(st.session_state[state.HERE], "Use the shipped model", **{state.MODEL: state.EVERYDAY})
    except Exception as error:
        if is_full(error):
            st.error(SERVER, icon=":material/error:")
            return
        number = secrets.token_hex(4)
        _LOG.error("Error %s\n%s", number, fault.told(error))
        st.error(
            f"Something went wrong here, and it is not your fault. Reload the page to go on; "
            f"if it happens again, please report error {number}.",
            icon=":material/error:",
        )


def badge(text: str, color: str) -> None:
    """Draw foreign text as a badge; `st.badge` would escape its brackets a second time."""
    st.markdown(f":{color}-badge[{plain(text)}]", width="content")


def exists(title: str) -> bool:
    """Return whether there is a page with this title."""
    return any(entry.title == title for entry in ENTRIES)


def script(title: str) -> str:
    """Return the script of the page with this title."""
    return next(entry.script for entry in ENTRIES if entry.title == title)


def link(title: str, label: str | None = None, icon: str | None = None, **parameters: str) -> None:
    """Draw a link to the page with this title; it takes the chosen model and data along.

    parameters: more to put into the URL, such as `pair="apple"`.
    """
    entry = next(entry for entry in ENTRIES if entry.title == title)
    st.page_link(
        entry.script,
        label=label or entry.title,
        icon=icon or entry.icon,
        query_params={**state.shared_parameters(), **state.kept_parameters(title), **parameters},
    )


@cache
def _settle(title: str) -> None:
    """Take note, once for each page, that it has loaded what it needs."""
    if door_present():
        heap.freeze()  # now, and the slower rest when nobody waits
        warming.drawn()
    else:
        heap.settle()


def _go(title: str, parameters: Mapping[str, str]) -> None:
    st.switch_page(script(title), query_params={**state.shared_parameters(), **parameters})

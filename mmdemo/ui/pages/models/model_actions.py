"""What a visitor can do with a model: use it everywhere, rename it, share it, delete it, and undo that."""

import math
from functools import partial

import streamlit as st

from mmdemo.jobs.deletions import UNDO_SECONDS
from mmdemo.jobs.names import LONGEST
from mmdemo.ui import frame, runs, sharing, state, visitor
from mmdemo.ui.pages.models import shelf
from mmdemo.ui.pages.models.shelf import Shelved
from mmdemo.ui.rename import rename


def actions(model: Shelved) -> None:
    """Draw the buttons that choose, try, rename, share and delete the model."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if model.current:
            st.badge("current on every page", icon=":material/check:", color="green")
        else:
            st.button(
                "Use on every page",
                icon=":material/check:",
                type="primary",
                key="use",
                on_click=shelf.choose,
                args=(model,),
            )
        parameters = {} if model.id == state.EVERYDAY else {state.MODEL: model.id}
        if frame.exists("Evaluate"):
            frame.link("Evaluate", "Evaluate it", **parameters)
        frame.link("Classify", "Classify with it", **parameters)
        if model.mine:
            rename(f"name_{model.id}", model.name, LONGEST, partial(shelf.rename, model))
            _share(model)
            _delete(model)
    if not model.mine and model.id != state.EVERYDAY:
        st.caption("It was not trained in this browser, so it can be used here but not renamed or deleted.")


def _share(model: Shelved) -> None:
    with st.popover("Share" if model.private else "Shared", icon=":material/share:"):
        if not model.private:
            st.markdown(sharing.SHARED_MODEL)
            return
        st.markdown(sharing.MODEL)
        st.button("Share it", icon=":material/share:", key="share_model", on_click=shelf.share, args=(model,))


def _delete(model: Shelved) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(
            f"Delete **{frame.plain(model.name)}**? Its link stops working at once, for everybody. You can undo this "
            f"for {UNDO_SECONDS:.0f} seconds; then the model is gone for good."
        )
        st.button("Delete it", icon=":material/delete:", key="delete", on_click=shelf.delete, args=(model,))


def deleted() -> None:
    """Draw a line for each model that was deleted a moment ago, with a button that brings it back."""
    if not runs.queue().deletions.of(visitor.name()):
        return

    @st.fragment(run_every=1.0)
    def again() -> None:
        found = runs.queue().deletions.of(visitor.name())
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center", key=f"deleted_{one.job_id}"):
                st.markdown(f"Deleted “{frame.plain(one.name)}”.", width="content")
                st.button(
                    f"Undo ({math.ceil(one.seconds_left)} s)",
                    icon=":material/undo:",
                    key=f"undo_{one.job_id}",
                    on_click=shelf.undo,
                    args=(one.job_id,),
                )
        if not found:
            st.rerun()

    again()

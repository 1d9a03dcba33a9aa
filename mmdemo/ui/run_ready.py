"""The run that a tab has seen going on, and one line on it when it ends while its visitor is on another page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mmdemo.ui import state
from mmdemo.ui.as_written import plain

if TYPE_CHECKING:
    from mmdemo.jobs.job import Job  # with the queue, which most pages can do without


@dataclass(frozen=True)
class Watched:
    """job: the run. name: of its data. model: the current one when the run was last seen going on."""

    job: Job
    name: str
    model: str | None


def watched() -> Watched | None:
    """Return the run that went on when this tab last showed it."""
    found: Watched | None = st.session_state.get(state.WATCHED)
    return found


def ended() -> tuple[str, str] | None:
    """Return the id of that run and a sentence on how it ended, in Markdown; None where there is nothing to say.

    What the Train page has shown since counts as seen.
    """
    found = watched()
    if found is None or not found.job.ended.is_set() or found.job.state == "cancelled":
        return None
    name, folder = plain(found.name), found.job.folder
    if found.job.state != "done":
        return found.job.id, f"Your run on “{name}” ended without a model."
    return (found.job.id, f"Your model on “{name}” is ready.") if folder and folder.is_dir() else None

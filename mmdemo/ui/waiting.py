"""A process that reads for a visitor, as long as it waits or goes on: how far it is, and a way to stop it."""

from collections.abc import Callable

import streamlit as st

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, reading, runs


def watch(job: Job, progress: Callable[[Snapshot], None]) -> None:
    """Draw how far a job of `reading.queue()` is until it has ended; then the page is drawn anew.

    progress: draws it once nothing is before it.
    """

    @st.fragment(run_every=0.5)
    def again() -> None:
        with frame.guarded():
            now = reading.now(job)
            if not now.live:
                st.rerun()
            if now.state == State.QUEUED and (now.position or now.waits_for_memory):
                why = frame.plain(runs.wait_words(now, reading.queue()))
                st.info(f"{why} It starts by itself.", icon=":material/hourglass:")
            else:
                progress(now)
            if now.mine:
                st.button("Cancel", icon=":material/stop_circle:", on_click=reading.cancel, args=(now.id,), key="stop")

    again()

"""A reading of own data that waits or goes on, with how far it is and a way to stop it."""

import streamlit as st

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, reading, runs


def watch(job: Job, title: str) -> None:
    """Draw how far a reading is, again and again until it has ended; then the page is drawn anew."""

    @st.fragment(run_every=0.5)
    def again() -> None:
        with frame.guarded():
            now = reading.now(job)
            if not now.live:
                st.rerun()
            _draw(now, title)

    again()


def _draw(now: Snapshot, title: str) -> None:
    if now.state == State.QUEUED:
        st.info(f"{runs.wait_words(now)} It starts by itself.", icon=":material/hourglass:")
    else:
        st.markdown(f"**{title}, for {now.elapsed:.0f} s**")
        st.progress(reading.share(now), text=reading.STAGES.get(now.stage, reading.GETTING_READY))
    if now.mine:
        st.button("Cancel", icon=":material/stop_circle:", on_click=reading.cancel, args=(now.id,), key="stop_reading")

"""A reading of own data that waits or goes on, with how far it is and a way to stop it."""

from collections.abc import Mapping

import streamlit as st

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, reading, runs, visitor


def watch(job: Job, title: str, stages: Mapping[str, str]) -> None:
    """Draw how far a reading is, again and again until it has ended; then the page is drawn anew.

    stages: name of a stage → what a person reads.
    """

    @st.fragment(run_every=0.5)
    def again() -> None:
        with frame.guarded():
            now = job.snapshot(visitor.name())
            if not now.live:
                st.rerun()
            _draw(now, title, stages)

    again()


def _draw(now: Snapshot, title: str, stages: Mapping[str, str]) -> None:
    if now.state == State.QUEUED:
        st.info(f"{runs.wait_words(now)} It starts by itself.", icon=":material/hourglass:")
    else:
        st.markdown(f"**{title}, for {now.elapsed:.0f} s**")
        names = list(stages)
        place = names.index(now.stage) if now.stage in names else 0
        said = stages.get(now.stage, title)
        st.progress((place + now.done) / len(names), text=f"{said}: {now.done:.0%}")
    if now.mine:
        st.button("Cancel", icon=":material/stop_circle:", on_click=reading.cancel, args=(now.id,), key="stop_reading")

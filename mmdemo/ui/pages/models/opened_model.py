"""Open a model's zip that was made elsewhere: taken to the disk at once, checked in a process of its own."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mmdemo.errors import JobError, MMDemoError
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.storage.limits import UPLOAD_MEGABYTES
from mmdemo.ui import frame, own_data, reading, runs, state, taken_pack, visitor, waiting

TITLE = "Open a model from elsewhere"
_KEY, _COUNT, _OPENING, _PROBLEM = "model_zip", "model_zips", "opening_model", "model_not_opened"
_MEGABYTES = 250.0  # beyond the libraries that the server has, too


@dataclass(frozen=True)
class _Opening:
    """A zip that is being checked: its job, where it lies, and what it was called."""

    job: Job
    data_id: str
    name: str


def settle() -> None:
    """Take up a model that has been checked: it is this visitor's, and what all pages speak of."""
    opening = st.session_state.get(_OPENING)
    if opening is None or not opening.job.ended.is_set():
        return
    del st.session_state[_OPENING]
    own_data.folders().discard(opening.data_id)
    now = reading.now(opening.job)
    if now.state == State.DONE:
        _keep(now.id, opening.name)
        st.query_params[state.MODEL] = now.id
    elif now.state != State.CANCELLED:
        st.session_state[_PROBLEM] = now.error or "This model cannot be opened."


def draw() -> None:
    """Draw the way in for a model from elsewhere, how far it is, or why it was not opened."""
    st.header(TITLE, anchor=False)
    opening = st.session_state.get(_OPENING)
    if opening is not None:
        waiting.watch(opening.job, _progress)
        return
    if problem := st.session_state.get(_PROBLEM):
        st.error(frame.plain(problem), icon=":material/error:")
    st.file_uploader(
        "A model as a zip, as “Model (zip)” above gives it",
        type=["zip"],
        key=_widget(),
        max_upload_size=UPLOAD_MEGABYTES,
        on_change=_take,
        help="Every file in it is checked before it is used, and nothing in it is run. Only you see the model.",
    )


def _widget() -> str:
    return f"{_KEY}_{st.session_state.get(_COUNT, 0)}"  # a new one for each file: Streamlit would keep the last


def _take() -> None:
    uploaded = st.session_state.get(_widget())
    if uploaded is None:
        return
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.session_state.pop(_PROBLEM, None)
    folders, data_id = own_data.folders(), ""
    try:
        data_id = folders.create(visitor.name(), uploaded.name)
        taken_pack.receive(uploaded, data_id)
        job = reading.queue().submit(
            ["open", str(folders.source(data_id))],
            visitor.name(),
            key=f"open {data_id}",
            address=visitor.address(),
            megabytes=_MEGABYTES,
            private=True,
        )
        st.session_state[_OPENING] = _Opening(job, data_id, Path(uploaded.name).stem)
    except MMDemoError as error:
        st.session_state[_PROBLEM] = str(error)
        if data_id:
            folders.discard(data_id)


def _progress(now: Snapshot) -> None:
    st.progress(now.done, text=f"Checking the model, for {now.elapsed:.0f} s")


def _keep(run_id: str, name: str) -> None:
    """Put the model among this visitor's own, named after its file; its record holds no place on the server."""
    folders = runs.queue().folders
    folders.remember(run_id, {**folders.record(run_id), "arguments": [runs.OPEN]})
    try:
        runs.queue().rename(run_id, name, visitor.name())
    except JobError:  # a name that is the shipped model's: it is called by its data then
        runs.queue().get(run_id)

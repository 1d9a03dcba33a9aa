"""Own data from the drop zone to the pairs: the step that comes next."""

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.errors import DatasetError
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import State
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import data_choice, frame, own_copy, own_data, reading, state
from mmdemo.ui.pages.data.own import actions, changing, columns, first_look, intake, outcome, waiting


def own_dataset(name: str) -> Dataset | None:
    """Draw what comes next with own data, and return it where it can be used.

    name: as in the link. Raises a DatasetError for data that is gone, or somebody else's.
    """
    if name == state.NEW_DATA:
        intake.draw()
        return None
    record = own_copy.usable(name)
    prepared = own_copy.is_prepared(name)
    if own_copy.is_mine(record):
        job = reading.job_of(reading.PREPARE, own_copy.folder(name))
        if job is not None and job.snapshot().live:
            waiting.watch(job, "Preparing the data", reading.STAGES)
            return None
        if not prepared or changing.is_on(name):
            _choose_columns(record, _complaint(job))
            return None
    elif not prepared:
        raise DatasetError("Whoever brought this data has not chosen its columns yet.")
    outcome.draw(record)
    actions.draw(record)
    return data_choice.current_dataset()


def _choose_columns(record: OwnRecord, complaint: str) -> None:
    folder = own_data.folders().look(record.id)
    job = reading.job_of(reading.LOOK, folder)
    if first_look.is_there(folder) and (job is None or not job.snapshot().live):
        if complaint:
            st.error(frame.plain(complaint), icon=":material/error:")
        columns.draw(record, first_look.read(folder))
        return
    if job is None:
        job = reading.start(reading.LOOK, own_data.folders().source(record.id), folder)
    if job.snapshot().live:
        waiting.watch(job, "Looking at your data", reading.STAGES)
        return
    _failed(record, job)


def _failed(record: OwnRecord, job: Job) -> None:
    now = job.snapshot()
    if now.state == State.CANCELLED:
        st.info("Stopped before your data was looked at.", icon=":material/cancel:")
    else:
        st.error(frame.plain(now.error or "This data cannot be read."), icon=":material/error:")
    with st.container(horizontal=True):
        st.button("Look again", icon=":material/refresh:", key="look_again", on_click=_look_again, args=(record,))
        actions.delete(record, "Remove it and bring other data")


def _look_again(record: OwnRecord) -> None:
    with frame.guarded():
        folders = own_data.folders()
        reading.start(reading.LOOK, folders.source(record.id), folders.look(record.id), again=True)


def _complaint(job: Job | None) -> str:
    """Return why the last preparation came to nothing, "" if it did not, or was stopped."""
    now = None if job is None else job.snapshot()
    failed = now is not None and now.state in (State.FAILED, State.STOPPED)
    return (now.error or "") if now is not None and failed else ""

"""Own data from the drop zone to the pairs: the step that comes next."""

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.wording import shown
from mmdemo.errors import DatasetError
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.storage.own_record import OPERATOR, OwnRecord
from mmdemo.ui import data_choice, frame, own_copy, own_data, reading, run_bar, state, waiting
from mmdemo.ui.pages.data.own import actions, changing, columns, first_look, intake, outcome


def own_dataset(name: str) -> Dataset | None:
    """Draw what comes next with own data, and return it where it can be used.

    name: as in the link. Raises a DatasetError for data that is gone, or somebody else's.
    """
    if name == state.NEW_DATA:
        intake.draw()
        return None
    record = own_copy.usable(name)
    if own_copy.is_mine(record) or record.visitor == OPERATOR:
        job = reading.job_of(reading.PREPARE, record)
        if job is not None and reading.now(job).live:
            _watch(job, "Preparing the data")
            return None
        if record.visitor == OPERATOR:
            if not own_copy.is_prepared(name):
                _prepare(record, job)
                return None
        elif not own_copy.is_prepared(name) or changing.is_on(name):
            _choose_columns(record, _complaint(job, record))
            return None
    elif not own_copy.is_prepared(name):
        raise DatasetError("Whoever brought this data has not chosen its columns yet.")
    found = outcome.draw(record)
    actions.draw(record, found)
    return data_choice.current_dataset() if found.used + found.added else None


def _prepare(record: OwnRecord, job: Job | None) -> None:
    """Have the operator's data prepared by the first who asks for it, as its columns seem to be."""
    if complaint := _complaint(job, record):
        raise DatasetError(complaint)
    _watch(reading.start(reading.PREPARE, record, own_data.folders().source(record.id)), "Preparing the data")


def _watch(job: Job, title: str) -> None:
    def progress(now: Snapshot) -> None:
        st.markdown(f"**{title}, for {now.elapsed:.0f} s**")
        run_bar.draw(now, reading.STAGES.get(now.stage, reading.GETTING_READY))

    waiting.watch(job, progress)


def _choose_columns(record: OwnRecord, complaint: str) -> None:
    folder = own_data.folders().look(record.id)
    job = reading.job_of(reading.LOOK, record)
    if job is None and not first_look.is_there(folder):
        job = reading.start(reading.LOOK, record, own_data.folders().source(record.id))
    if job is not None and reading.now(job).live:
        _watch(job, "Looking at your data")
        return
    if job is not None and (problem := _complaint(job, record)):
        st.error(frame.plain(problem), icon=":material/error:")
    if first_look.is_there(folder):
        if complaint:
            st.error(frame.plain(complaint), icon=":material/error:")
        columns.draw(record, first_look.read(folder))
        return
    with st.container(horizontal=True):
        st.button("Look again", icon=":material/refresh:", key="look_again", on_click=_look_again, args=(record,))
        actions.delete(record, "Remove it and bring other data")


def _look_again(record: OwnRecord) -> None:
    with frame.guarded():
        reading.start(reading.LOOK, record, own_data.folders().source(record.id), again=True)


def _complaint(job: Job | None, record: OwnRecord) -> str:
    """Return why the last reading came to nothing, "" if it did not; data is called as its visitor calls it."""
    now = None if job is None else reading.now(job)
    failed = now is not None and now.state in (State.FAILED, State.STOPPED)
    said = (now.error or "This data cannot be read.") if now is not None and failed else ""
    source = own_data.folders().source(record.id)
    return said.replace(shown(source.name), shown(record.name)).replace(shown(source.stem), shown(record.name))

"""The server's queue of training runs, as the pages use it."""

from pathlib import Path
from typing import Any

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.jobs.job import Job
from mmdemo.jobs.memory import SHARED_MEGABYTES
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.jobs.sweeper import start_sweeping
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import cache_beside, kept_beside, runs_dir
from mmdemo.training.command_line import train_arguments
from mmdemo.training.estimate import estimate, stage_seconds
from mmdemo.ui import forgetting, frame, own_data, private_links, run_name, run_ready, state, visitor
from mmdemo.ui.once import Once

OPEN = "open"  # the command that opens a model from elsewhere


@Once
def queue() -> JobQueue:
    """Return the one queue of this server; it does its own locking, and its folders are swept while it lives."""
    made = JobQueue(runs_dir())
    made.folders.on_private_gone = forgetting.caches

    def sweep() -> None:
        made.sweep()
        own_data.sweep()

    start_sweeping(sweep, made.closing)
    return made


def close() -> None:
    """End all runs, because the server ends."""
    queue().close()


def start(dataset: Dataset, config: ModelConfig) -> bool:
    """Put a training run into the queue, and its link into the URL; return False for one that has ended already.

    The model of one that has ended becomes the current one, as that of a new run does at its end.
    Raises a JobError when the queue is full.
    """
    asked = config, len(dataset.frame), len(dataset.classes)
    job = queue().submit(
        train_arguments(dataset.location or dataset.name, dataset.options, config),
        visitor.name(),
        address=visitor.address(),
        megabytes=estimate(*asked).megabytes - SHARED_MEGABYTES,
        expected=stage_seconds(*asked).stages,
        private=own_data.is_private(dataset.location),
        cache=cache_of(dataset.location),
    )
    st.query_params[state.RUN] = job.id
    if job.ended.is_set():
        st.query_params[state.MODEL] = job.id
    else:
        look_at(job)
    return not job.ended.is_set()


def current() -> Job | None:
    """Return the run that the URL names; one that is gone, or another's private one, is taken out of it.

    Where it names none that is there: this visitor's that runs, else the next in line, else the one that ended while
    they were away.
    """
    named = st.query_params.get(state.RUN)
    if named and queue().may_see(named, visitor.name()):
        return queue().get(named)
    if named:
        private_links.drop(state.RUN, private_links.RUN_GONE)
    live = [job for job in _trainings() if job.snapshot().live]
    return min(live, key=lambda job: job.position, default=_left())  # the one that runs has place 0


def look_at(job: Job) -> None:
    """Take note that this tab shows a run that goes on, and which model is current meanwhile."""
    if watched() != job.id:
        name, model = run_name.data_of(job.snapshot(visitor.name())), st.query_params.get(state.MODEL)
        st.session_state[state.WATCHED] = run_ready.Watched(job, name, model)


def watched() -> str:
    """Return the id of the run that went on when this tab last showed it, "" for none."""
    found = run_ready.watched()
    return "" if found is None else found.job.id


def take(now: Snapshot) -> None:
    """Make the model of the watched run, which has ended, the current one, unless another was chosen meanwhile."""
    before = st.session_state.pop(state.WATCHED).model
    if now.state == State.DONE and now.folder is not None and st.query_params.get(state.MODEL) == before:
        st.query_params[state.MODEL] = now.id


def history() -> tuple[Snapshot, ...]:
    """Return this visitor's training runs and the one that the URL names, newest first."""
    jobs = _trainings()
    linked = current()
    if linked is not None and linked.id not in {job.id for job in jobs}:
        jobs.append(linked)
    return tuple(job.snapshot(visitor.name()) for job in jobs)


def models() -> tuple[Snapshot, ...]:
    """Return the same, and the models from elsewhere that this visitor has opened, newest first."""
    opened = [job.snapshot(visitor.name()) for job in queue().jobs_of(visitor.name()) if job.arguments[:1] == (OPEN,)]
    known = {now.id for now in opened}
    return tuple(sorted([*opened, *(now for now in history() if now.id not in known)], key=lambda now: -now.submitted))


def cache_of(location: str | None) -> Path | None:
    """Return the folder of caches for a run on the data at this place, None for the server's; see `submit`."""
    return cache_beside(location) if own_data.record_at(location) else None


def of_model(model: Path) -> dict[str, Any]:
    """Return what `submit` has to know for a study or a report of a model: it is as private as the model.

    Also where a model on own data is shared, what is computed from that lies beside it.
    """
    folders = RunFolders(runs_dir())
    record = folders.record(model.name) if model.parent.absolute() == folders.directory else {}
    private, beside = bool(record.get("private")), record.get("cache")
    cache = Path(str(beside)) if beside else kept_beside(model) if private else None
    return {"private": private, "cache": cache}


def wait_words(now: Snapshot, among: JobQueue | None = None) -> str:
    """Return in a sentence what a run waits for; among: the queue that it waits in, by default that of trainings."""
    if now.waits_for_memory:
        return "Waiting for memory: other work on this server is using it."
    before = [job.snapshot(visitor.name()) for job in (among or queue()).before(now.id)]
    if not before:
        return "Next in line."
    more = f", and for {len(before) - 1} more" if len(before) > 1 else ""
    return f"Waiting for {run_name.owned(before[0])}{more}."


def cancel(job_id: str) -> None:
    """End a run of this visitor; a button's `on_click`."""
    with frame.guarded():
        queue().cancel(job_id, visitor.name())


def _left() -> Job | None:
    run = watched()
    job = queue().get(run) if run else None
    return job if job is not None and job.is_of(visitor.name()) else None


def _trainings() -> list[Job]:
    return [job for job in queue().jobs_of(visitor.name()) if job.arguments[:1] == ("train",)]

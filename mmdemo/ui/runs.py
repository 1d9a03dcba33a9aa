"""The server's queue of training runs, as the pages use it."""

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.jobs.job import Job
from mmdemo.jobs.memory import SHARED_MEGABYTES
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.snapshot import Snapshot
from mmdemo.jobs.sweeper import start_sweeping
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import runs_dir
from mmdemo.training.command_line import train_arguments
from mmdemo.training.estimate import estimate
from mmdemo.ui import frame, state, visitor
from mmdemo.ui.once import Once


@Once
def queue() -> JobQueue:
    """Return the one queue of this server; it does its own locking, and its folders are swept while it lives."""
    made = JobQueue(runs_dir())
    start_sweeping(made)
    return made


def close() -> None:
    """End all runs, because the server ends."""
    queue().close()


def start(dataset: Dataset, config: ModelConfig) -> bool:
    """Put a training run into the queue, and its link into the URL; return False for one that has ended already.

    The model of one that has ended becomes the current one, as that of a new run does at its end.
    Raises a JobError when the queue is full.
    """
    job = queue().submit(
        train_arguments(dataset.location or dataset.name, dataset.options, config),
        visitor.name(),
        address=visitor.address(),
        megabytes=estimate(config, len(dataset.frame)).megabytes - SHARED_MEGABYTES,
    )
    st.query_params[state.RUN] = job.id
    if job.ended.is_set():
        st.query_params[state.MODEL] = job.id
    return not job.ended.is_set()


def current() -> Job | None:
    """Return the run that the URL names; where it names none, this visitor's that runs, else the next in line."""
    named = st.query_params.get(state.RUN)
    if named:
        return queue().get(named)
    live = [job for job in _trainings() if job.snapshot().live]
    return min(live, key=lambda job: job.position, default=None)  # the one that runs has place 0


def history() -> tuple[Snapshot, ...]:
    """Return this visitor's training runs and the one that the URL names, newest first."""
    jobs = _trainings()
    linked = current()
    if linked is not None and linked.id not in {job.id for job in jobs}:
        jobs.append(linked)
    return tuple(job.snapshot(visitor.name()) for job in jobs)


def wait_words(now: Snapshot) -> str:
    """Return in a sentence what a run waits for."""
    if now.waits_for_memory:
        return "Waiting for memory: other work on this server is using it."
    if not now.position:
        return "Next in the queue."
    return f"In the queue: place {now.position}. The server is busy with another run."


def cancel(job_id: str) -> None:
    """End a run of this visitor; a button's `on_click`."""
    with frame.guarded():
        queue().cancel(job_id, visitor.name())


def _trainings() -> list[Job]:
    return [job for job in queue().jobs_of(visitor.name()) if job.arguments[:1] == ("train",)]

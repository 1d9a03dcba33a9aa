"""What reads and prepares own data: child processes of the server, beside its training runs."""

from pathlib import Path

from mmdemo.jobs.job import Job
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import frame, visitor
from mmdemo.ui.once import Once

LOOK, PREPARE = "look", "prepare"
STAGES = {
    "read": "Reading the table",
    "images": "Looking at every image",
    "quality": "Looking for what could mislead a model",
    "write": "Putting it in order",
}
"""Stage of a reading → what a person reads while it goes on."""

_MEGABYTES = {LOOK: 150.0, PREPARE: 300.0}  # beyond the libraries that the server has, too


@Once
def queue() -> JobQueue:
    """Return the queue of readings: they are short, so none waits for a training."""
    return JobQueue(RunFolders(runs_dir()))


def close() -> None:
    """End all readings, because the server ends."""
    queue().close()


def start(what: str, source: Path, folder: Path, again: bool = False) -> Job:
    """Have data looked at or prepared; return the job that does so, which may be under way already.

    what: LOOK or PREPARE. source: a zip, folder, table or the file with the columns. folder: where the result goes.
    Raises a JobError where too many wait.
    """
    look = ["--look"] if what == LOOK else []
    return queue().submit(
        ["data", str(source), *look, "--out", str(folder)],
        visitor.name(),
        key=_key(what, folder),
        leaves_folder=False,
        again=again,
        address=visitor.address(),
        megabytes=_MEGABYTES[what],
    )


def job_of(what: str, folder: Path) -> Job | None:
    """Return this visitor's last reading into a folder."""
    key = _key(what, folder)
    return next((job for job in queue().jobs_of(visitor.name()) if job.key == key), None)


def cancel(job_id: str) -> None:
    """End a reading of this visitor; a button's `on_click`."""
    with frame.guarded():
        queue().cancel(job_id, visitor.name())


def _key(what: str, folder: Path) -> str:
    return f"{what} {folder}"

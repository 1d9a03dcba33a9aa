"""What reads and prepares own data: child processes of the server, beside its training runs."""

from pathlib import Path

from mmdemo.jobs.job import Job
from mmdemo.jobs.memory import reachable_megabytes
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import Snapshot
from mmdemo.storage.folders import cache_beside, runs_dir
from mmdemo.storage.own_record import OPERATOR, OwnRecord
from mmdemo.ui import frame, own_data, runs, visitor
from mmdemo.ui.once import Once

LOOK, PREPARE = "look", "prepare"
STAGES = {
    "read": "Reading the table",
    "images": "Reading every image",
    "quality": "Looking for what could mislead a model",
}
"""Stage of a reading → what a person reads while it goes on."""
GETTING_READY = "Getting ready, which takes a few seconds"  # before the first stage

_MEGABYTES = {LOOK: (150.0, 150.0), PREPARE: (280.0, 180.0)}
"""What a reading takes at most, with an image of 25 megapixels, and usually; beyond what it shares with the server."""


@Once
def queue() -> JobQueue:
    """Return the queue of readings: they are short, so none waits for a training, unless for its memory."""
    made = JobQueue(RunFolders(runs_dir()))
    made.share_memory_with(runs.queue())
    return made


def close() -> None:
    """End all readings, because the server ends."""
    queue().close()


def start(what: str, record: OwnRecord, source: Path, again: bool = False) -> Job:
    """Have data looked at or prepared; return the job that does so, which may be under way already.

    what: LOOK or PREPARE. source: the data, or the file that says which column is what.
    Raises a JobError where too many wait.
    """
    folders = own_data.folders()
    look = ["--look"] if what == LOOK else ["--name", record.name]
    return queue().submit(
        ["data", str(source), *look, "--out", str(_place(what, record))],
        record.visitor,  # the operator's data is read once, whoever asks for it
        key=_key(what, record),
        leaves_folder=False,
        started_by=visitor.name(),
        again=again,
        address=visitor.address(),
        megabytes=reachable_megabytes(*_MEGABYTES[what]),
        private=record.visitor != OPERATOR,
        cache=cache_beside(str(folders.copy(record.id))),
    )


def job_of(what: str, record: OwnRecord) -> Job | None:
    """Return the last reading of data."""
    key = _key(what, record)
    return next((job for job in queue().jobs_of(record.visitor) if job.key == key), None)


def now(job: Job) -> Snapshot:
    """Return how far a reading is, as far as this visitor may see it."""
    return job.snapshot(visitor.name())


def cancel(job_id: str) -> None:
    """End a reading of this visitor; a button's `on_click`."""
    with frame.guarded():
        queue().cancel(job_id, visitor.name())


def _place(what: str, record: OwnRecord) -> Path:
    folders = own_data.folders()
    return folders.look(record.id) if what == LOOK else folders.copy(record.id)


def _key(what: str, record: OwnRecord) -> str:
    return f"{what} {record.id}"

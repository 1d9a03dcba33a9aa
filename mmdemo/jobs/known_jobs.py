"""The server's runs: those in memory, and those with a result on disk."""

from collections.abc import Iterator
from threading import RLock

from mmdemo.jobs.job import Job
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import State

_MOST = 200  # with their logs and epochs; `RunFolders` limits what they leave on disk
_WASTED = (State.FAILED, State.CANCELLED, State.STOPPED)


class KnownJobs:
    """Finds runs by id, visitor or likeness; a finished run counts as long as its result exists.

    Every method is called with the lock held.
    """

    def __init__(self, folders: RunFolders, lock: RLock) -> None:
        self._folders, self._lock = folders, lock
        self._jobs: dict[str, Job] = {}
        for job_id in folders.ids():
            self._restore(job_id)

    def add(self, job: Job) -> None:
        """Add a new run; if there are very many, forget the oldest that have ended."""
        ended = [one.id for one in self._jobs.values() if one.ended.is_set()]
        for job_id in ended[: max(0, len(self._jobs) + 1 - _MOST)]:
            del self._jobs[job_id]
        self._jobs[job.id] = job

    def get(self, job_id: str) -> Job | None:
        """Return the run of that id, even one from the command line or another server."""
        if job_id not in self._jobs and self._folders.holds(job_id):
            self._restore(job_id)
        job = self._jobs.get(job_id)
        return job if job and self._counts(job) else None

    def remove(self, job_id: str) -> None:
        """Forget the run and remove its result."""
        if self._jobs.pop(job_id, None) or self._folders.holds(job_id):
            self._folders.discard(job_id)

    def forget_gone(self) -> None:
        """Forget the runs whose results are gone."""
        self._jobs = {job_id: job for job_id, job in self._jobs.items() if self._counts(job)}

    def all(self) -> tuple[Job, ...]:
        """Return every run that is known, whatever its state."""
        return tuple(self._jobs.values())

    def of(self, visitor: str) -> Iterator[Job]:
        """Yield the visitor's runs, newest first."""
        return (job for job in reversed(self._jobs.values()) if job.visitor == visitor and self._counts(job))

    def same(self, visitor: str, key: str) -> Job | None:
        """Return the visitor's run with that key that waits, runs or is done."""
        return next((job for job in self.of(visitor) if job.key == key and job.state not in _WASTED), None)

    def live(self) -> set[str]:
        """Return the ids of the runs that wait or run."""
        return {job.id for job in self._jobs.values() if not job.ended.is_set()}

    def seconds_like(self, job: Job) -> dict[str, float]:
        """Return the stages' seconds of the last run whose command differs in bare numbers only, such as the seed."""
        done = (one for one in reversed(self._jobs.values()) if one.state == State.DONE)
        return next((one.stage_seconds() for one in done if _words(one) == _words(job)), {})

    def _restore(self, job_id: str) -> None:
        folder, record = self._folders.folder(job_id), self._folders.record(job_id)
        try:
            self._jobs[job_id] = Job.restored(job_id, record, folder, self._lock)
        except (OverflowError, TypeError, ValueError):  # a record of another version
            whose = {key: record.get(key) for key in ("visitor", "private")}
            self._jobs[job_id] = Job.restored(job_id, whose, folder, self._lock)

    def _counts(self, job: Job) -> bool:
        return job.state != State.DONE or job.folder is None or self._folders.holds(job.id)


def _words(job: Job) -> list[str]:
    return [word for word in job.arguments if not word.replace(".", "").isdigit()]

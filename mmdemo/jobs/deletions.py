"""Runs that were deleted a moment ago and can still come back."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock, Timer

from mmdemo.errors import JobError
from mmdemo.jobs.run_folders import RunFolders

UNDO_SECONDS = 10.0
_ON_THE_WAY = 1.0  # seconds that a click may take to arrive


@dataclass(frozen=True)
class Deletion:
    """A run that was deleted: its id, whose it was, what they called it, and until when it can come back.

    until: in seconds of `time.monotonic()`.
    """

    job_id: str
    visitor: str
    name: str
    until: float

    @property
    def seconds_left(self) -> float:
        """How long it can still come back, in seconds; at least 0."""
        return max(0.0, self.until - time.monotonic())


class Deletions:
    """The runs that were deleted within the last seconds; each goes for good by itself.

    They lie where no link finds them. What a killed server leaves of them goes at the next start.
    folders: where the runs are. lock: shared with the queue, held for every change. on_gone: called, with the lock
    held, when one has gone for good. seconds: how long each can come back.
    """

    def __init__(
        self, folders: RunFolders, lock: RLock, on_gone: Callable[[], None], seconds: float = UNDO_SECONDS
    ) -> None:
        self._folders, self._lock, self._on_gone, self.seconds = folders, lock, on_gone, seconds
        self._waiting: dict[str, tuple[Deletion, Timer]] = {}

    def add(self, job_id: str, visitor: str, name: str) -> None:
        """Take a finished run away; where it cannot be set aside, it goes for good at once."""
        with self._lock:
            if not self._folders.set_aside(job_id):
                self._folders.discard(job_id)
                return
            timer = Timer(self.seconds + _ON_THE_WAY, self._end, [job_id])
            timer.daemon = True
            self._waiting[job_id] = Deletion(job_id, visitor, name, time.monotonic() + self.seconds), timer
            timer.start()

    def of(self, visitor: str) -> tuple[Deletion, ...]:
        """Return what the visitor can still bring back, the latest last."""
        with self._lock:
            return tuple(one for one, _ in self._waiting.values() if one.visitor == visitor and one.seconds_left)

    def undo(self, job_id: str, visitor: str) -> None:
        """Bring a run back; nothing happens where it is back already.

        Raises a JobError when it is too late, or another visitor deleted it.
        """
        with self._lock:
            deletion, timer = self._waiting.get(job_id, (None, None))
            if self._folders.holds(job_id):
                return
            if deletion is None or timer is None or deletion.visitor != visitor or not visitor:
                raise JobError("It cannot come back any more: it is deleted for good.")
            self._folders.bring_back(job_id)
            timer.cancel()
            del self._waiting[job_id]

    def end(self, whose: Callable[[Deletion], bool] = lambda _: True) -> None:
        """Remove those for good that the function accepts, by default all, without waiting any longer."""
        with self._lock:
            for deletion, timer in tuple(self._waiting.values()):
                if whose(deletion):
                    timer.cancel()
                    self._end(deletion.job_id)

    def _end(self, job_id: str) -> None:
        with self._lock:
            if self._waiting.pop(job_id, None):  # it may have come back just now
                self._folders.discard_aside(job_id)
                self._on_gone()

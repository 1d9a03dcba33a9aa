"""One run: its request, progress and outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event, RLock
from typing import Any, Self

from mmdemo.jobs.outcome import judge
from mmdemo.jobs.process import Child, Ending, Patience
from mmdemo.jobs.progress import Progress, read_log_line, read_object
from mmdemo.jobs.run_folders import MANIFEST
from mmdemo.jobs.snapshot import Snapshot, State, frozen, plain, unseen
from mmdemo.storage.places import without_places


class Job:
    """A run that waits, runs or has ended; pages use only its `snapshot()`.

    job_id: its public link. arguments, visitor, key, expected, started_by, address, megabytes, private, cache: see
    `JobQueue.submit`.
    folder: where its result goes, None if it leaves none. lock: shared with the queue, held for every read and change.
    """

    def __init__(
        self,
        job_id: str,
        arguments: Sequence[str],
        visitor: str,
        key: str,
        folder: Path | None,
        lock: RLock,
        expected: Mapping[str, float] | None = None,
        started_by: str = "",
        address: str = "",
        megabytes: float = 0.0,
        private: bool = False,
        cache: Path | None = None,
    ) -> None:
        self.id, self.visitor, self.key = job_id, visitor, key
        self.owner, self.address, self.megabytes = started_by or visitor, address, megabytes
        self.arguments, self.folder = tuple(arguments), folder
        self.private, self.cache = private, cache
        self.state, self.position, self.waits_for_memory = State.QUEUED, 0, False
        self.ended = Event()
        self._lock, self._cancelled = lock, Event()
        self._seconds, self._error, self._why = dict(expected or {}), "", ""
        self._submitted, self._began, self._elapsed = time.time(), 0.0, 0.0
        self._progress = Progress()

    @classmethod
    def restored(cls, job_id: str, record: Mapping[str, Any], folder: Path, lock: RLock) -> Self:
        """Return a run that was done before the server started, restored from its `record()`."""
        arguments = [str(word) for word in record.get("arguments", ())]
        job = cls(job_id, arguments, str(record.get("visitor", "")), str(record.get("key", "")), folder, lock)
        job.private = bool(record.get("private"))
        job.cache = Path(str(record["cache"])) if record.get("cache") else None
        job._submitted = float(record.get("submitted", 0.0))
        job._elapsed = float(record.get("elapsed", 0.0))
        job._progress.epochs.extend(map(frozen, record.get("epochs", ())))
        job._progress.result = frozen(record.get("result"))
        job.end(State.DONE)
        return job

    def record(self) -> dict[str, Any]:
        """Return what a restarted server needs to know about the run, in JSON's types."""
        with self._lock:
            return {
                "arguments": self.arguments,
                "visitor": self.visitor,
                "key": self.key,
                "private": self.private,
                "cache": str(self.cache or ""),
                "submitted": self._submitted,
                "elapsed": self._elapsed,
                "epochs": plain(tuple(self._progress.epochs)),
                "result": plain(self._progress.result),
            }

    def is_of(self, visitor: str) -> bool:
        """Return whether the visitor started it; a run from the command line belongs to nobody."""
        return bool(visitor) and visitor == self.owner

    def may_be_seen_by(self, visitor: str) -> bool:
        """Return whether the visitor may see what it is about: everybody, unless it is private."""
        return not self.private or self.is_of(visitor)

    def log(self) -> tuple[str, ...]:
        """Return its last lines, for its owner and the server's own log only: they may reveal some of the data."""
        with self._lock:
            return tuple(self._progress.log)

    def snapshot(self, viewer: str = "") -> Snapshot:
        """Return its current state, as far as that visitor may see it: of a private run another sees nothing else."""
        mine = self.is_of(viewer)
        if not self.may_be_seen_by(viewer):
            return unseen(self.id, self.state)
        with self._lock:
            done, running = self.state == State.DONE, self.state == State.RUNNING
            return Snapshot(
                id=self.id,
                visitor=self.visitor,
                arguments=self.arguments,
                submitted=self._submitted,
                state=self.state,
                position=self.position,
                waits_for_memory=self.waits_for_memory,
                stage=self._progress.stage,
                done=self._progress.done,
                epochs=tuple(self._progress.epochs),
                fold=self._progress.fold,
                elapsed=time.monotonic() - self._began if running else self._elapsed,
                remaining=self._progress.remaining(self._seconds) if running else None,
                log=tuple(map(without_places, self.log())) if mine else (),
                result=self._progress.result if done else None,
                error=without_places(self._error) or None,
                folder=self.folder if done else None,
                mine=mine,
                private=self.private,
                whole=self._progress.whole,
                network=self._progress.network,
            )

    def begin(self) -> None:
        """Mark it as running."""
        with self._lock:
            self.state, self.position, self._began = State.RUNNING, 0, time.monotonic()
            self.waits_for_memory = False

    def expect(self, seconds: Mapping[str, float]) -> None:
        """Store how long each stage took in a similar run, if known."""
        with self._lock:
            self._seconds = dict(seconds) or self._seconds

    def run(
        self, program: Sequence[str], patience: Patience, others_wait: Callable[[], bool] = lambda: False
    ) -> tuple[State, str]:
        """Run to the end; return the state to take, and an error for a person or "".

        others_wait: whether there is somebody for whose sake patience is shorter.
        """
        out = ["--out", str(self.folder)] if self.folder else []
        try:
            command = [*program, *self.arguments, "--progress", "json", "--json", *out]
            variables = {"MMDEMO_CACHE_DIR": str(self.cache)} if self.cache else {}
            child = Child(command, self._hear, self._note, variables)
        except (OSError, ValueError) as error:  # out of memory or processes, or a character that no command line holds
            self._note(f"The process cannot be started: {error}".encode())
            ending = Ending(1)
        else:
            ending = child.wait(self._cancelled, patience, others_wait)
        with self._lock:
            self._elapsed = time.monotonic() - self._began
            whole = self._progress.result is not None and (self.folder is None or (self.folder / MANIFEST).is_file())
            return judge(ending, whole, self._progress.log)

    def cancelled_within(self, seconds: float) -> bool:
        """Return whether it is asked to end within these seconds."""
        return self._cancelled.wait(seconds)

    def uses(self, name: str) -> bool:
        """Return whether it reads or writes in a folder of this name, which is like no other word, or beside it."""
        return any(name in word for word in (*self.arguments, str(self.cache or "")))

    def cancel(self, why: str = "") -> None:
        """Ask it to end; `ended` is set when it has.

        why: a sentence for its owner, where another asks: then it has failed, and of what it has heard nothing stays.
        """
        self._why = self._why or why
        self._cancelled.set()

    def end(self, state: State, error: str = "") -> None:
        """Mark it as ended."""
        with self._lock:
            if state == State.CANCELLED and self._why:
                state, error, self._progress = State.FAILED, self._why, Progress()
            self.state, self.position, self._error = state, 0, error
            self.waits_for_memory = False
        self.ended.set()

    def stage_seconds(self) -> dict[str, float]:
        """Return stage → seconds from its result, {} if there are none."""
        with self._lock:
            result = self._progress.result
        seconds = result.get("seconds") if isinstance(result, Mapping) else None
        if not isinstance(seconds, Mapping):
            return {}
        return {stage: float(value) for stage, value in seconds.items() if isinstance(value, int | float)}

    def _hear(self, line: bytes) -> None:
        event = read_object(line)
        if event is not None:
            with self._lock:
                self._progress.take(event)

    def _note(self, line: bytes) -> None:
        text = read_log_line(line)
        if text:
            with self._lock:
                self._progress.log.append(text)

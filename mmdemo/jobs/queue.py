"""The queue of all visitors' runs: one at a time, the rest wait their turn."""

import atexit
import logging
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, RLock

from mmdemo.errors import JobError
from mmdemo.jobs import fairness
from mmdemo.jobs.deletions import Deletions
from mmdemo.jobs.job import Job
from mmdemo.jobs.known_jobs import KnownJobs
from mmdemo.jobs.line import Line
from mmdemo.jobs.memory import attainable_megabytes, available_megabytes
from mmdemo.jobs.names import cleaned
from mmdemo.jobs.outcome import OURS
from mmdemo.jobs.process import Patience
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import State
from mmdemo.storage.sweeping import sweep_cache

PROGRAM = (sys.executable, "-m", "mmdemo")
LIMIT = 8
PATIENCE = Patience()
_GONE = "It was ended, because what it needs was deleted: the data or the model."

logger = logging.getLogger(__name__)


class JobQueue:
    """Runs commands of `mmdemo` as child processes, one after the other; any thread may call any method.

    folders: where results go, a directory or one with its own limits. limit: how many runs may wait.
    program: the command that gets the arguments. patience: when a process is ended.
    memory: returns the MB that a run could take now. attainable: those that it could take if no other ran.

    Its thread, and the process that it started, end with the interpreter, however it ends.

    >>> from tempfile import mkdtemp
    >>> queue = JobQueue(Path(mkdtemp()), program=[sys.executable, "-c", "print({})"])
    >>> job = queue.submit([], "a visitor", leaves_folder=False)
    >>> job.ended.wait(60)
    True
    >>> job.snapshot().state
    <State.DONE: 'done'>
    """

    def __init__(
        self,
        folders: RunFolders | Path,
        limit: int = LIMIT,
        program: Sequence[str] = PROGRAM,
        patience: Patience = PATIENCE,
        memory: Callable[[], float] = available_megabytes,
        attainable: Callable[[], float] = attainable_megabytes,
    ) -> None:
        self.folders = folders if isinstance(folders, RunFolders) else RunFolders(folders)
        self.limit, self.program, self.patience = limit, tuple(program), patience
        self._lock, self.closing = RLock(), Event()
        self._memory, self._attainable = memory, attainable
        self._known = KnownJobs(self.folders, self._lock)
        self.deletions = Deletions(self.folders, self._lock, self._known.forget_gone)
        self._claims: list[float] = []
        self._beside: list[JobQueue] = []
        self._line = Line(self._perform, self._lock)
        atexit.register(self.close)

    def submit(
        self,
        arguments: Sequence[str],
        visitor: str,
        key: str = "",
        *,
        leaves_folder: bool = True,
        expected: Mapping[str, float] | None = None,
        started_by: str = "",
        again: bool = False,
        address: str = "",
        megabytes: float = 0.0,
        private: bool = False,
        cache: Path | None = None,
    ) -> Job:
        """Return the run of this command: a new one, or the visitor's own that waits, runs or is done.

        arguments: the words after `python -m mmdemo`; `--progress json --json` and `--out` are added.
        visitor: who asks. key: what makes two runs of a visitor the same; by default the arguments.
        leaves_folder: whether it takes `--out` and leaves a model there.
        expected: stage → seconds, to estimate the remaining time before there was a similar run.
        started_by: who asks, where `visitor` stands for everybody. Only who asks may cancel it.
        again: whether to repeat a finished run, because its result is gone.
        address: where in the network they are, "" if unknown. megabytes: the memory without which it does not start.
        private: whether only who asks may see anything of it, until they share it.
        cache: the folder of caches of its process, by default the server's.
        Raises a JobError when too many wait, or nothing can be written.
        """
        key = key or shlex.join(arguments)
        with self._lock:
            same = self._known.same(visitor, key)
            if same and not (again and same.ended.is_set()):
                return same
            self._check_room(started_by or visitor, address)
            if same:
                self._known.remove(same.id)
            job_id = secrets.token_urlsafe(16)
            folder = self.folders.folder(job_id) if leaves_folder else None
            asked = expected, started_by, address, megabytes, private, cache
            job = Job(job_id, arguments, visitor, key, folder, self._lock, *asked)
            # Without the record a restarted server would show a private run to everybody.
            if private and leaves_folder and not self.folders.remember(job.id, job.record()):
                raise JobError("The server has no room left to keep a model; try again later.")
            self._known.add(job)
            self._line.join(job)
            return job

    def get(self, job_id: str) -> Job | None:
        """Return the run of that id, None if there is none or its result was removed."""
        with self._lock:
            return self._known.get(job_id)

    def jobs_of(self, visitor: str) -> tuple[Job, ...]:
        """Return the visitor's runs, newest first."""
        with self._lock:
            return tuple(self._known.of(visitor))

    def before(self, job_id: str) -> tuple[Job, ...]:
        """Return what is performed before a run that waits: what runs now, then those that wait, in turn."""
        with self._lock:
            line = [*filter(None, [self._line.current]), *self._line.waiting()]
            places = [place for place, job in enumerate(line) if job.id == job_id]
            return tuple(line[: places[0]]) if places else ()

    def may_see(self, job_id: str, visitor: str) -> bool:
        """Return whether a visitor may see that run and its model: all may, unless it is private; none that is gone."""
        job = self.get(job_id)
        return job is not None and job.may_be_seen_by(visitor)

    def share(self, job_id: str, visitor: str) -> None:
        """Let everybody see a run who has its link; raises a JobError unless the visitor started it, and it is done."""
        job = self._own(job_id, visitor)
        with self._lock:
            if job is None or job.state != State.DONE:
                raise JobError("Only a model that is there can be shared.")
            self.folders.share(job_id)
            job.private = False

    def delete_all(self, visitor: str) -> tuple[str, ...]:
        """Cancel, forget and remove all that a visitor has asked for, reports and studies too; return the ids."""
        with self._lock:
            own = tuple(job for job in self._known.all() if job.is_of(visitor))
        for job in own:
            job.cancel()  # all at once, then wait for each
        for job in own:
            self._end(job)
            self._remove(job.id)
        self.deletions.end(lambda one: one.visitor == visitor)
        return tuple(job.id for job in own)

    def end_users_of(self, name: str) -> None:
        """End what waits or runs on the data or the model of this id, because that goes; forget all that is no run.

        Raises nothing where there is none such. A model that was trained on the data stays.
        """
        with self._lock:
            found = [job for job in self._known.all() if job.uses(name)]
        live = [job for job in found if not job.ended.is_set()]
        for job in live:
            job.cancel(_GONE)
        for job in live:
            self._end(job)
        with self._lock:
            for job in found:
                if job.folder is None:
                    self._known.remove(job.id)

    def cancel(self, job_id: str, visitor: str) -> None:
        """End a run that waits or runs; when this returns, its process and its files are gone.

        visitor: who asks. Raises a JobError unless they started it.
        """
        job = self._own(job_id, visitor)
        if job:
            self._end(job)

    def delete(self, job_id: str, visitor: str, name: str = "") -> None:
        """Cancel the run and take its result away, which `deletions.undo` can bring back for a moment.

        name: what the visitor calls it. Raises a JobError unless they started it.
        """
        if not self._own(job_id, visitor):  # deleted already, perhaps a moment ago
            return
        self.cancel(job_id, visitor)
        self.end_users_of(job_id)  # reports and studies, whoever asked for them
        with self._lock:
            if self.folders.holds(job_id):
                self.deletions.add(job_id, visitor, name)
            else:
                self._known.remove(job_id)

    def share_memory_with(self, other: "JobQueue") -> None:
        """Have both queues count what the other's current run has asked for: it may have taken little of it yet."""
        self._beside.append(other)
        other._beside.append(self)

    def spare_megabytes(self) -> float:
        """Return the memory, in MB, that is free beside the current runs, even if they grow to what they asked for."""
        promised = sum(queue.promised_megabytes() for queue in (self, *self._beside))
        return min(self._memory(), self._attainable() - promised)

    def promised_megabytes(self) -> float:
        """Return the memory, in MB, that the current run has asked for; 0 where none runs."""
        run = self._line.current
        return run.megabytes if run is not None and run.state == State.RUNNING else 0.0

    @contextmanager
    def claimed(self, megabytes: float) -> Iterator[None]:
        """Start no run, as long as the block lasts, that would leave less memory than this free."""
        with self._lock:
            self._claims.append(megabytes)
        try:
            yield
        finally:
            with self._lock:
                self._claims.remove(megabytes)

    def sweep(self) -> None:
        """Remove expired runs and cached files, and those that do not fit; runs in the queue stay.

        Raises a ConfigError where a limit in the environment is no number.
        """
        with self._lock:
            live = self._known.live()
        self.folders.sweep(live)
        sweep_cache(self.folders.bytes())
        self.forget_gone()

    def forget_gone(self) -> None:
        """Forget the runs whose results have been removed, by whom ever."""
        with self._lock:
            self._known.forget_gone()

    def rename(self, job_id: str, name: str, visitor: str) -> None:
        """Give the run a name, "" to take it away.

        Raises a JobError unless the visitor started it, and for a name that could be taken for the shipped model's.
        """
        self._own(job_id, visitor)
        self.folders.rename(job_id, cleaned(name))

    def close(self) -> None:
        """End all runs that wait or run, and accept no more."""
        self.closing.set()
        atexit.unregister(self.close)
        self.deletions.end()
        for job in self._line.close():
            self._end(job)

    def _own(self, job_id: str, visitor: str) -> Job | None:
        """Return the run of that id, None if there is none; raise a JobError for another visitor's."""
        job = self.get(job_id)
        if job and not job.is_of(visitor):
            raise JobError("This run was started in another browser: it can only be cancelled or changed there.")
        return job

    def _end(self, job: Job) -> None:
        self._line.leave(job)
        job.cancel()
        job.ended.wait(2 * self.patience.asked + 1)
        if job.state != State.DONE:  # of one that never began, a record may be there
            self.folders.discard(job.id)

    def _remove(self, job_id: str) -> None:
        self.end_users_of(job_id)
        with self._lock:
            self._known.remove(job_id)

    def _check_room(self, owner: str, address: str) -> None:
        if self._line.closed:
            raise JobError("The server is being stopped; try again when it is back.")
        fairness.check(self._line.waiting(), self.limit, owner, address)
        self.folders.make()

    def _perform(self, job: Job) -> None:
        with self._lock:
            job.expect(self._known.seconds_like(job))
        try:
            state, error = self._without_memory(job) or self._run(job)
            self._tidy(job, state)
        except Exception:  # other runs must go on
            logger.exception("Run %s… could not be finished", job.id[:6])
            state, error = State.FAILED, OURS
        job.end(state, error)
        if state == State.STOPPED or error == OURS:
            said = "" if job.private else "\n".join(job.log())  # its lines may hold a visitor's captions
            logger.error("Run %s… %s: %s\n%s", job.id[:6], state, error, said)

    def _run(self, job: Job) -> tuple[State, str]:
        job.begin()
        return job.run(self.program, self.patience, lambda: self._line.others_wait(job))

    def _without_memory(self, job: Job) -> tuple[State, str] | None:
        """Wait until the memory is there that the job needs; return how the job ends where it never is."""
        end = time.monotonic() + self.patience.memory
        while job.megabytes > (free := self.spare_megabytes() - max(self._claims, default=0.0)):
            if time.monotonic() > end:
                return State.FAILED, (
                    f"It needs about {job.megabytes:,.0f} MB of memory, but only {free:,.0f} MB were free, and waiting "
                    "did not help. Try again later, or choose fewer pairs or a quicker way of reading them."
                )
            job.waits_for_memory = True
            if job.cancelled_within(min(1.0, self.patience.memory)):
                return State.CANCELLED, ""
        return None

    def _tidy(self, job: Job, state: State) -> None:
        if state != State.DONE:
            self.folders.discard(job.id)
            return
        if job.folder:
            self.folders.remember(job.id, job.record())
        self.folders.trim()

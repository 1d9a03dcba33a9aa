"""The waiting line: one thread performs the runs one after the other."""

from collections import Counter, deque
from collections.abc import Callable
from threading import Condition, RLock, Thread

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import State


class Line:
    """Performs jobs in the order of their arrival, but nobody's second before another's first.

    Any thread may call any method.

    perform: called with each job in the line's thread; must neither raise nor hold the lock for long.
    """

    def __init__(self, perform: Callable[[Job], None], lock: RLock) -> None:
        self._perform, self._changed = perform, Condition(lock)
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._thread: Thread | None = None
        self.closed = False

    @property
    def current(self) -> Job | None:
        """The job that is performed now, or waits for memory."""
        return self._current

    def waiting(self) -> tuple[Job, ...]:
        """Return the jobs behind the current or next one."""
        return (*filter(None, [self._current]), *self._waiting)[1:]

    def join(self, job: Job) -> None:
        """Put the job at the end."""
        with self._changed:
            self._waiting.append(job)
            self._take_turns()
            self._number()
            if self._thread is None:
                self._thread = Thread(target=self._work, name="mmdemo-jobs", daemon=True)  # never delays the exit
                self._thread.start()
            self._changed.notify_all()

    def leave(self, job: Job) -> None:
        """Remove the job, cancelled, if it is still waiting."""
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
                self._number()
                job.end(State.CANCELLED)

    def close(self) -> tuple[Job, ...]:
        """Stop taking jobs; return those that wait or run."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
            return (*self._waiting, *filter(None, [self._current]))

    def others_wait(self, job: Job) -> bool:
        """Return whether anybody but the job's owner waits."""
        with self._changed:
            return any(one.owner != job.owner for one in self._waiting)

    def _take_turns(self) -> None:
        before = Counter(job.owner for job in filter(None, [self._current]))
        turns = []
        for job in self._waiting:
            turns.append(before[job.owner])
            before[job.owner] += 1
        in_turn = sorted(zip(turns, self._waiting, strict=True), key=lambda found: found[0])  # stable: then by arrival
        self._waiting = deque(job for _, job in in_turn)

    def _number(self) -> None:
        for position, job in enumerate(self._waiting, 1):
            job.position = position

    def _work(self) -> None:
        while True:
            with self._changed:
                self._current = None
                self._changed.wait_for(lambda: self._waiting or self.closed)
                if self.closed:
                    return
                job = self._current = self._waiting.popleft()
                job.position = 0
                self._number()
            self._perform(job)

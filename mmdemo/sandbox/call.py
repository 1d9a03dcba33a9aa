"""One call of a task: waiting in line, at work, or stopped."""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Literal

from mmdemo.sandbox.budget import AbandonedError, Budget, BudgetError, Reason
from mmdemo.sandbox.child import Child

Answer = tuple[dict[str, Any], bytes]
_STARTING = 30.0  # seconds until a worker must have loaded its libraries


@dataclass
class Call:
    """What is asked of a worker. The line's thread begins and ends it; the thread that waits watches and stops it."""

    task: str
    header: Mapping[str, Any]
    payload: bytes
    budget: Budget
    answer: "Future[Answer]" = field(default_factory=Future)
    _lock: Lock = field(default_factory=Lock)
    _child: Child | None = None
    _stopped: Reason | Literal["abandoned", ""] = ""
    _begun: float = 0.0
    _cpu: float = 0.0

    def begin(self, child: Child) -> None:
        """Be at work on a worker, from now on under the watch of its budget."""
        with self._lock:
            self._child, self._begun = child, time.monotonic()
            self._cpu = child.used()[0] if child.ready else float("inf")

    def end(self) -> None:
        """Let go of the worker; nothing can be stopped any more."""
        with self._lock:
            self._child = None

    def forget(self) -> None:
        """Let go of what was asked and answered: an error's traceback leads here, and from here back to the error."""
        self.payload = b""
        if not self.answer.cancelled():
            self.answer = Future()

    def stop(self, reason: Reason | Literal["abandoned"]) -> None:
        """End the worker if this call is at work on it."""
        with self._lock:
            if self._child is not None:
                self._stopped = self._stopped or reason
                self._child.kill()

    def watch(self) -> None:
        """Stop if the budget is used up; called every few hundredths of a second."""
        with self._lock:
            child, begun, cpu_before = self._child, self._begun, self._cpu
        if child is None:
            return
        cpu, megabytes = child.used()
        seconds = self.budget.seconds if child.ready else _STARTING
        if time.monotonic() - begun > seconds or cpu - cpu_before > self.budget.cpu:
            self.stop("time")
        elif child.ready and megabytes > self.budget.megabytes:
            self.stop("memory")

    def failure(self, child: Child) -> Exception:
        """Return the error for a worker that ended or answered nonsense."""
        if self._stopped == "abandoned":
            return AbandonedError()
        return BudgetError(self._stopped or ("time" if child.ended_by_time() else "fault"))

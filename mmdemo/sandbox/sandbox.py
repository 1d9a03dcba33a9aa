"""A warm child process that does tasks on foreign bytes, one at a time, each within a budget."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from mmdemo.errors import DatasetError, ImageError, MMDemoError, TextError
from mmdemo.sandbox.budget import NO_ROOM, AbandonedError, Budget, BudgetError, BusyError
from mmdemo.sandbox.call import Answer, Call
from mmdemo.sandbox.child import Child
from mmdemo.sandbox.room import Endless, Room
from mmdemo.sandbox.tasks import TASKS

_TICK = 0.03  # seconds between two looks at what a task costs
_ROOM_TICK, _ROOM_PATIENCE = 0.25, 120.0  # seconds between two looks at the memory that is left, and until it is there
_MOST_WAITING = 8  # calls; each holds its payload
_PATIENCE = 20.0  # seconds in line
_LONGEST = 500  # letters of a worker's sentence
_ERRORS: dict[str, type[MMDemoError]] = {kind.__name__: kind for kind in (DatasetError, ImageError, TextError)}


class Sandbox:
    """Does tasks in a child process that starts with the first call and is replaced when it is ended or has grown.

    Calls are answered in the order in which they come. Any number of threads may call.
    tasks: see `mmdemo.sandbox.tasks`. patience: seconds that a call waits in line.
    room: the memory that the server can spare; a call that needs more waits for it.

    >>> sandbox = Sandbox()
    >>> sandbox.call("decode", {"name": "it"}, b"GIF89a", Budget(cpu=1))
    Traceback (most recent call last):
    mmdemo.errors.ImageError: it cannot be read: its GIF data is damaged, incomplete or of a rare kind; ...
    >>> sandbox.close()
    """

    def __init__(
        self,
        tasks: Mapping[str, str] = TASKS,
        patience: float = _PATIENCE,
        room: Room | None = None,
    ) -> None:
        self._tasks, self._patience, self._room = dict(tasks), patience, room or Endless()
        self._line: SimpleQueue[Call | None] = SimpleQueue()
        self._child: Child | None = None  # of the line's thread alone
        self._lock, self._open = Lock(), 0
        # The kernel ends a child with the thread that started it, so one thread starts them all.
        self._thread = Thread(target=self._work_off, name="sandbox", daemon=True)
        self._thread.start()

    def call(
        self,
        task: str,
        header: Mapping[str, Any],
        payload: bytes,
        budget: Budget,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Return the header and the payload with which the task answers; they are as trustworthy as what it was given.

        wanted: asked again and again; when it says no, the call is given up.

        Raises the task's own MMDemoError, a BudgetError where it fails or costs more than its budget, a BusyError
        where too many others are in line or the memory is not there, an AbandonedError where it is no longer wanted.
        """
        spare = self._room.spare_megabytes()
        try:
            return self._once(Call(task, header, payload, budget.within(spare)), wanted)
        except BudgetError as error:
            if error.reason != "memory" or spare >= budget.megabytes:
                raise
        with self._room.claimed(budget.megabytes):  # most files need little; this one does not
            self._wait_for_room(budget.megabytes, wanted)
            return self._once(Call(task, header, payload, budget), wanted)

    def _once(self, call: Call, wanted: Callable[[], bool]) -> Answer:
        self._enter()
        try:
            self._line.put(call)
            return self._wait(call, wanted)
        finally:
            call.forget()
            with self._lock:
                self._open -= 1

    def close(self) -> None:
        """End the child, when the calls in line are answered."""
        self._line.put(None)
        self._thread.join()

    def _enter(self) -> None:
        with self._lock:
            if self._open > _MOST_WAITING:
                raise BusyError()
            self._open += 1

    def _wait_for_room(self, megabytes: float, wanted: Callable[[], bool]) -> None:
        end = time.monotonic() + _ROOM_PATIENCE
        while self._room.spare_megabytes() < megabytes:
            if not wanted():
                raise AbandonedError()
            if time.monotonic() > end:
                raise BusyError(NO_ROOM)
            time.sleep(_ROOM_TICK)

    def _wait(self, call: Call, wanted: Callable[[], bool]) -> Answer:
        end = time.monotonic() + self._patience
        while True:
            with suppress(TimeoutError):
                return call.answer.result(_TICK)
            if not wanted():
                call.stop("abandoned")
                if call.answer.cancel():
                    raise AbandonedError()
            elif time.monotonic() > end and call.answer.cancel():
                raise BusyError()
            call.watch()

    def _work_off(self) -> None:
        while self._serve(self._line.get()):
            pass  # no name here keeps the last call, which holds its file
        self._end()

    def _serve(self, call: Call | None) -> bool:
        """Answer a call; return False for the end of the line."""
        if call is not None and call.answer.set_running_or_notify_cancel():
            try:
                call.answer.set_result(self._do(call))
            except Exception as error:  # for the thread that waits; this one lives on
                call.answer.set_exception(error)
        return call is not None

    def _do(self, call: Call) -> Answer:
        child = self._fresh()
        try:
            call.begin(child)
            child.wait()
            call.begin(child)
            header, payload = child.exchange(call.task, call.header, call.payload, call.budget)
            return _answer(header), payload
        except (OSError, EOFError, ValueError) as error:
            self._end()
            raise call.failure(child) from error  # without a name, which would be a circle with its traceback
        finally:
            call.end()

    def _fresh(self) -> Child:
        if self._child is not None and not self._child.is_fresh():
            self._end()
        if self._child is None:
            self._child = Child(self._tasks)
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _answer(header: dict[str, Any]) -> dict[str, Any]:
    """Return a worker's answer, or raise the error that it names, whose sentence is as foreign as the file."""
    kind, message = _ERRORS.get(str(header.get("error"))), header.get("message")
    if kind is not None and isinstance(message, str):
        raise kind(message[:_LONGEST])
    if header.get("failed"):
        raise BudgetError("memory" if header["failed"] == "memory" else "fault")
    if not isinstance(header.get("answer"), dict):
        raise ValueError("Got no answer.")
    answer: dict[str, Any] = header["answer"]
    return answer

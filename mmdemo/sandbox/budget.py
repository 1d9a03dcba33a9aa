"""What a step on foreign bytes may cost, and what is said when it costs more."""

from dataclasses import dataclass, replace
from typing import Literal

from mmdemo.errors import MMDemoError

Reason = Literal["time", "memory", "fault"]

_LEAST = 20.0  # megabytes

_SENTENCES: dict[Reason, str] = {
    "time": "The file takes too long to read: make it smaller, or save it again with another program.",
    "memory": "The file takes too much memory to read: make it smaller, or save it again with another program.",
    "fault": "The file cannot be read: save it again with another program.",
}


@dataclass(frozen=True)
class Budget:
    """What one call of a task may cost.

    cpu: seconds of a processor. seconds: on the clock. megabytes: of memory above what the process needs when idle,
    10^6 bytes. answer: bytes of its answer.
    """

    cpu: float = 3
    seconds: float = 20
    megabytes: float = 150
    answer: int = 20_000_000

    def within(self, megabytes: float) -> "Budget":
        """Return the same with no more memory than that, though never with so little that nothing can be read."""
        return replace(self, megabytes=min(self.megabytes, max(megabytes, _LEAST)))


class BudgetError(MMDemoError):
    """A task cost more than its budget, or failed; `reason` says which."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


class BusyError(MMDemoError):
    """The server has other files to read first, or no memory for this one; the message says which."""

    def __init__(self, message: str = "The server is busy with other files; try again in a moment.") -> None:
        super().__init__(message)


NO_ROOM = "The server needs its memory for a training now; try again in a minute, or make the file smaller."


class AbandonedError(MMDemoError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("The file was not read, because nobody waits for it any more.")

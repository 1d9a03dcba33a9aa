"""The memory that a server can spare for what its sandbox does."""

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Room(Protocol):
    """Knows how much memory there is, and who waits for it."""

    def spare_megabytes(self) -> float:
        """Return the MB that can be taken now."""
        ...

    def claimed(self, megabytes: float) -> AbstractContextManager[None]:
        """Let nothing else begin, as long as the block lasts, that would leave less than this free."""
        ...


class Endless:
    """The room of a machine on which nobody counts memory."""

    def spare_megabytes(self) -> float:
        """Return infinity."""
        return math.inf

    @contextmanager
    def claimed(self, megabytes: float) -> Iterator[None]:
        """Do nothing."""
        yield

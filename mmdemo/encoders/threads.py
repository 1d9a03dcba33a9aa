"""How many threads an encoder may use: two, unless the caller has a worker for each processor already."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_most: ContextVar[int] = ContextVar("most_threads", default=2)


def most_threads() -> int:
    """Return how many threads may be used.

    >>> most_threads()
    2
    """
    return _most.get()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let encoders, and the networks that are opened within, use the calling thread alone."""
    before = _most.set(1)
    try:
        yield
    finally:
        _most.reset(before)

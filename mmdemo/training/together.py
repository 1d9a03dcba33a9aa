"""Fits that run beside each other: their matrix products leave Python's lock."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TypeVar

T = TypeVar("T")
Report = Callable[[float], None]
_THREADS = min(2, os.cpu_count() or 1)  # each needs memory of its own


def together(tasks: Sequence[Callable[[Report], T]], report: Report) -> list[T]:
    """Return what the tasks return, in their order; each is called with a function for the share of it that is done.

    report: called with the share done of all (0–1), one call at a time.

    >>> together([lambda report: 1, lambda report: 2], print)
    [1, 2]
    """
    shares, lock = [0.0] * len(tasks), Lock()

    def tell(place: int, share: float) -> None:
        with lock:
            shares[place] = share
            report(sum(shares) / len(shares))

    with ThreadPoolExecutor(_THREADS) as threads:
        running = [threads.submit(task, partial(tell, place)) for place, task in enumerate(tasks)]
        return [task.result() for task in running]

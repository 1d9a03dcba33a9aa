"""Fits that run beside each other: their matrix products leave Python's lock."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import partial
from threading import Event, Lock
from typing import TypeVar

from mmdemo.model.progress import Report

T = TypeVar("T")
THREADS = min(2, os.cpu_count() or 1)  # each needs memory of its own


def together(tasks: Sequence[Callable[[Report], T]], report: Report, threads: int) -> list[T]:
    """Return what the tasks return, in their order; each is called with a function for the share of it that is done.

    report: called with the share done of all (0–1), one call at a time. Where one fails, or the program is interrupted,
    the others end when they next report.

    >>> together([lambda report: 1, lambda report: 2], print, threads=2)
    [1, 2]
    """
    shares, lock, stopped = [0.0] * len(tasks), Lock(), Event()

    def tell(place: int, share: float) -> None:
        if stopped.is_set():
            raise CancelledError
        with lock:
            shares[place] = share
            report(sum(shares) / len(shares))

    if min(threads, len(tasks)) == 1:
        return [task(partial(tell, place)) for place, task in enumerate(tasks)]
    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(task, partial(tell, place)) for place, task in enumerate(tasks)]
        try:
            return [task.result() for task in running]
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise

"""A thread that sweeps runs and cache, at once and then every hour, for as long as the queue takes runs."""

import logging
from threading import Thread

from mmdemo.jobs.queue import JobQueue

HOUR = 3600.0

logger = logging.getLogger(__name__)


def start_sweeping(queue: JobQueue, every: float = HOUR) -> Thread:
    """Sweep in a thread of its own, which ends with the queue or the interpreter; every: seconds between sweeps."""
    thread = Thread(target=_sweep, args=(queue, every), name="sweeper", daemon=True)
    thread.start()
    return thread


def _sweep(queue: JobQueue, every: float) -> None:
    while not queue.closing.is_set():
        try:
            queue.sweep()
        except Exception:  # the next sweep may do better
            logger.exception("Runs and cache could not be swept")
        queue.closing.wait(every)

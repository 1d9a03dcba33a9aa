"""A thread that sweeps runs and cache, now and then every hour, as long as the queue accepts runs."""

import logging
from threading import Thread

from mmdemo.jobs.queue import JobQueue

HOUR = 3600.0

logger = logging.getLogger(__name__)


def start_sweeping(queue: JobQueue, every: float = HOUR) -> Thread:
    """Sweep in a separate thread, which ends with the queue or the interpreter; every: seconds between sweeps."""
    thread = Thread(target=_sweep, args=(queue, every), name="sweeper", daemon=True)
    thread.start()
    return thread


def _sweep(queue: JobQueue, every: float) -> None:
    while not queue.closing.is_set():
        try:
            queue.sweep()
        except Exception:  # the next sweep may succeed
            logger.exception("Runs and cache could not be swept")
        queue.closing.wait(every)

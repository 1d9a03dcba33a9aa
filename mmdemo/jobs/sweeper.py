"""A thread that sweeps, now and then every hour."""

import logging
from collections.abc import Callable
from threading import Event, Thread

HOUR = 3600.0

logger = logging.getLogger(__name__)


def start_sweeping(sweep: Callable[[], object], closing: Event, every: float = HOUR, first: float = 0.0) -> Thread:
    """Sweep in a separate thread, until `closing` is set or the interpreter ends.

    every: seconds between sweeps. first: seconds before the first one.
    """
    thread = Thread(target=_sweep, args=(sweep, closing, every, first), name="sweeper", daemon=True)
    thread.start()
    return thread


def _sweep(sweep: Callable[[], object], closing: Event, every: float, first: float) -> None:
    closing.wait(first)
    while not closing.is_set():
        try:
            sweep()
        except Exception:  # the next sweep may succeed
            logger.exception("Runs and cache could not be swept")
        closing.wait(every)

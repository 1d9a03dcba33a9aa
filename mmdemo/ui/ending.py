"""End what the server's queues do with data that goes."""

import sys
from collections.abc import Iterator
from typing import cast

from mmdemo.jobs.queue import JobQueue

_MODULES = ("mmdemo.ui.runs", "mmdemo.ui.reading")  # each has a `queue()`; importing one would load much to end nothing


def queues() -> Iterator[JobQueue]:
    """Yield the queues of this server that are in use: of runs, and of readings."""
    for name in _MODULES:
        queue = getattr(sys.modules.get(name), "queue", None)  # None, too, while the module is being imported
        if queue is not None:
            yield cast(JobQueue, queue())


def end_users_of(name: str) -> None:
    """End what waits or runs on the data of this id, whoever asked for it, and forget what the queues know of it."""
    for queue in queues():
        queue.end_users_of(name)

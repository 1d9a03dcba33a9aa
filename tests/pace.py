"""CPU seconds as an idle machine would take them: the pace of a busy one varies, even between two calls."""

import time
from collections.abc import Callable

_ROUNDS, _IDLE = 1_000_000, 0.025  # rounds of a plain loop, and the CPU seconds that they take on an idle machine


def slowness() -> float:
    """Return how many times as long as on an idle machine a plain loop takes now; at least one."""
    started = time.process_time()
    for _ in range(_ROUNDS):
        pass
    return max(1.0, (time.process_time() - started) / _IDLE)


def cpu_seconds(call: Callable[[], object], enough: float, tries: int = 3) -> float:
    """Return the CPU seconds of this process that a call takes, at the pace of an idle machine.

    enough: a call that takes more is made again, and the least counts. tries: how often at most.
    """
    taken = []
    while not taken or (min(taken) > enough and len(taken) < tries):
        before, started = slowness(), time.process_time()
        call()
        spent = time.process_time() - started
        taken.append(spent / max(before, slowness()))
    return min(taken)

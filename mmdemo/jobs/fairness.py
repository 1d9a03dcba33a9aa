"""Who may still join the waiting line, so that nobody can fill it alone."""

from collections.abc import Sequence

from mmdemo.errors import JobError
from mmdemo.jobs.job import Job


def check(waiting: Sequence[Job], limit: int, owner: str, address: str) -> None:
    """Raise a JobError where the visitor may not put another run into the line.

    While others wait, a visitor has one run that waits; alone, up to half of the places. The last quarter is for other
    addresses than those that wait already: a whole school may share one, so this counts only where the line is almost
    full. address: "" where it is not known.
    """
    if len(waiting) >= limit:
        raise JobError(f"The queue is full: {limit} runs wait already. Try again in a few minutes.")
    own = sum(job.owner == owner for job in waiting)
    others_wait = own < len(waiting)
    if own >= (1 if others_wait else max(1, limit // 2)):
        runs = "1 run" if own == 1 else f"{own} runs"
        why = ", and others are waiting too" if others_wait else ""
        yours = "it has started, or cancel it" if own == 1 else "one of them has started, or cancel one"
        raise JobError(f"You have {runs} waiting already{why}; wait until {yours}.")
    kept = limit // 4
    if address and sum(job.address == address for job in waiting) >= limit - kept > 0:
        raise JobError(
            f"{limit - kept} runs from your network wait already, and the last places are kept for others. "
            "Try again in a few minutes."
        )

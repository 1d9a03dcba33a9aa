"""Many visitors at once, each doing something every few seconds: how long they wait."""

import random
import time
from dataclasses import dataclass, field
from statistics import median
from threading import Event, Thread

import numpy as np

from benchmarks.memory import memory_alone
from benchmarks.reruns import cpu_seconds, pages
from benchmarks.session import Session, open_session

VISITORS = 20
EVERY = 3.0  # seconds from one action of a visitor to the next
SECONDS = 75.0
_EDIT, _OPEN, _RERUN = "edit the caption", "open a page", "run a page again"
_WORDS = ("a", "red", "old", "small", "car", "bird", "tree", "apple", "coat", "flower", "on the road", "in the garden")


@dataclass
class Waits:
    """What visitors waited: action → seconds, from the message to the end of the page's script.

    faults: what went wrong. most: MB of the server without its children, at most. cpu: seconds that it has worked.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {_EDIT: [], _OPEN: [], _RERUN: []})
    faults: list[str] = field(default_factory=list)
    most: float = 0.0
    cpu: float = 0.0

    def of(self, action: str) -> list[float]:
        """Return the seconds of one kind of action, or of "all"."""
        return self.seconds.get(action) or [one for some in self.seconds.values() for one in some]

    def median(self, action: str = "all") -> float:
        """Return the median wait, in seconds."""
        return median(self.of(action))

    def late(self, action: str = "all") -> float:
        """Return the 95th percentile of the waits, in seconds."""
        return float(np.percentile(self.of(action), 95))


class Visitor:
    """One visitor, who edits captions, opens pages and runs them again, as chance of this seed has it."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.chance, self.page = session, random.Random(seed), ""

    def act(self) -> str:
        """Do the next thing; return what it was."""
        chosen = self.chance.choice((_EDIT, _EDIT, _OPEN, _RERUN))
        if chosen == _EDIT and self.page == "classify":
            caption = " ".join(self.chance.sample(_WORDS, 5))
            self.session.set("caption", string_value=caption)
        elif chosen == _RERUN:
            self.session.refresh()
        else:
            self.page = "classify" if chosen == _EDIT else self.chance.choice(list(pages().values()))
            self.session.visit(self.page)
            return _OPEN
        return chosen


def visits(url: str, pid: int, seconds: float = SECONDS, visitors: int = VISITORS) -> Waits:
    """Return what so many visitors wait; each has opened Classify before the clock starts."""
    waits, ready, over = Waits(), Event(), Event()
    opened = [Event() for _ in range(visitors)]
    threads = [
        Thread(target=_visit, args=(url, waits, seed, seconds, opened[seed], ready), daemon=True)
        for seed in range(visitors)
    ]
    for thread, there in zip(threads, opened, strict=True):
        thread.start()
        there.wait(60)
    waits.cpu = -cpu_seconds(pid)
    watcher = Thread(target=_watch, args=(pid, waits, over), daemon=True)
    watcher.start()
    ready.set()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()
    waits.cpu += cpu_seconds(pid)
    return waits


def _visit(url: str, waits: Waits, seed: int, seconds: float, opened: Event, ready: Event) -> None:
    try:
        with open_session(url, "classify") as session:
            visitor = Visitor(session, seed)
            visitor.page = "classify"
            opened.set()
            ready.wait()
            _act_on(visitor, waits, seconds, first=EVERY * seed / VISITORS)
    except (OSError, KeyError, RuntimeError, TimeoutError) as error:
        waits.faults.append(repr(error)[:300])
        opened.set()


def _act_on(visitor: Visitor, waits: Waits, seconds: float, first: float) -> None:
    """Act every three seconds; what takes longer delays the next, as a person waits."""
    following = time.monotonic() + first
    end = following + seconds
    while following < end:
        time.sleep(max(0.0, following - time.monotonic()))
        started = time.perf_counter()
        waits.seconds[visitor.act()].append(time.perf_counter() - started)
        waits.faults += visitor.session.failures
        following = max(following + EVERY, time.monotonic())


def _watch(pid: int, waits: Waits, over: Event) -> None:
    while not over.wait(1.0):
        waits.most = max(waits.most, memory_alone(pid))

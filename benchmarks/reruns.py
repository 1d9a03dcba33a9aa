"""What a rerun costs the server: CPU seconds for every page, and for an edited caption, without a browser."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from statistics import mean, median

import psutil

from benchmarks.report import Report, Table, Target
from benchmarks.session import Session, open_session
from mmdemo.ui.frame import ENTRIES
from tests.server import serve

EDITED = "Classify, caption edited"
ROUNDS = 15
_PAUSE = 0.3  # seconds: the server's door lets a tab run its page five times a second
_CAPTIONS = ("a red car", "a bird on a branch", "an apple", "a warm coat", "an old train", "a yellow flower")
_EDITED, _PAGE, _MEAN = 0.07, 0.15, 0.10  # CPU seconds


def measure() -> Report:
    """Return the CPU seconds that the server takes for a rerun of each page, and for a caption edited on Classify."""
    with serve() as server:
        found = reruns(server.url, server.pid)
        idle = seconds_of(server.pid, lambda: time.sleep(2)) / 2
    pages = {title: median(seconds) for title, seconds in found.items() if title != EDITED}
    return Report(
        title="CPU seconds of a rerun",
        table=Table(("rerun", "median, CPU s", "worst, CPU s"), list(map(_row, found.items()))),
        targets=[
            Target(f"{EDITED}:", median(found[EDITED]), "≤", _EDITED, "s"),
            *(Target(f"{title}:", seconds, "≤", _PAGE, "s") for title, seconds in pages.items()),
            Target("All pages, mean:", mean(pages.values()), "≤", _MEAN, "s"),
        ],
        notes=(
            f"A warm server's own processor time, of all threads, from the browser's message until {_PAUSE} s after "
            f"the page's last; {ROUNDS} reruns each. Every caption is another one, the nearest training pairs are "
            f"shown. Beside reruns the server takes {1000 * idle:.0f} ms of each second.",
        ),
        numbers={"reruns": found, "idle": idle},
    )


def reruns(url: str, pid: int, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return title → CPU seconds of each rerun, in one tab; every page has run twice before."""
    found = {}
    captions = (f"{caption}, number {i}" for i, caption in enumerate(cycle(_CAPTIONS)))
    with open_session(url) as session:
        for title, page in pages().items():
            session.visit(page)
            found[title] = _rounds(session, pid, session.refresh, rounds)
        session.visit(pages()["Classify"])
        found[EDITED] = _rounds(session, pid, lambda: session.set("caption", string_value=next(captions)), rounds)
    return found


def pages() -> Mapping[str, str]:
    """Return title → the page's name in its address, "" for the first."""
    return {entry.title: "" if i == 0 else Path(entry.script).stem for i, entry in enumerate(ENTRIES)}


def _rounds(session: Session, pid: int, act: Callable[[], None], rounds: int) -> list[float]:
    act()
    if session.failures:
        raise RuntimeError(f"A page says: {session.failures[0]}")

    def rerun() -> None:
        act()
        time.sleep(_PAUSE)  # what the server does after the last message is part of it

    return [seconds_of(pid, rerun) for _ in range(rounds)]


def seconds_of(pid: int, act: Callable[[], object]) -> float:
    """Return the CPU seconds that a process took while something was done, without its children."""
    before = cpu_seconds(pid)
    act()
    return cpu_seconds(pid) - before


def cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process so far: to the nanosecond on Linux, else to the hundredth."""
    if sys.platform == "linux" and os.path.isdir(f"/proc/{pid}"):
        return time.clock_gettime((~pid << 3) | 2)  # CPUCLOCK_SCHED; source: clock_getcpuclockid in glibc
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _row(found: tuple[str, list[float]]) -> tuple[str, ...]:
    title, seconds = found
    return title, f"{median(seconds):.3f}", f"{max(seconds):.3f}"

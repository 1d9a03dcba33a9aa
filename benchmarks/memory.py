"""How much memory a running process holds, and which libraries."""

import re
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

import psutil

_LOOKS_EVERY = 0.2  # seconds
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def memory_alone(pid: int) -> float:
    """Return the MB (10⁶ bytes) that a process holds without its children; 0 if it has ended.

    It is the PSS, in which shared pages are divided among those who share them; where the system does not tell it, the
    resident memory.
    """
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
        return int(found.group(1)) * 1024 / 1e6 if found else 0.0
    except FileNotFoundError:  # another system, or it has ended
        return float(psutil.Process(pid).memory_info().rss) / 1e6 if psutil.pid_exists(pid) else 0.0
    except ProcessLookupError:
        return 0.0


def libraries_of(pid: int, package: str) -> set[str]:
    """Return the files of a package that a process has mapped, such as its compiled modules; Linux only."""
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if f"/site-packages/{package}/" in line}


class PeaksBelow:
    """Watches the processes that this one starts, and those that they start, while its block runs.

    found: program → the most memory that one process of it had, MB; only of children and their children.
    """

    def __init__(self) -> None:
        self.found: dict[str, float] = {}
        self._over = Event()
        self._watching = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOKS_EVERY):
            for child in psutil.Process().children():
                with suppress(psutil.NoSuchProcess):  # it has ended
                    for process in (child, *child.children()):
                        name = process.name()
                        self.found[name] = max(self.found.get(name, 0.0), _peak(process))


def _peak(process: psutil.Process) -> float:
    """Return the most memory that a process has had, as Linux keeps it; elsewhere what it has now."""
    with suppress(FileNotFoundError, ProcessLookupError):
        if found := _PEAK.search(Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")):
            return int(found.group(1)) * 1024 / 1e6
    return float(process.memory_info().rss) / 1e6

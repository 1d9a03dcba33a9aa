"""How much memory running processes hold, and which libraries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """What processes hold, in MB (10⁶ bytes).

    rss: their resident memory; pages that several of them share count several times.
    pss: with shared pages divided among all who share them; NaN where the system does not tell.
    """

    rss: float
    pss: float

    @property
    def used(self) -> float:
        """The best measure there is: PSS, else RSS."""
        return self.rss if self.pss != self.pss else self.pss

    @property
    def measure(self) -> str:
        """What `used` is."""
        return "RSS" if self.pss != self.pss else "PSS"


def memory_of(*pids: int) -> Memory:
    """Return the memory of the processes and of all that they have started; one that has just ended holds none."""
    parts = [part for pid in pids for process in _family(pid) for part in _memory(process)]
    return Memory(sum(part.rss for part in parts), sum(part.pss for part in parts))


def memory_alone(pid: int) -> float:
    """Return what one process holds without its children, PSS where the system tells it; 0 if it has ended."""
    return sum(part.used for part in _memory(psutil.Process(pid))) if psutil.pid_exists(pid) else 0.0


def libraries_of(pid: int, package: str) -> set[str]:
    """Return the files of a package that a process has mapped, such as its compiled modules; Linux only."""
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if f"/site-packages/{package}/" in line}


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _memory(process: psutil.Process) -> Iterator[Memory]:
    try:
        yield Memory(process.memory_info().rss / 1e6, _pss(process.pid))
    except (psutil.NoSuchProcess, ProcessLookupError):
        return


def _pss(pid: int) -> float:
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
    except FileNotFoundError:  # another system
        return float("nan")
    return int(found.group(1)) * 1024 / 1e6 if found else 0.0

"""How much memory a running process holds, and which libraries."""

import re
from pathlib import Path

import psutil

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

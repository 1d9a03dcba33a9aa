"""Programs run as child processes: how long they take, and how much memory."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Finished:
    """A child process that succeeded.

    seconds: wall time from its start to its end. cpu_seconds: of it and its own children.
    peak_mb: the most memory that it, or one of its own children, had at once, in MB (10⁶ bytes).
    output: what it wrote to stdout. silence: the longest time in seconds without a line of it.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str
    silence: float = 0.0


def run_python(*arguments: str, folder: Path = ROOT, **environment: str) -> Finished:
    """Run `python ARGUMENTS` from the project's folder; raises a RuntimeError with its last output when it fails.

    folder: from another one.

    The kernel counts the memory of the process that starts a child as the child's, until the child has taken more:
    so this module imports nothing large.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, **environment},
        )
        output, silence = _heard(child, started)
        usage = _ended(child, stderr)
    seconds = time.perf_counter() - started
    scale = 1 if sys.platform == "darwin" else 1024
    return Finished(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale / 1e6, output, silence)


def _ended(child: subprocess.Popen[bytes], stderr: IO[bytes]) -> resource.struct_rusage:
    """Wait for the end of a child and return what it has used; raises a RuntimeError when it failed."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        stderr.seek(0)
        errors = stderr.read().decode("utf-8", "replace")[-1000:].strip()
        raise RuntimeError(f"python {' '.join(list(child.args)[1:])} ended with {child.returncode}: {errors}")
    return usage


def _heard(child: subprocess.Popen[bytes], started: float) -> tuple[str, float]:
    """Return all that a child writes to stdout, and the longest time without a line of it."""
    lines, times = [], [started]
    with child.stdout as stream:  # type: ignore[union-attr]
        for line in stream:
            lines.append(line)
            times.append(time.perf_counter())
    times.append(time.perf_counter())
    return b"".join(lines).decode("utf-8", "replace"), max(after - at for at, after in pairwise(times))

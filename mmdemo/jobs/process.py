"""The process of one run: started apart from the server, watched, and ended with its children."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread
from types import MappingProxyType
from typing import IO, Literal

from mmdemo.sandbox.spawning import creation_flags, yielding

ROOT = Path(__file__).resolve().parents[2]
Reason = Literal["", "cancelled", "mute", "late", "crowded"]

_LONGEST = 2**20  # bytes of a line; what is longer arrives in pieces
_TICK = 0.05  # seconds
_DRAIN = 2.0  # seconds for the rest of the output, in case a process outside the group holds the pipe


@dataclass(frozen=True)
class Patience:
    """Seconds until a process is ended.

    total: after its start. crowded: after its start, while others wait. mute: after it closed its output. asked: by
    force, after it was asked to end. memory: how long a run waits for the memory that it needs.
    """

    total: float = 3600.0
    crowded: float = 900.0
    mute: float = 10.0
    asked: float = 1.0
    memory: float = 120.0


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit code (−signal on POSIX), and our reason if we ended it."""

    code: int
    reason: Reason = ""


class Child:
    """A running process with a group of its own; one thread per stream passes on its output.

    on_output, on_log: called with each line (bytes) of stdout and stderr, each from its own thread.
    variables: of its environment, beside the server's.
    Raises an OSError or ValueError when the command cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_output: Callable[[bytes], None],
        on_log: Callable[[bytes], None],
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._process = _start(command, variables)
        self._started, self._mute_since = time.monotonic(), float("inf")
        self._readers = [
            Thread(target=_read, args=(self._process.stdout, on_output), daemon=True),
            Thread(target=_read, args=(self._process.stderr, on_log), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def wait(self, cancel: Event, patience: Patience, others_wait: Callable[[], bool] = lambda: False) -> Ending:
        """Wait until the process and its whole group are gone and its output is read.

        cancel: set from another thread to end it. others_wait: asked again and again. The thread that started the
        process must call this: on Linux the process ends with that thread.
        """
        reason: Reason = ""
        by_force = float("inf")
        while self._process.poll() is None:
            if not reason and (reason := self._reason(cancel, patience, others_wait)):
                _end(self._process)
                by_force = time.monotonic() + patience.asked
            if time.monotonic() > by_force:
                _end(self._process, by_force=True)
            time.sleep(_TICK)
        _end(self._process, by_force=True)  # whatever children it left behind
        for reader in self._readers:
            reader.join(_DRAIN)
        return Ending(self._process.returncode, reason)

    def _reason(self, cancel: Event, patience: Patience, others_wait: Callable[[], bool]) -> Reason:
        now = time.monotonic()
        if not self._readers[0].is_alive():
            self._mute_since = min(self._mute_since, now)
        if cancel.is_set():
            return "cancelled"
        if now - self._mute_since > patience.mute:
            return "mute"
        if now - self._started > patience.total:
            return "late"
        return "crowded" if now - self._started > patience.crowded and others_wait() else ""


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return a run's variables: one thread per processor, at most four, unless `base` says so; UTF-8; no chatter.

    One arena for all threads' memory takes 30 MB less of a training with the GNU C library.
    """
    usable = os.cpu_count() or 1
    if sys.platform == "linux":
        usable = len(os.sched_getaffinity(0))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), str(min(usable, 4)))
    fixed = {"OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1", "PYTHONFAULTHANDLER": "1", "TF_CPP_MIN_LOG_LEVEL": "2"}
    return {**threads, "MALLOC_ARENA_MAX": "1", **base, **fixed}


def _start(command: Sequence[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        yielding(command),
        cwd=ROOT,
        env=environment({**os.environ, **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # and thereby a group, which can be ended as a whole; Windows has flags for it
        creationflags=creation_flags(),
    )


def _end(process: subprocess.Popen[bytes], by_force: bool = False) -> None:
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):  # gone; macOS says so of a group of zombies
            os.killpg(process.pid, signal.SIGKILL if by_force else signal.SIGTERM)
        return
    if not by_force:
        process.send_signal(signal.CTRL_BREAK_EVENT)
        return
    import psutil

    with suppress(psutil.NoSuchProcess):
        tree = psutil.Process(process.pid)
        for one in [*tree.children(recursive=True), tree]:
            one.kill()


def _read(stream: IO[bytes], tell: Callable[[bytes], None]) -> None:
    with stream:
        for line in iter(partial(stream.readline, _LONGEST), b""):
            tell(line)

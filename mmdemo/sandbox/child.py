"""A worker process as its parent sees it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mmdemo.sandbox import frames
from mmdemo.sandbox.budget import Budget
from mmdemo.sandbox.spawning import creation_flags, yielding
from mmdemo.sandbox.usage import cpu_seconds, resident_bytes

_ROOT = Path(__file__).resolve().parents[2]
# A worker gets no others: what it reads is foreign, and the server's variables may hold secrets.
_VARIABLES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "HOME", "TMPDIR", "SYSTEMROOT", "TEMP")
_FIXED = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1",
          "ARROW_DEFAULT_MEMORY_POOL": "system"}  # the others keep what they were given  # fmt: skip
_GROWN = 20_000_000  # bytes by which memory may have grown after a call
_CALLS = 200  # after which it is replaced all the same


class Child:
    """A worker process. One thread, which started it, talks to it; any thread may end it.

    tasks: see `mmdemo.sandbox.tasks`. Raises an OSError where it cannot be started.
    """

    def __init__(self, tasks: Mapping[str, str]) -> None:
        worker = [sys.executable, "-P", str(Path(__file__).with_name("worker.py")), str(_ROOT), json.dumps(tasks)]
        self._process = subprocess.Popen(
            yielding(worker),
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ} | _FIXED,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=creation_flags(),
        )
        self._idle: int | None = None
        self._calls = 0

    @property
    def pid(self) -> int:
        """Its process's number."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it has started and loaded its libraries."""
        return self._idle is not None

    def wait(self) -> None:
        """Wait until it is ready; raises an EOFError or ValueError where it fails to start."""
        if self._idle is None:
            assert self._process.stdout is not None
            frames.read(self._process.stdout, 0)
            self._idle = resident_bytes(self.pid)

    def exchange(
        self, task: str, header: Mapping[str, Any], payload: bytes, budget: Budget
    ) -> tuple[dict[str, Any], bytes]:
        """Have it do a task; raises an OSError, EOFError or ValueError where it ends or answers nonsense."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._calls += 1
        limits = {"cpu": budget.cpu, "megabytes": budget.megabytes}
        frames.write(self._process.stdin, {"task": task, "limits": limits, "header": header}, payload)
        return frames.read(self._process.stdout, budget.answer)

    def used(self) -> tuple[float, float]:
        """Return its seconds of the processor since it started, and its megabytes above those when idle."""
        with suppress(OSError):
            return cpu_seconds(self.pid), (resident_bytes(self.pid) - (self._idle or 0)) / 1e6
        return 0.0, 0.0  # it has ended, which the thread that talks to it notices

    def is_fresh(self) -> bool:
        """Return whether it may do another task: it lives, and has neither grown nor worked too much."""
        if self._process.poll() is not None or self._calls >= _CALLS:
            return False
        with suppress(OSError):
            return resident_bytes(self.pid) - (self._idle or 0) <= _GROWN
        return False

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def ended_by_time(self) -> bool:
        """Return whether the kernel ended it because its time was used up; waits for its end."""
        return -self._process.wait() in {getattr(signal, name, None) for name in ("SIGPROF", "SIGXCPU")}

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not yet sent
                if pipe is not None:
                    pipe.close()

"""How much memory a run has taken."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

_LOOKS_EVERY = 0.2  # seconds


def peak_megabytes() -> float:
    """Return this process's peak memory, in MB (10⁶ bytes)."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset / 1e6)
    status = Path("/proc/self/status")
    if status.exists():  # getrusage starts from the parent's memory, so a run of the app would count the server
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6)


class Watch:
    """The memory of several processes while its block runs, looked at five times a second.

    alone: name → the process's peak, in MB (10⁶ bytes). together: the peak of all at once.
    """

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids, self._over = pids, Event()
        self._watching = Thread(target=self._watch, daemon=True)
        self.alone, self.together = dict.fromkeys(pids, 0.0), 0.0

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watching.join()

    def _watch(self) -> None:
        import psutil

        with suppress(psutil.NoSuchProcess):
            processes = {name: psutil.Process(pid) for name, pid in self._pids.items()}
            while True:
                found = {name: process.memory_info().rss / 1e6 for name, process in processes.items()}
                self.alone = {name: max(self.alone[name], taken) for name, taken in found.items()}
                self.together = max(self.together, sum(found.values()))
                if self._over.wait(_LOOKS_EVERY):
                    return

"""How much memory a run has taken."""

import sys
from pathlib import Path


def peak_megabytes(pid: int | None = None) -> float:
    """Return a process's peak memory, in MB (10⁶ bytes), by default this one's; of others, on Linux alone, else 0."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process(pid).memory_info().peak_wset / 1e6)
    status = Path(f"/proc/{pid or 'self'}/status")
    if status.exists():  # getrusage starts from the parent's memory, so a run of the app would count the server
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / 1e6
    if pid is not None:
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6)

"""What a process has used: seconds of the processor, bytes of memory."""

import os
import sys
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Return the seconds of the processor that a process has used; raises an OSError when it is gone."""
    if sys.platform == "linux":
        # After the name, which may hold anything: the 12th and 13th are ticks of the program and of the kernel for it.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    import psutil

    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error as error:
        raise ProcessLookupError(pid) from error
    return float(times.user + times.system)


def resident_bytes(pid: int) -> int:
    """Return the bytes of memory that a process holds; raises an OSError when it is gone."""
    if sys.platform == "linux":
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error as error:
        raise ProcessLookupError(pid) from error

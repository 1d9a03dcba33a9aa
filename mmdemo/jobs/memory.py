"""The memory that this machine, or the container around us, still has."""

import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import psutil

from mmdemo.storage.limits import memory_megabytes

SHARED_MEGABYTES = 120.0
"""Of a run's memory: libraries that the server has loaded, too, so that they are there once."""

_SLACK = 15.0  # MB by which the server may grow until the run begins

_FILES = {
    "v2": ("memory.max", "memory.current", "inactive_file"),
    "v1": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Version of control groups → the file of the limit, that of the usage, and the line of what can be freed at once."""


def available_megabytes(root: Path = Path("/")) -> float:
    """Return the memory that is still available, in MB (10⁶ bytes): the machine's, or less where it is limited.

    The limits are those of control groups, and MMDEMO_MEMORY_MB for this process and all that it started.
    root: the folder of `proc` and `sys`. Raises a ConfigError where MMDEMO_MEMORY_MB is no number.

    Source: https://docs.kernel.org/admin-guide/cgroup-v2.html, memory interface files; a limit holds for all below it.
    """
    free = [psutil.virtual_memory().available, *_free_in_groups(root)]
    within = memory_megabytes()
    taken = sum(map(_held, [psutil.Process(), *_started()])) if within < math.inf else 0.0
    return max(0.0, min(min(free) / 1e6, within - taken))


def attainable_megabytes() -> float:
    """Return the memory that a run could have, in MB, once what this process has started has ended."""
    return available_megabytes() + sum(map(_held, _started()))


def reachable_megabytes(most: float, least: float) -> float:
    """Return the MB for which a run waits: the most that it may take, or what it can have at all where that is less.

    least: what it takes in nearly all cases. On a small server, to wait for more than there will be is in vain.
    """
    return max(least, min(most, attainable_megabytes() - _SLACK))


def _started() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _held(process: psutil.Process) -> float:
    """Return the MB of a process; on Linux, pages that several share count once in all."""
    try:
        found = process.memory_full_info()
    except psutil.Error:  # it has just ended
        return 0.0
    return float(getattr(found, "pss", found.rss)) / 1e6


def _free_in_groups(root: Path) -> Iterator[int]:
    for version, mount, group in _groups(root):
        folder = mount / group
        for level in (folder, *folder.parents):
            if not level.is_relative_to(mount):
                break
            free = _free(level, *_FILES[version])
            if free is not None:
                yield free


def _groups(root: Path) -> Iterator[tuple[str, Path, PurePosixPath]]:
    """Yield version, mount and group of this process; inside a container the mount often is the group itself."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, name = line.split(":", 2)
        group = PurePosixPath(name.lstrip("/"))
        group = PurePosixPath() if ".." in group.parts else group  # outside what a container sees
        if not controllers:
            yield "v2", root / "sys/fs/cgroup", group
        if "memory" in controllers.split(","):
            yield "v1", root / "sys/fs/cgroup/memory", group


def _free(level: Path, limit: str, usage: str, reclaimable: str) -> int | None:
    """Return limit − usage in bytes, where cached files count as free; None without a limit."""
    most, used = _read(level / limit).strip(), _read(level / usage).strip()
    if not (most.isdigit() and used.isdigit()):  # "max", or no such file
        return None
    stat = dict(line.split(maxsplit=1) for line in _read(level / "memory.stat").splitlines() if " " in line)
    return int(most) - int(used) + int(stat.get(reclaimable, 0))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:  # another system, or no such group
        return ""

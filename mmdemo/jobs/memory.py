"""The memory that this machine, or the container around us, still has."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import psutil

_FILES = {
    "v2": ("memory.max", "memory.current", "inactive_file"),
    "v1": ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Version of control groups → the file of the limit, that of the usage, and the line of what can be freed at once."""


def available_megabytes(root: Path = Path("/")) -> float:
    """Return the memory that is still available, in MB (10⁶ bytes): the machine's, or less in a limited group.

    root: the folder of `proc` and `sys`.

    Source: https://docs.kernel.org/admin-guide/cgroup-v2.html, memory interface files; a limit holds for all below it.
    """
    free = [psutil.virtual_memory().available, *_free_in_groups(root)]
    return max(0, min(free)) / 1e6


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

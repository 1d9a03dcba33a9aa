"""Sweep the cache: remove what has expired and what does not fit."""

import re
import time
from collections.abc import Iterable
from pathlib import Path

from mmdemo.storage import limits
from mmdemo.storage.folders import cache_path, is_ours, own_data_dir
from mmdemo.storage.trimming import Bounds, bytes_of, changed, contents, remove, settle, trim

_HEX = r"[0-9a-f]{32}|[0-9a-f]{64}"
ENTRIES = {
    "archives": re.compile(_HEX),
    "features": re.compile(r"[0-9a-f]{64}\.npy|[0-9a-f]{16}"),
    "homonyms": re.compile(r"\d+-[\d.e-]+-[\d.e-]+-\d+-[0-9a-f]{12}"),
    "reports": re.compile(_HEX),
    "stamps": re.compile("drawings"),
    "studies": re.compile(_HEX),
}
"""Folder in the cache → pattern of the names kept there. Files of other names are not ours, and stay."""


def sweep_cache(other_bytes: float = 0) -> None:
    """Remove expired entries from the cache, then the least recently used until the rest fits.

    other_bytes: the runs' share of the budget that they have together with the cache.
    Nothing happens where there is no cache, or it is somebody else's.
    Raises a ConfigError where a limit in the environment is not a number.
    """
    cache = cache_path()
    entries = [path for kind, name in ENTRIES.items() for path in contents(cache / kind) if name.fullmatch(path.name)]
    left = max(0, limits.storage_bytes() - other_bytes - bytes_of(own_data_dir()))
    most = min(limits.cache_bytes(), left, limits.disk_share(cache))
    bounds = Bounds(most_bytes=most, unused_since=limits.expired_before())
    if not is_ours(cache):
        return
    trim(entries, bounds)
    for kind, name in ENTRIES.items():
        remove_abandoned(path for path in (cache / kind).glob(".*") if name.match(path.name[1:]))


def remove_abandoned(paths: Iterable[Path]) -> None:
    """Remove files that a killed process left half written a day ago or earlier."""
    paths = list(paths)
    settle(paths)
    for path in paths:
        if time.time() - changed(path) > limits.ABANDONED:
            remove(path)

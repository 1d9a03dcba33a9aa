"""Sweep the cache: what nobody used for a while goes, and what does not fit."""

import re
import time
from collections.abc import Iterable
from pathlib import Path

from mmdemo.storage import limits
from mmdemo.storage.folders import cache_dir
from mmdemo.storage.trimming import Bounds, changed, contents, remove, trim

_HEX = r"[0-9a-f]{32}|[0-9a-f]{64}"
ENTRIES = {
    "archives": re.compile(_HEX),
    "features": re.compile(r"[0-9a-f]{64}\.npy|[0-9a-f]{16}"),
    "homonyms": re.compile(r"\d+-[\d.e-]+-[\d.e-]+-\d+-[0-9a-f]{12}"),
    "reports": re.compile(_HEX),
    "stamps": re.compile("drawings"),
    "studies": re.compile(_HEX),
}
"""Folder in the cache → the names of what is kept there. Other names are not ours, and stay."""


def sweep_cache(other_bytes: float = 0) -> None:
    """Remove from the cache what expired, and what was used longest ago until the rest fits.

    other_bytes: what runs take of the budget that they and the cache have together.
    Raises a ConfigError where a limit in the environment is no number.
    """
    cache = cache_dir()
    entries = [path for kind, name in ENTRIES.items() for path in contents(cache / kind) if name.fullmatch(path.name)]
    most = min(limits.cache_bytes(), max(0, limits.storage_bytes() - other_bytes), limits.disk_share(cache))
    trim(entries, Bounds(most_bytes=most, unused_since=limits.expired_before()))
    for kind, name in ENTRIES.items():
        remove_abandoned(path for path in (cache / kind).glob(".*") if name.match(path.name[1:]))


def remove_abandoned(paths: Iterable[Path]) -> None:
    """Remove what a process that was killed left half written a day ago or earlier."""
    for path in paths:
        if time.time() - changed(path) > limits.ABANDONED:
            remove(path)

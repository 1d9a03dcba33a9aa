"""How much may be kept, and for how long; what an operator may set is read from the environment."""

import math
import os
import shutil
import time
from pathlib import Path

from mmdemo.errors import ConfigError
from mmdemo.storage.trimming import bytes_of

FEATURE_BYTES = 512 * 2**20  # of the feature cache, within the cache's budget
MOST_RUNS = 50
MOST_STUDIED_MODELS = 200  # whose studies are kept, a few kilobytes each
MOST_REPORTS = 100  # half a megabyte each, two with the charts
MOST_DRAWN_FOLDERS = 24  # of homonyms: 16 KB a pair
ABANDONED = 24 * 3600.0  # seconds after which nobody is writing a temporary file any more
JSON_BYTES = 20_000_000  # of a manifest, a study or a record of ours

_CACHE_MB, _RUNS_MB, _STORAGE_MB = 3_000, 1_000, 3_500  # the last: both together
_RETENTION_HOURS = 24


def cache_bytes() -> float:
    """Return what the cache may take: MMDEMO_CACHE_MB; raises a ConfigError where that is no number."""
    return 1e6 * _number("MMDEMO_CACHE_MB", _CACHE_MB)


def runs_bytes() -> float:
    """Return what all runs may take: MMDEMO_RUNS_MB; raises a ConfigError where that is no number."""
    return 1e6 * _number("MMDEMO_RUNS_MB", _RUNS_MB)


def storage_bytes() -> float:
    """Return what cache and runs may take together: MMDEMO_STORAGE_MB; raises a ConfigError where that is no number."""
    return 1e6 * _number("MMDEMO_STORAGE_MB", _STORAGE_MB)


def expired_before() -> float:
    """Return the time (seconds since 1970) since when something must have been used to be kept; −inf keeps all.

    MMDEMO_RETENTION_HOURS ago; 0 keeps all. Raises a ConfigError where that is no number.
    """
    hours = _number("MMDEMO_RETENTION_HOURS", _RETENTION_HOURS)
    return time.time() - 3600 * hours if hours else -math.inf


def disk_share(folder: Path) -> float:
    """Return half of what the disk could give to a folder in bytes: what it takes already and what is free."""
    try:
        return (bytes_of(folder) + shutil.disk_usage(folder).free) / 2
    except OSError:  # not made yet
        return math.inf


def _number(variable: str, default: float) -> float:
    written = os.environ.get(variable) or str(default)
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ConfigError(f"Got {variable}={written!r}, but expected a number from 0 on, such as {default:g}.")
    return number

"""How much is kept, and for how long; an operator's settings are read from the environment."""

import math
import os
import shutil
import time
from pathlib import Path

from mmdemo.errors import ConfigError
from mmdemo.storage.trimming import bytes_of

FEATURE_BYTES = 512 * 2**20  # of the feature cache, within the cache's budget
MOST_RUNS = 50
MOST_STUDIED_MODELS = 200  # with kept studies, a few kilobytes each
MOST_REPORTS = 100  # half a megabyte each, two with the charts
MOST_DRAWN_FOLDERS = 24  # of homonyms: 16 KB a pair
ABANDONED = 24 * 3600.0  # seconds after which a temporary file counts as abandoned
JSON_BYTES = 20_000_000  # of a study
RECORD_BYTES = 1_000_000  # of a run's record
UPLOAD_MEGABYTES = 50  # of a file that a browser sends, as .streamlit/config.toml says, too
MOST_UPLOADS = 3  # that a session's uploaders hold at once
PIECE_BYTES = 2_000_000  # of a pack that a browser sends in pieces
HALF_ARRIVED = 3600.0  # seconds after which an upload that nobody has gone on with is removed

_CACHE_MB, _RUNS_MB, _STORAGE_MB = 3_000, 1_000, 3_500  # the last is for both together
_RETENTION_HOURS = 24
_UPLOADS_MB, _SESSION_UPLOADS_MB = 120, 60
_OWN_DATA_MB, _PACK_MB = 1_500, 300
_TABS = 150  # 4 open files each


def cache_bytes() -> float:
    """Return the bytes that the cache may take, from MMDEMO_CACHE_MB; raises a ConfigError if it is not a number."""
    return 1e6 * _number("MMDEMO_CACHE_MB", _CACHE_MB)


def runs_bytes() -> float:
    """Return the bytes that all runs may take, from MMDEMO_RUNS_MB; raises a ConfigError where that is not a number."""
    return 1e6 * _number("MMDEMO_RUNS_MB", _RUNS_MB)


def storage_bytes() -> float:
    """Return the bytes that cache and runs share (MMDEMO_STORAGE_MB); raises a ConfigError if it is not a number."""
    return 1e6 * _number("MMDEMO_STORAGE_MB", _STORAGE_MB)


def memory_megabytes() -> float:
    """Return the MB that server and runs may take together (MMDEMO_MEMORY_MB), ∞ unless set; raises a ConfigError."""
    return _number("MMDEMO_MEMORY_MB", 0) or math.inf


def uploads_bytes() -> float:
    """Return the bytes of uploads that the server holds at once (MMDEMO_UPLOADS_MB); raises a ConfigError."""
    return 1e6 * _number("MMDEMO_UPLOADS_MB", _UPLOADS_MB)


def session_uploads_bytes() -> float:
    """Return the bytes of uploads that it holds for one tab (MMDEMO_SESSION_UPLOADS_MB); raises a ConfigError."""
    return 1e6 * _number("MMDEMO_SESSION_UPLOADS_MB", _SESSION_UPLOADS_MB)


def own_data_bytes() -> float:
    """Return the bytes that all visitors' own data may take (MMDEMO_OWN_DATA_MB), one's half; raises a ConfigError."""
    return 1e6 * _number("MMDEMO_OWN_DATA_MB", _OWN_DATA_MB)


def pack_bytes() -> float:
    """Return the bytes that one dataset may have when it is sent in pieces (MMDEMO_PACK_MB); raises a ConfigError."""
    return 1e6 * _number("MMDEMO_PACK_MB", _PACK_MB)


def most_tabs() -> int:
    """Return how many tabs may be open at once (MMDEMO_TABS); raises a ConfigError where that is not a number."""
    return int(_number("MMDEMO_TABS", _TABS))


def retention_hours() -> float:
    """Return for how long what nobody uses is kept (MMDEMO_RETENTION_HOURS), 0 for ever; raises a ConfigError."""
    return _number("MMDEMO_RETENTION_HOURS", _RETENTION_HOURS)


def expired_before() -> float:
    """Return the time (seconds since 1970) before which the last use is too long ago; −inf keeps everything.

    Raises a ConfigError where the setting is not a number.
    """
    hours = retention_hours()
    return time.time() - 3600 * hours if hours else -math.inf


def disk_share(folder: Path) -> float:
    """Return half of the bytes available to a folder: what it already holds, plus what is free on the disk."""
    try:
        return (bytes_of(folder) + shutil.disk_usage(folder).free) / 2
    except OSError:  # it does not exist yet
        return math.inf


def _number(variable: str, default: float) -> float:
    written = os.environ.get(variable) or str(default)
    try:
        number = float(written)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ConfigError(f"Got {variable}={written!r}, but expected a number of at least 0, such as {default:g}.")
    return number

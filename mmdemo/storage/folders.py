"""Where files that can be made again are kept."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path


def cache_dir() -> Path:
    """Return the folder of the caches: MMDEMO_CACHE_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_CACHE_DIR") or Path(tempfile.gettempdir()) / "mmdemo-cache")


def keep_newest(parent: Path, most: int) -> None:
    """Remove the folders in `parent` that were used longest ago, by their time of change, so that `most` are left.

    Those whose name begins with a dot are being written, and stay.
    """
    with suppress(OSError):  # another process tidies up too
        folders = [path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")]
        for folder in sorted(folders, key=lambda path: path.stat().st_mtime)[:-most]:
            shutil.rmtree(folder, ignore_errors=True)

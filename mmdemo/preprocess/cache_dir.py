"""Where files that can be made again are kept."""

import os
import tempfile
from pathlib import Path


def cache_dir() -> Path:
    """Return the folder of the caches: MMDEMO_CACHE_DIR where it is set, else one in the temporary folder."""
    return Path(os.environ.get("MMDEMO_CACHE_DIR") or Path(tempfile.gettempdir()) / "mmdemo-cache")

"""What all processes of one test run share: made by the first that asks for it."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

FEATURES = "FUSION_LAB_TEST_FEATURES"  # set in conftest.py


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, in this process or another."""
    folder = Path(f"{os.environ[FEATURES]}-{name}")
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not folder.exists():
            fresh = folder.with_suffix(".fresh")
            fresh.mkdir()
            make(fresh)
            fresh.rename(folder)
    return folder


def share_features(cache: Path) -> None:
    """Make a folder of caches that is empty but for the features that tests have encoded."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "features").symlink_to(os.environ[FEATURES], target_is_directory=True)

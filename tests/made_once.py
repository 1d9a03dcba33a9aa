"""What all processes of one test run share: made by the first that asks for it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

FEATURES = "FUSION_LAB_TEST_FEATURES"  # set in conftest.py


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, in this process or another; on Windows each process makes its own."""
    whose = f"-{os.getpid()}" if sys.platform == "win32" else ""
    folder = Path(f"{os.environ[FEATURES]}-{name}{whose}")
    with open(f"{folder}.lock", "w") as lock:
        _wait_for(lock)
        if not folder.exists():
            fresh = Path(f"{folder}.{os.getpid()}")
            fresh.mkdir(exist_ok=True)  # left there by a test that failed
            make(fresh)
            fresh.rename(folder)
    return folder


def _wait_for(lock: IO[str]) -> None:
    """Wait until no other process has the lock, which is let go when it is closed."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)


def share_features(cache: Path) -> None:
    """Make a folder of caches that is empty but for the features that tests have encoded."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "features").symlink_to(os.environ[FEATURES], target_is_directory=True)

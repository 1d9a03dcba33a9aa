"""How the project starts a process of its own: apart from the server, yielding to it, and ending with it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def yielding(program: Sequence[str]) -> list[str]:
    """Return the command that runs a program at low priority and ends it with the thread that starts it (on Linux)."""
    if sys.platform == "win32":
        return list(program)
    return [sys.executable, "-I", "-S", str(Path(__file__).with_name("start.py")), str(os.getpid()), *program]


def creation_flags() -> int:
    """Return what `subprocess.Popen` needs for the same on Windows, where a group is made so, too."""
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return 0

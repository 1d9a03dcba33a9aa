"""Become another program that yields to its parent and ends with it.

Run by its file name, `python start.py PARENT_PID PROGRAM …`: 20 ms in a process of its own, because Python code between
fork and exec (`preexec_fn`) can hang in a server that has threads. It does not import the project.
"""

import contextlib
import os
import signal
import sys

_NICENESS = 5  # more would starve it while other programs are busy
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2); it survives exec


def become(parent: int, program: list[str]) -> None:
    """Replace this process by the program, at low priority; end it when the process `parent` is gone."""
    os.nice(_NICENESS)
    _tell_kernel("oom_score_adj", 1000)  # when memory runs out, this ends and not the server
    # Linux weighs sessions before processes: beside two busy threads on two processors, an image's features took the
    # server 19 ms, 17 with niceness (10) alone, and 15 with this (12 when idle).
    _tell_kernel("autogroup", _NICENESS)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could ask
        sys.exit(1)
    os.execvp(program[0], program)


def _tell_kernel(setting: str, value: int) -> None:
    with contextlib.suppress(OSError), open(f"/proc/self/{setting}", "w", encoding="ascii") as file:
        file.write(str(value))  # other systems lack it, and containers may forbid it


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])

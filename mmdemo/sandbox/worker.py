"""Do tasks on foreign bytes, one after the other, each within its budget; the program of a child process.

Run by its file name, `python worker.py ROOT TASKS`: ROOT is the folder that holds the project, TASKS a JSON object, see
`mmdemo.sandbox.tasks`. Calls come in at stdin and answers go out at stdout; what tasks print is lost.
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

Task = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]

_MOST = 200_000_000  # bytes of a call: the parent is trusted
_OPEN_FILES = 24


def main(root: str, tasks: str) -> None:
    """Answer calls until stdin ends."""
    sys.path.insert(0, root)
    calls, answers = _private(0, "rb"), _private(1, "wb")
    functions = {name: _function(where) for name, where in json.loads(tasks).items()}
    with suppress(ImportError):
        import cv2

        cv2.setNumThreads(1)
    from mmdemo.sandbox import frames

    _limit_for_good()
    idle = _data_bytes()
    frames.write(answers, {"ready": True})
    while True:
        try:
            call, payload = frames.read(calls, _MOST)
        except EOFError:
            return
        _limit(call["limits"], idle)
        header = {**call["header"], "megabytes": call["limits"]["megabytes"]}
        answer = _answer(functions[call["task"]], header, payload)
        _limit({"megabytes": _MOST / 1e6, "cpu": 0}, idle)  # waiting costs nothing, and the next call has to come in
        frames.write(answers, *answer)
        del answer
        del payload
        _give_back()


def _answer(task: Task, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    from mmdemo.errors import MMDemoError

    try:
        answer, data = task(header, payload)
    except MMDemoError as error:
        return {"error": type(error).__name__, "message": str(error)}, b""
    except MemoryError:
        return {"failed": "memory"}, b""
    except Exception:  # of a library that foreign bytes have confused
        return {"failed": "fault"}, b""
    return {"answer": answer}, data


def _private(stream: int, mode: str) -> IO[bytes]:
    """Return a standard stream for ourselves, and leave nothing in its place for what would print or read there."""
    own = os.fdopen(os.dup(stream), mode)
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), stream)
    return own


def _function(where: str) -> Task:
    module, _, name = where.partition(":")
    function: Task = getattr(import_module(module), name)
    return function


def _limit_for_good() -> None:
    """Write no file, leave no memory behind when it crashes, open few files."""
    with suppress(ImportError):  # Windows
        import resource

        for kind, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
        ):
            resource.setrlimit(kind, (most, most))


def _limit(limits: dict[str, float], idle: int) -> None:
    """Have the kernel refuse memory beyond the budget, and end the process when its time is used up."""
    with suppress(ImportError):
        import resource

        # Not the address space: OpenCV and NumPy alone take 300 MB of it.
        resource.setrlimit(resource.RLIMIT_DATA, (idle + int(limits["megabytes"] * 1e6), resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_PROF, limits["cpu"])  # no handler: it ends C code, too; 0 for no limit


def _data_bytes() -> int:
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _give_back() -> None:
    """Return freed memory to the system."""
    with suppress(OSError, AttributeError):  # another C library than GNU's has no such function
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Keep what compiled libraries write to stderr out of people's terminals."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# Two redirections that overlap could leave stderr in the wrong place for good.
_ONE_AT_A_TIME = Lock()


@contextmanager
def without_lines(start: bytes = b"") -> Iterator[None]:
    """Keep lines with this start off file descriptor 2, by default all lines; others are written afterwards.

    If all lines are held back, an exception still lets them through.
    Python's own redirections do not reach what C++ writes.
    """
    with _ONE_AT_A_TIME, tempfile.TemporaryFile() as caught:
        try:
            stderr = os.dup(2)
        except OSError:  # this process has no stderr
            yield
            return
        os.dup2(caught.fileno(), 2)
        try:
            yield
        except BaseException:
            start = start or b"\0"  # what was printed before a failure may say why
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            caught.seek(0)
            os.write(2, b"".join(line for line in caught if not line.startswith(start)))

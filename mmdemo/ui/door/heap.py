"""Keep the server's memory together."""

import ctypes
import gc
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of mallopt(3)


def keep_together() -> None:
    """Have all threads allocate from one arena of the GNU C library; other libraries have none.

    By default each thread has its own, and what a page freed in one is lost to the others: after two visitors had
    opened every page, the server held 419 MB, and 388 so. Python runs one thread at a time, so none waits for another.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library, another system
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def settle() -> None:
    """Tell the garbage collector that what there is now stays.

    Streamlit has it look through everything after each run of a page: 150 ms in which no other thread runs, nearly all
    for libraries and models, which never go.
    """
    gc.collect()
    gc.freeze()

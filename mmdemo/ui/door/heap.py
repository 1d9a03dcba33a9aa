"""Keep the server's memory together."""

import ctypes
import gc
from contextlib import suppress

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of mallopt(3)
_LARGE = 4 * 2**20  # bytes


def keep_together() -> None:
    """Have all threads allocate from one arena of the GNU C library; other libraries have none.

    By default each thread has its own, and what a page freed in one is lost to the others: after two visitors had
    opened every page, the server held 419 MB, and 388 so. Python runs one thread at a time, so none waits for another.
    By default, too, blocks of up to 32 MB come to lie among others, and stay when they are freed; so, what is larger
    than 4 MB, such as an upload, goes back to the system at once: 40 MB after ten uploads.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library, another system
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)


def freeze() -> None:
    """Tell the garbage collector that what there is now stays, at once: even what could be collected.

    Streamlit has it look through everything after each run of a page: 150 ms in which no other thread runs, nearly all
    for libraries and models, which never go.
    """
    gc.freeze()


def settle() -> None:
    """Collect what can be collected, and tell the garbage collector that the rest stays."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()

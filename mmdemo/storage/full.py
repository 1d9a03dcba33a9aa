"""A full disk: how it is recognised, and what is said of it."""

import errno

DISK = "The disk has no room left: delete what is no longer needed, or choose a place on another."
SERVER = "The server has no room left: delete data that you no longer need, or try again later."
_FULL = {errno.ENOSPC, errno.EDQUOT}


def is_full(error: BaseException) -> bool:
    """Return whether something could not be written because there is no room left.

    >>> is_full(OSError(errno.ENOSPC, "No space left on device")), is_full(FileNotFoundError())
    (True, False)
    """
    return isinstance(error, OSError) and error.errno in _FULL

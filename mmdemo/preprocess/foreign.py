"""Decode an image that may cost anything: in a child process, within a budget of memory and time."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdemo.errors import ImageError
from mmdemo.preprocess.formats import recognise
from mmdemo.preprocess.limits import LONG_SIDE
from mmdemo.preprocess.opened_image import DecodedImage
from mmdemo.preprocess.source import read, shown_name
from mmdemo.sandbox.budget import Budget, BudgetError
from mmdemo.sandbox.sandbox import Sandbox

BUDGET = Budget(cpu=3, seconds=20, megabytes=150, answer=3 * LONG_SIDE**2)

_TOO_DEAR = {
    "time": "takes too long to read: make it smaller, or open it in an image editor and save it again.",
    "memory": "takes too much memory to read: make it smaller, or open it in an image editor and save it again.",
    "fault": "cannot be read: open it in an image editor and save it again.",
}
_MOST_NOTES, _LONGEST_NOTE = 4, 200


def decode_foreign(
    sandbox: Sandbox,
    data: bytes,
    name: str | None = None,
    wanted: Callable[[], bool] = lambda: True,
    long_side: int = LONG_SIDE,
) -> DecodedImage:
    """Return what `decode` returns for a file's bytes, to the last digit.

    wanted: whether somebody still waits for it; asked several times a second. long_side: px, at most 1,500.

    Raises an ImageError as `decode` does and where it costs too much, a BusyError where too many others are in line,
    an AbandonedError where it is no longer wanted.
    """
    shown = shown_name(data, name)
    kind = recognise(read(data, shown), shown)
    try:
        header, payload = sandbox.call("decode", {"name": shown, "long_side": long_side}, data, BUDGET, wanted)
        return _checked(header, payload, kind)
    except BudgetError as error:
        raise ImageError(f"{shown} {_TOO_DEAR[error.reason]}") from error


def _checked(header: dict[str, Any], payload: bytes, kind: str) -> DecodedImage:
    """Return the image of a worker's answer, which a file may have forged: its sizes must fit."""
    shape, size, notes = (header.get(key) for key in ("shape", "size", "notes"))
    if not (_is_pair(shape, LONG_SIDE) and _is_pair(size, 2**31) and isinstance(notes, list)):
        raise BudgetError("fault")
    height, width = shape  # type: ignore[misc]
    if len(payload) != 3 * height * width or not all(isinstance(note, str) for note in notes):
        raise BudgetError("fault")
    pixels = np.frombuffer(payload, np.uint8).reshape(height, width, 3)
    said = tuple(note[:_LONGEST_NOTE] for note in notes[:_MOST_NOTES])
    return DecodedImage(pixels, kind, tuple(size), said)  # type: ignore[arg-type]


def _is_pair(value: object, most: int) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(one) is int and 0 < one <= most for one in value)

"""How much a visitor may have the server draw and look through that nobody has asked for before."""

import time

from mmdemo.errors import DatasetError
from mmdemo.ui import visitor
from mmdemo.ui.once import Once
from mmdemo.ui.pace import Pace

_PATIENCE = 20.0  # seconds


@Once
def _pairs() -> Pace:
    # A pair takes about 1.5 ms to draw, 1 ms to look through; an address has a sixth of a processor for long.
    return Pace(rate=120, burst=12_000)


def wait(pairs: int) -> None:
    """Wait until the visitor's address may have so many pairs drawn or examined; for functions whose value is kept.

    Raises a DatasetError where that would take too long.
    """
    seconds = _pairs().delay(visitor.address(), pairs, _PATIENCE)
    if seconds > _PATIENCE:
        raise DatasetError(
            f"Much new data was drawn for your network lately. Try again in {seconds - _PATIENCE:.0f} s, or "
            "choose data that you have seen already."
        )
    time.sleep(seconds)

"""A person's Ctrl-C, remembered: what Python raises for it is lost where a library ignores all that is raised."""

import signal
from threading import Event, current_thread, main_thread
from types import FrameType

ASKED = Event()
"""Whether a person has asked to stop since a session was started here."""


def remember() -> None:
    """Remember the next interrupts, which are raised as usual; signals reach the main thread alone."""
    if current_thread() is main_thread():
        ASKED.clear()
        signal.signal(signal.SIGINT, _asked)


def _asked(number: int, frame: FrameType | None) -> None:
    ASKED.set()
    signal.default_int_handler(number, frame)

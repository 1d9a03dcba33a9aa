"""Whether the pages have the server's door before them; a host that starts them as a plain script has none."""

from threading import Event

PRESENT = Event()
"""Set while the application that `app.py` makes is served."""


def door_present() -> bool:
    """Return whether the door is there, and with it the way in for data that is sent in pieces."""
    return PRESENT.is_set()

"""“Delete my data”: everything that a visitor has brought or trained, gone at once and for good."""


def button() -> None:
    """Draw the button; it asks once. Place it in a popover or at the end of a page."""
    raise NotImplementedError

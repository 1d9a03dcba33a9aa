"""What Spark needs."""


def check_needs() -> None:
    """Filled in elsewhere."""

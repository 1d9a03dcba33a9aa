"""What is done for a report, one stage after the other."""

from collections.abc import Callable

STAGES = {
    "model": "Reading the model",
    "charts": "Drawing the charts",
    "examples": "Explaining some pairs",
    "files": "Writing the report",
}
"""Stage → its title, in order."""

SECONDS = {"model": 0.5, "charts": 2.2, "examples": 1.2, "files": 0.9}
"""Stage → roughly how long it takes."""

OnStage = Callable[[str, float], None]
"""Is called with a stage, and the share of it that is done (0–1)."""


def ignore(stage: str, done: float) -> None:
    """Take no notice."""

"""What is done for a report, one stage after the other."""

from collections.abc import Callable

STAGES = {
    "model": "Reading the model",
    "charts": "Drawing the charts",
    "examples": "Explaining some pairs",
    "files": "Writing the report",
}
"""Stage → its title, in order."""

SECONDS = {"model": 1.0, "charts": 1.6, "examples": 0.7, "files": 0.6}
"""Stage → roughly how long it takes."""

OnStage = Callable[[str, float], None]
"""Is called with a stage, and the share of it that is done (0–1)."""


def ignore(stage: str, done: float) -> None:
    """Take no notice."""

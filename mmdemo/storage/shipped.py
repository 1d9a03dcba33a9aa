"""Where the shipped models are."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped_models() -> Path:
    """Return the folder of the shipped encoder and the model `everyday`: in the package, or `models` of a checkout."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _PACKAGE.parent / "models"

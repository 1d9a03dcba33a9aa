"""The shipped model, which is loaded once, whoever comes first: a visitor's page, or the thread that prepares it."""

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from mmdemo.storage.shipped import shipped_models
from mmdemo.storage.trimming import changed

if TYPE_CHECKING:
    from mmdemo.bundles.bundle import Bundle

EVERYDAY = "everyday"
_LOADING = Lock()


def folder() -> Path:
    """Return the model's folder."""
    return shipped_models() / EVERYDAY


def load() -> "Bundle":
    """Return the model as its files are now, loaded at most once; raises a BundleError if it cannot be used."""
    with _LOADING:
        return _load(str(folder()), changed(folder() / "manifest.json"))


@lru_cache(maxsize=1)
def _load(place: str, changed: float) -> "Bundle":
    from mmdemo.bundles.bundle import load as read  # with all the libraries, which the frame of a page can do without

    return read(place)

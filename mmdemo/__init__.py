"""A small library that classifies images with captions, and measures whether the image adds to the caption."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mmdemo.library import Dataset, MMDemoError, PairClassifier, load_dataset, load_model, train

__version__ = "0.1.0"
__all__ = ["Dataset", "MMDemoError", "PairClassifier", "__version__", "load_dataset", "load_model", "train"]


def __getattr__(name: str) -> Any:
    # The heavy libraries are imported only now, because `mmdemo --help` needs none of them.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mmdemo import library

    return getattr(library, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

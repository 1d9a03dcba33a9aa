"""Read a bundle that somebody changed; what reading a model imports and keeps is not measured."""

import tempfile
from pathlib import Path

from mmdemo.bundles.bundle import load
from mmdemo.bundles.opening import open_model
from mmdemo.errors import BundleError

load(Path(__file__).resolve().parent.parent / "models" / "everyday")


def refused(path: str) -> None:
    """Read a model and that of its first fold; print the sentence with which it is refused, or `read`."""
    try:
        bundle = load(path)
        if bundle.fold_models.kept:
            bundle.fold_models[0]
    except BundleError as error:
        print(error)
    else:
        print("read")


def zip_refused(path: str) -> None:
    """Open a model's zip; print the sentence with which it is refused, or `read`."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            open_model(Path(path), Path(folder) / "opened")
        except BundleError as error:
            print(error)
        else:
            print("read")

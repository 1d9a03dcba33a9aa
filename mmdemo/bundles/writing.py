"""Write a model to disk: whole or not at all, and over nothing but another model."""

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.example import worked_example, write_example
from mmdemo.bundles.files import BundleFiles
from mmdemo.bundles.files_written import write_files
from mmdemo.bundles.golden import golden_of
from mmdemo.bundles.manifest import MANIFEST, files_named, write_manifest
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.parts import Parts, parts_of
from mmdemo.errors import BundleError
from mmdemo.storage.folders import check_writable
from mmdemo.storage.whole import whole_folder
from mmdemo.training.train import TrainedModel

_LIBRARIES = ("ai-edge-litert", "numpy", "opencv-python-headless", "pillow", "scikit-learn", "wordllama")
_MOST_LEFT_OUT = 1_000  # rows that a manifest names


def save(trained: TrainedModel, folder: Path, command: str, facts: Mapping[str, Any]) -> None:
    """Write the bundle; an existing folder is replaced if it is a bundle.

    command: the command that made it. facts: further entries of the manifest, such as seconds and peak memory.
    Raises a BundleError when the folder holds something else, or the disk is full.
    """
    save_parts(parts_of(trained), folder, command, facts)


def save_parts(parts: Parts, folder: Path, command: str, facts: Mapping[str, Any]) -> None:
    """Write the bundle of a model that was trained anywhere; see `save`."""
    with new_bundle(folder) as temporary:
        if example := worked_example(parts.model, parts.name):
            write_example(example, temporary)
        hashes = write_files(parts, golden_of(parts.model), temporary)
        write_manifest(temporary, {**_manifest(parts, command), **facts, "files": hashes})


def copy(bundle: Bundle, folder: Path) -> None:
    """Write the same bundle, byte for byte, to another folder; raises as `save` does."""
    with new_bundle(folder) as temporary:
        BundleFiles(bundle.path).copy_to(temporary, [MANIFEST, *bundle.manifest["files"]])


@contextmanager
def new_bundle(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of a new one or of another model, if the block succeeds.

    Raises a BundleError where the folder holds something else, or the disk is full.
    """
    check_place(folder)
    try:
        with whole_folder(folder) as temporary:
            yield temporary
    except OSError as error:
        raise BundleError(
            f"The model could not be written to {place(folder)}: {reason(error)}. "
            "Free some space, or choose another folder."
        ) from error


def check_place(folder: Path) -> None:
    """Raise a BundleError unless a model can be written there: to a new or empty folder, or over another model."""
    try:
        if folder.exists() and not folder.is_dir():
            raise BundleError(f"{place(folder)} is a file; give the name of a folder.")
        if foreign := _foreign(folder):
            raise BundleError(
                f"{place(folder)} holds {foreign}, which is not part of a model; choose an empty or new folder."
            )
        parent = next(parent for parent in folder.resolve().parents if parent.exists())
        check_writable(parent)
    except OSError as error:
        raise BundleError(
            f"No model can be written to {place(folder)}: {reason(error)}. Choose another folder."
        ) from error


def _foreign(folder: Path) -> str | None:
    """Return the name of something in the folder that its manifest does not list."""
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    return min(names - files_named(folder), default=None)


def _manifest(parts: Parts, command: str) -> dict[str, Any]:
    model, kept = parts.model, len(parts.train_ids)
    return {
        "classes": list(model.classes),
        "config": model.config.as_dict(),
        "dataset": {
            "name": parts.name,
            "source": parts.source,
            "licence": parts.licence,
            "options": dict(parts.options),
            "fingerprint": parts.fingerprint,
            "limits": dict(parts.limits) if parts.limits else None,
            "notes": list(parts.notes),
            "left_out_kinds": dict(parts.left_out_kinds),
            # Without the reasons, which quote cells and file names: who gets a model need not get those.
            "left_out": [{"row": row.row} for row in parts.left_out[:_MOST_LEFT_OUT]],
        },
        "n_train": parts.n_train,
        **({"kept_train": kept} if kept < parts.n_train else {}),
        "n_test": len(parts.held_out.ids),
        "evaluation": asdict(parts.evaluation),
        "command": command,
        "saved_seconds": round(parts.saved_seconds, 2),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
    }

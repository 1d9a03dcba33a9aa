"""A trained model on disk: written whole or not at all, and verified byte by byte when read."""

import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.bundles.files import BundleFiles, widths_of, write_files
from mmdemo.bundles.fold_models import FoldModels
from mmdemo.bundles.golden import check_golden, golden_of
from mmdemo.bundles.manifest import (
    MANIFEST,
    files_named,
    read_manifest,
    write_manifest,
)
from mmdemo.bundles.seen import TrainedOn
from mmdemo.bundles.train_features import TrainFeatures, read_features
from mmdemo.errors import BundleError
from mmdemo.evaluation.evaluate import Evaluation, evaluation_from
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.folders import check_writable, mark_used
from mmdemo.storage.whole import whole_folder
from mmdemo.training.train import TrainedModel

_LIBRARIES = ("ai-edge-litert", "numpy", "opencv-python-headless", "pillow", "scikit-learn", "wordllama")


@dataclass(frozen=True)
class Bundle:
    """A model read from disk.

    path: its folder. model: ready to answer. manifest: the content of `manifest.json`.
    """

    path: Path
    model: Model
    manifest: Mapping[str, Any]

    @property
    def evaluation(self) -> Evaluation:
        """How it did on its held-out pairs."""
        return evaluation_from(self.manifest["evaluation"])

    @cached_property
    def held_out(self) -> HeldOut:
        """Its held-out pairs, each with the answers of models that had not seen it."""
        return BundleFiles(self.path).read_held_out(self.model.classes, self.model.heads)

    @cached_property
    def fold_models(self) -> FoldModels:
        """The models of the folds, as far as it keeps them."""
        return FoldModels(self.path, self.model)

    def model_for(self, row: str) -> Model:
        """Return the model that answers for a row id: of a held-out pair, the one that had not seen it, if kept.

        See `explains_blindly`.
        """
        return self.fold_models[self._folds[row]] if self.fold_models.kept and row in self._folds else self.model

    def explains_blindly(self, row: str) -> bool:
        """Return whether `model_for` this row id had not seen the pair."""
        return row in self._folds and (self.fold_models.kept or self.model.config.n_folds == 1)

    @cached_property
    def _folds(self) -> Mapping[str, int]:
        return dict(zip(self.held_out.ids.tolist(), self.held_out.fold.tolist(), strict=True))

    @cached_property
    def train_features(self) -> TrainFeatures:
        """Modality → features (n, d) of its training pairs, checked and opened at most once."""
        return read_features(self.path, len(self.train_ids), widths_of(self.model.heads))

    @property
    def train_ids(self) -> np.ndarray:
        """The ids (n,) of its training pairs."""
        return self._train["ids"]

    def trained_on(self) -> TrainedOn:
        """Return which pairs it was trained on."""
        fingerprint = self.manifest["dataset"]["fingerprint"]
        return TrainedOn(self.model.config, fingerprint, self.train_ids, self._train["digests"])

    @cached_property
    def _train(self) -> Mapping[str, np.ndarray]:
        """The `ids` and content `digests` (n,) of the training pairs, read at most once."""
        return BundleFiles(self.path).read_arrays("train.npz")


def save(trained: TrainedModel, folder: Path, command: str, facts: Mapping[str, Any]) -> None:
    """Write the bundle; an existing folder is replaced if it is a bundle.

    command: the command that made it. facts: further entries of the manifest, such as seconds and peak memory.
    Raises a BundleError when the folder holds something else, or the disk is full.
    """
    with _new_bundle(folder) as temporary:
        hashes = write_files(trained, golden_of(trained.model), temporary)
        write_manifest(temporary, {**_manifest(trained, command), **facts, "files": hashes})


def copy(bundle: Bundle, folder: Path) -> None:
    """Write the same bundle, byte for byte, to another folder; raises as `save` does."""
    with _new_bundle(folder) as temporary:
        BundleFiles(bundle.path).copy_to(temporary, [MANIFEST, *bundle.manifest["files"]])


@contextmanager
def _new_bundle(folder: Path) -> Iterator[Path]:
    check_place(folder)
    try:
        with whole_folder(folder) as temporary:
            yield temporary
    except OSError as error:
        raise BundleError(
            f"The model could not be written to {folder}: {error.strerror or error}. "
            "Free some space, or choose another folder."
        ) from error


def check_place(folder: Path) -> None:
    """Raise a BundleError unless a model can be written there: to a new or empty folder, or over another model."""
    try:
        if folder.exists() and not folder.is_dir():
            raise BundleError(f"{folder} is a file; give the name of a folder.")
        if foreign := _foreign(folder):
            raise BundleError(f"{folder} holds {foreign}, which is not part of a model; choose an empty or new folder.")
        parent = next(parent for parent in folder.resolve().parents if parent.exists())
        check_writable(parent)
    except OSError as error:
        raise BundleError(
            f"No model can be written to {folder}: {error.strerror or error}. Choose another folder."
        ) from error


def _foreign(folder: Path) -> str | None:
    """Return the name of something in the folder that its manifest does not list."""
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    return min(names - files_named(folder), default=None)


def load(folder: Path | str) -> Bundle:
    """Read and verify a bundle: schema, the hash of every file, and the answers to its golden inputs.

    Raises a BundleError that says what is wrong.
    """
    folder = Path(folder)
    mark_used([folder])
    manifest = read_manifest(folder)
    files = BundleFiles(folder)
    try:
        files.verify(manifest["files"])
        config = ModelConfig(**manifest["config"])
        bundle = Bundle(folder, files.read_model(config, tuple(manifest["classes"])), manifest)
        _check(bundle)
        check_golden(bundle.model, files.read_arrays("golden.npz"), folder)
    except BundleError:
        raise
    except Exception as error:  # whatever a forged manifest or file may lead to
        raise BundleError(f"The model in {folder} cannot be read ({error}). Train it again.") from error
    return bundle


def _check(bundle: Bundle) -> None:
    """Raise a ValueError where the parts of a bundle do not fit together."""
    classes, heads = bundle.model.classes, bundle.model.heads
    if not all(isinstance(label, str) for label in classes) or list(classes) != sorted(set(classes)):
        raise ValueError("its classes are not distinct and sorted")
    if tuple(heads) != bundle.model.config.heads or tuple(bundle.evaluation.heads) != tuple(heads):
        raise ValueError("its models are not those of its configuration")
    if any(head.intercept.shape != (len(classes),) for head in heads.values()):
        raise ValueError("its number of classes differs from that of its models")
    if len(bundle.held_out.ids) != bundle.manifest["n_test"]:
        raise ValueError("its held-out pairs are not those of its manifest")
    shapes = {bundle.train_ids.shape, bundle._train["digests"].shape}
    if shapes != {(bundle.manifest["n_train"],)} or bundle.train_ids.dtype.kind != "U":
        raise ValueError("it does not say which pairs it was trained on")
    _ = bundle.train_features  # checked now, rather than at first use


def _manifest(trained: TrainedModel, command: str) -> dict[str, Any]:
    dataset, model = trained.dataset, trained.model
    return {
        "classes": list(model.classes),
        "config": model.config.as_dict(),
        "dataset": {
            "name": dataset.name,
            "source": dataset.source,
            "licence": dataset.licence,
            "options": dict(dataset.options),
            "fingerprint": dataset.fingerprint(),
            "limits": dict(dataset.limits) if dataset.limits else None,
            "notes": list(trained.notes),
            "left_out": [asdict(row) for row in trained.left_out],
        },
        "n_train": len(trained.train_ids),
        "n_test": len(trained.held_out.ids),
        "evaluation": asdict(trained.evaluation),
        "command": command,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
    }

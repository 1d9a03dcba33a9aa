"""The files of a bundle besides its manifest: their content, and how to read them without trusting them."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmdemo.bundles.arrays import FILE_BYTES, opened_arrays
from mmdemo.bundles.fold_models import FOLDS, SHARES, check_shares, checked_head, fold_arrays
from mmdemo.bundles.heads_file import HEADS, read_heads
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.train_features import feature_files, write_features
from mmdemo.datasets.base import values_of
from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import BundleError
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model
from mmdemo.storage.reading import open_regular, read_bytes, sha256
from mmdemo.training.train import TrainedModel

_NETWORK = "encoder.tflite"
HELD_OUT = "held_out.npz"
_REQUIRED = (HEADS, "golden.npz", HELD_OUT, "train.npz")
_PROBABILITIES = "probabilities/"
_PAIR = {"ids": "U", "labels": "U", "fold": "i", "group": "U", "repeated": "b"}


def write_files(trained: TrainedModel, golden: Mapping[str, np.ndarray], folder: Path) -> dict[str, str]:
    """Write all files of a bundle but the manifest; return file name → SHA-256 (hex)."""
    _write_model(trained.model, folder)
    _write_arrays(folder / "golden.npz", golden)
    _write_arrays(folder / HELD_OUT, _held_out_arrays(trained.held_out))
    if folds := fold_arrays(trained.fold_models):
        _write_arrays(folder / FOLDS, folds)
    digests = row_digests(trained.dataset.frame.loc[trained.train_ids], trained.model.config)
    _write_arrays(folder / "train.npz", {"ids": trained.train_ids, "digests": digests})
    write_features(trained.train_features, widths_of(trained.model.heads), folder)
    return {path.name: BundleFiles(folder).sha256(path.name) for path in sorted(folder.iterdir())}


def widths_of(heads: Mapping[str, Head]) -> dict[str, int]:
    """Return modality → the number of its features."""
    return {name: coef.shape[1] for head in heads.values() for name, coef in head.coef.items()}


def row_digests(frame: pd.DataFrame, config: ModelConfig) -> np.ndarray:
    """Return digests of what the pairs hold, str (n,), by which they are recognised in other data.

    A modality whose values tell pairs apart by themselves is enough, as images do; captions repeat often, and equal
    captions with different images are different pairs.
    Raises an ImageError for a file that cannot be read.
    """
    held = [name for name in MODALITIES if name in frame.columns]
    distinct = [name for name in held if name in config.encoders and MODALITIES[name].distinct]
    parts = [
        ["" if value is None else MODALITIES[name].digest(value) for value in values_of(frame, name)]
        for name in distinct or held
    ]
    return np.array([hashlib.sha256(" ".join(row).encode()).hexdigest()[:32] for row in zip(*parts, strict=True)])


@dataclass(frozen=True)
class BundleFiles:
    """The files in a bundle's folder; any fault in them raises a BundleError."""

    folder: Path

    def verify(self, hashes: Mapping[str, str]) -> None:
        """Compare every file with its SHA-256."""
        optional = [name for name in (_NETWORK, FOLDS) if (self.folder / name).exists()]
        for name in sorted({*hashes, *_REQUIRED, *optional, *feature_files(self.folder)}):
            path = self.folder / name
            if Path(name).name != name or name not in hashes:
                raise BundleError(
                    f"The model in {place(self.folder)} is incomplete: its manifest does not vouch for {name!r}."
                )
            if not path.is_file():
                raise BundleError(f"The model in {place(self.folder)} is incomplete: {name} is missing. Copy it again.")
            if self.sha256(name) != hashes[name]:
                raise BundleError(
                    f"{name} in {place(self.folder)} is damaged or was changed. Copy or train the model again."
                )

    def copy_to(self, folder: Path, names: Iterable[str]) -> None:
        """Copy the files of these names into another folder."""
        for name in names:
            with open_regular(self.folder / name) as source, (folder / name).open("wb") as target:
                shutil.copyfileobj(source, target)

    def sha256(self, name: str) -> str:
        """Return the SHA-256 (hex) of one file."""
        return sha256(self.folder / name)

    def read_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays of one `.npz` file, as far as they have fewer bytes than it may."""
        try:
            with opened_arrays(self.folder / name) as arrays:
                return dict(arrays)
        except Exception as error:  # a forged file raises a dozen unrelated kinds of error
            raise BundleError(
                f"{name} in {place(self.folder)} cannot be read ({reason(error)}). Copy the model again."
            ) from error

    def read_held_out(self, classes: tuple[str, ...], heads: Iterable[str]) -> HeldOut:
        """Return the held-out pairs with every head's answers, checked."""
        arrays = self.read_arrays(HELD_OUT)
        try:
            probabilities = {name: arrays[_PROBABILITIES + name] for name in heads}
            pairs = {name: arrays[name] for name in _PAIR}
            _check_held_out(pairs, probabilities, classes)
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(
                f"{HELD_OUT} in {place(self.folder)} cannot be used ({reason(error)}). Copy the model again."
            ) from error
        return HeldOut(classes=classes, probabilities=probabilities, **pairs)

    def read_model(self, config: ModelConfig, classes: tuple[str, ...]) -> Model:
        """Return the model for new pairs."""
        state = read_heads(self.folder)
        try:
            return self._model(state, config, classes)
        except BundleError:
            raise
        except Exception as error:  # a forged file raises a dozen unrelated kinds of error
            raise BundleError(
                f"{HEADS} in {place(self.folder)} cannot be used ({reason(error)}). Copy the model again."
            ) from error

    def _model(self, state: Mapping[str, Any], config: ModelConfig, classes: tuple[str, ...]) -> Model:
        encoders: dict[str, Encoder] = {}
        for name in config.encoders:
            expected = config.build_encoder(name)
            encoders[name] = state["encoders"].get(name, expected)
            if type(encoders[name]) is not type(expected):
                raise BundleError(
                    f"{HEADS} in {place(self.folder)} holds another {name} encoder than its manifest says."
                )
            if hasattr(encoders[name], "model_"):
                encoders[name].model_ = read_bytes(self.folder / _NETWORK, FILE_BYTES)
        heads = {name: checked_head(Head(**values)) for name, values in state["heads"].items()}
        return Model(config, classes, encoders, heads, check_shares(state.get(SHARES), len(classes)))


def _write_model(model: Model, folder: Path) -> None:
    from skops import io

    learnt = {name: copy(encoder) for name, encoder in model.encoders.items() if not encoder.frozen}
    for encoder in learnt.values():
        if hasattr(encoder, "model_"):
            (folder / _NETWORK).write_bytes(encoder.model_)
            encoder.model_ = b""
    heads = model.heads.items()
    numbers = {name: {part.name: getattr(head, part.name) for part in fields(Head)} for name, head in heads}
    io.dump({"encoders": learnt, "heads": numbers, SHARES: model.shares}, folder / HEADS)


def _held_out_arrays(held_out: HeldOut) -> dict[str, np.ndarray]:
    arrays = {name: getattr(held_out, name) for name in _PAIR}
    return {**arrays, **{_PROBABILITIES + name: rows for name, rows in held_out.probabilities.items()}}


def _check_held_out(
    pairs: Mapping[str, np.ndarray], probabilities: Mapping[str, np.ndarray], classes: Sequence[str]
) -> None:
    """Raise a ValueError where the arrays do not fit together."""
    n = len(pairs["ids"])
    if any(pairs[name].dtype.kind != kind or pairs[name].shape != (n,) for name, kind in _PAIR.items()):
        raise ValueError("its columns are not those of held-out pairs")
    if len(np.unique(pairs["ids"])) != n:
        raise ValueError("it holds a pair twice")
    if not np.isin(pairs["labels"], classes).all():
        raise ValueError("it has labels that the model does not know")
    for rows in probabilities.values():
        if rows.shape != (n, len(classes)) or rows.dtype.kind != "f" or not ((rows >= 0) & (rows <= 1)).all():
            raise ValueError("its answers are no probabilities")


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    np.savez_compressed(path, allow_pickle=False, **arrays)

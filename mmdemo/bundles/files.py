"""The files of a bundle besides its manifest: their content, and how to read them without trusting them."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import opened_arrays
from mmdemo.bundles.doubts_file import DOUBTS, read_doubts
from mmdemo.bundles.fold_models import FOLDS
from mmdemo.bundles.heads_file import HEADS, NETWORK, read_heads
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.train_features import feature_files
from mmdemo.errors import BundleError
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model
from mmdemo.storage.reading import open_regular, sha256

HELD_OUT, GOLDEN, TRAIN = "held_out.npz", "golden.npz", "train.npz"
EXAMPLE = "example.json"
HEADS_OF_SCHEMA_3 = "heads.skops"
PROBABILITIES = "probabilities/"
PAIR = {"ids": "U", "labels": "U", "fold": "i", "group": "U", "repeated": "b"}


def widths_of(heads: Mapping[str, Head]) -> dict[str, int]:
    """Return modality → the number of its features."""
    return {name: coef.shape[1] for head in heads.values() for name, coef in head.coef.items()}


@dataclass(frozen=True)
class BundleFiles:
    """The files in a bundle's folder; any fault in them raises a BundleError."""

    folder: Path

    def verify(self, hashes: Mapping[str, str]) -> None:
        """Compare every file with its SHA-256."""
        optional = [name for name in (NETWORK, FOLDS, HEADS, EXAMPLE, DOUBTS) if (self.folder / name).exists()]
        heads = HEADS_OF_SCHEMA_3 if HEADS_OF_SCHEMA_3 in hashes else HEADS
        required = (heads, GOLDEN, HELD_OUT, TRAIN)
        for name in sorted({*hashes, *required, *optional, *feature_files(self.folder)}):
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
            probabilities = {name: arrays[PROBABILITIES + name] for name in heads}
            pairs = {name: arrays[name] for name in PAIR}
            _check_held_out(pairs, probabilities, classes)
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(
                f"{HELD_OUT} in {place(self.folder)} cannot be used ({reason(error)}). Copy the model again."
            ) from error
        return HeldOut(classes=classes, probabilities=probabilities, **pairs)

    def read_model(self, config: ModelConfig, classes: tuple[str, ...]) -> Model:
        """Return the model for new pairs."""
        return replace(self._read_heads(config, classes), doubts=read_doubts(self.folder, config.encoders))

    def _read_heads(self, config: ModelConfig, classes: tuple[str, ...]) -> Model:
        if (self.folder / HEADS).exists():
            return read_heads(self.folder, config, classes)
        from mmdemo.bundles import heads_of_schema_3  # newer models do without

        return heads_of_schema_3.read_heads(self.folder, config, classes)


def _check_held_out(
    pairs: Mapping[str, np.ndarray], probabilities: Mapping[str, np.ndarray], classes: Sequence[str]
) -> None:
    """Raise a ValueError where the arrays do not fit together."""
    n = len(pairs["ids"])
    if any(pairs[name].dtype.kind != kind or pairs[name].shape != (n,) for name, kind in PAIR.items()):
        raise ValueError("its columns are not those of held-out pairs")
    if len(np.unique(pairs["ids"])) != n:
        raise ValueError("it holds a pair twice")
    if not np.isin(pairs["labels"], classes).all():
        raise ValueError("it has labels that the model does not know")
    for rows in probabilities.values():
        if rows.shape != (n, len(classes)) or rows.dtype.kind != "f" or not ((rows >= 0) & (rows <= 1)).all():
            raise ValueError("its answers are no probabilities")

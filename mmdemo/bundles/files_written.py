"""Write the files of a bundle besides its manifest."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mmdemo.bundles.doubts_file import DOUBTS, doubt_arrays
from mmdemo.bundles.files import GOLDEN, HELD_OUT, PAIR, PROBABILITIES, TRAIN, BundleFiles, widths_of
from mmdemo.bundles.fold_models import FOLDS, fold_arrays
from mmdemo.bundles.heads_file import write_heads
from mmdemo.bundles.train_features import write_features
from mmdemo.datasets.base import values_of
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig

if TYPE_CHECKING:
    from mmdemo.bundles.parts import Parts


def write_files(parts: "Parts", golden: Mapping[str, np.ndarray], folder: Path) -> dict[str, str]:
    """Write all files of a bundle but the manifest; return file name → SHA-256 (hex)."""
    write_heads(parts.model, folder)
    if doubts := doubt_arrays(parts.model.doubts):
        _write_arrays(folder / DOUBTS, doubts)
    _write_arrays(folder / GOLDEN, golden)
    _write_arrays(folder / HELD_OUT, _held_out_arrays(parts.held_out))
    if folds := fold_arrays(parts.fold_models):
        _write_arrays(folder / FOLDS, folds)
    _write_arrays(folder / TRAIN, {"ids": parts.train_ids, "digests": parts.digests})
    write_features(parts.train_features, widths_of(parts.model.heads), folder)
    return {path.name: BundleFiles(folder).sha256(path.name) for path in sorted(folder.iterdir())}


def row_digests(frame: pd.DataFrame, config: ModelConfig) -> np.ndarray:
    """Return digests of what the pairs hold, str (n,), by which they are recognised in other data.

    Raises an ImageError for a file that cannot be read.
    """
    parts = [
        ["" if value is None else MODALITIES[name].digest(value) for value in values_of(frame, name)]
        for name in recognised_by(frame.columns, config)
    ]
    return np.array([row_digest(row) for row in zip(*parts, strict=True)])


def recognised_by(columns: Collection[str], config: ModelConfig) -> list[str]:
    """Return the modalities whose values tell which pair it is, of those that the data has.

    One whose values tell pairs apart by themselves is enough, as images do; captions repeat often, and equal captions
    with different images are different pairs.
    """
    held = [name for name in MODALITIES if name in columns]
    return [name for name in held if name in config.encoders and MODALITIES[name].distinct] or held


def row_digest(digests: Sequence[str]) -> str:
    """Return the digest of a pair, 32 hex digits, from those of its values, "" for one that is missing.

    digests: of the modalities of `recognised_by`, in that order.
    """
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()[:32]


def _held_out_arrays(held_out: HeldOut) -> dict[str, np.ndarray]:
    arrays = {name: getattr(held_out, name) for name in PAIR}
    return {**arrays, **{PROBABILITIES + name: rows for name, rows in held_out.probabilities.items()}}


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    np.savez_compressed(path, allow_pickle=False, **arrays)

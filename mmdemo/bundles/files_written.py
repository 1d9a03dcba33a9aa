"""Write the files of a bundle besides its manifest."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

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
from mmdemo.training.train import TrainedModel


def write_files(trained: TrainedModel, golden: Mapping[str, np.ndarray], folder: Path) -> dict[str, str]:
    """Write all files of a bundle but the manifest; return file name → SHA-256 (hex)."""
    write_heads(trained.model, folder)
    if doubts := doubt_arrays(trained.model.doubts):
        _write_arrays(folder / DOUBTS, doubts)
    _write_arrays(folder / GOLDEN, golden)
    _write_arrays(folder / HELD_OUT, _held_out_arrays(trained.held_out))
    if folds := fold_arrays(trained.fold_models):
        _write_arrays(folder / FOLDS, folds)
    digests = row_digests(trained.dataset.frame.loc[trained.train_ids], trained.model.config)
    _write_arrays(folder / TRAIN, {"ids": trained.train_ids, "digests": digests})
    write_features(trained.train_features, widths_of(trained.model.heads), folder)
    return {path.name: BundleFiles(folder).sha256(path.name) for path in sorted(folder.iterdir())}


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


def _held_out_arrays(held_out: HeldOut) -> dict[str, np.ndarray]:
    arrays = {name: getattr(held_out, name) for name in PAIR}
    return {**arrays, **{PROBABILITIES + name: rows for name, rows in held_out.probabilities.items()}}


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    np.savez_compressed(path, allow_pickle=False, **arrays)

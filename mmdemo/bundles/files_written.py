"""Write the files of a bundle besides its manifest."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mmdemo.bundles.doubts_file import DOUBTS, doubt_arrays
from mmdemo.bundles.files import GOLDEN, HELD_OUT, PAIR, PROBABILITIES, TRAIN, BundleFiles, widths_of
from mmdemo.bundles.fold_models import FOLDS, fold_arrays
from mmdemo.bundles.heads_file import write_heads
from mmdemo.bundles.parts import Parts
from mmdemo.bundles.train_features import write_features
from mmdemo.evaluation.held_out import HeldOut


def write_files(parts: Parts, golden: Mapping[str, np.ndarray], folder: Path) -> dict[str, str]:
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


def _held_out_arrays(held_out: HeldOut) -> dict[str, np.ndarray]:
    arrays = {name: getattr(held_out, name) for name in PAIR}
    return {**arrays, **{PROBABILITIES + name: rows for name, rows in held_out.probabilities.items()}}


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    np.savez_compressed(path, allow_pickle=False, **arrays)

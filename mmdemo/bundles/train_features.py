"""The features of a model's training pairs, kept as plain arrays that are memory-mapped."""

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from scipy import sparse

from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.reading import open_regular

# Wider blocks (article_cnn) are too large to keep.
_MOST_COLUMNS = 50_000
_ROWS = 128  # that are converted at a time: half a megabyte, which a processor keeps at hand
_FILES = "train.*.npy"


@dataclass(frozen=True)
class TrainFeatures(Mapping[str, Any]):
    """Modality → features (n, d) of the training pairs to three digits; very wide ones are not kept.

    blocks: modality → float16 (n, d), mapped from its file, or sparse float32 (n, d).
    squares: modality → float64 (n,), the squared length of every pair's features.
    """

    blocks: Mapping[str, Any]
    squares: Mapping[str, np.ndarray]

    def __getitem__(self, modality: str) -> Any:
        """Return one modality's features (n, d)."""
        return self.blocks[modality]

    def __iter__(self) -> Iterator[str]:
        """Yield the modalities that are kept."""
        return iter(self.blocks)

    def __len__(self) -> int:
        """Return how many modalities are kept."""
        return len(self.blocks)

    def products(self, modality: str, features: np.ndarray) -> np.ndarray:
        """Return (n,): the dot products of features (d,) with those of every training pair, in single precision."""
        block, asked = self.blocks[modality], np.asarray(features, np.float32)
        if sparse.issparse(block):
            return np.asarray(block @ asked)
        found = np.empty(len(block), np.float32)
        for start in range(0, len(block), _ROWS):  # not by BLAS, whose threads would take longer to begin
            rows = slice(start, start + _ROWS)
            np.einsum("nd,d->n", _single(block[rows]), asked, out=found[rows])
        return found


def write_features(features: Mapping[str, Any], widths: Mapping[str, int], folder: Path) -> None:
    """Write the features (n, d) of every modality but very wide ones, sparse ones as their three arrays.

    widths: modality → d; a modality given in coordinates other than its features is left out.
    """
    for name, block in features.items():
        if block.shape[1] != widths[name] or block.shape[1] > _MOST_COLUMNS:
            continue
        if sparse.issparse(block):
            rows = block.tocsr()
            arrays = {f"{name}.data": rows.data.astype(np.float16)}
            arrays |= {f"{name}.indices": rows.indices.astype(_places(rows.shape[1]))}
            arrays |= {f"{name}.indptr": rows.indptr.astype(np.int32)}
        else:
            arrays = {name: np.asarray(block, np.float16)}  # precise enough to find the nearest pairs
        for part, array in arrays.items():
            np.save(folder / f"train.{part}.npy", array, allow_pickle=False)


def feature_files(folder: Path) -> list[str]:
    """Return the names of the files in a bundle's folder that hold features."""
    return sorted(path.name for path in folder.glob(_FILES))


def read_features(folder: Path, count: int, widths: Mapping[str, int]) -> TrainFeatures:
    """Return the features that a bundle keeps, checked, so that no forged index leads outside an array.

    count: how many training pairs there are. widths: modality → d.
    Raises a BundleError when they are not what `write_features` writes for such a model.
    """
    blocks, squares = {}, {}
    for name in filter(widths.__contains__, MODALITIES):
        try:
            block = _read_block(folder, name, (count, widths[name]))
            if block is None:
                continue
            blocks[name], squares[name] = block, _squares(block)
            if not np.isfinite(squares[name]).all():
                raise ValueError("they hold values that are not numbers")
        except Exception as error:  # a forged file raises a dozen unrelated kinds of error
            raise BundleError(
                f"The {name} features in {place(folder)} cannot be read ({reason(error)}). Copy the model again."
            ) from error
    return TrainFeatures(blocks, squares)


def _read_block(folder: Path, name: str, shape: tuple[int, int]) -> Any | None:
    if (folder / f"train.{name}.data.npy").exists():
        return _read_sparse(folder, name, shape)
    if not (folder / f"train.{name}.npy").exists():
        return None
    block = _mapped(folder, name, np.float16)
    if block.shape != shape:
        raise ValueError(f"their shape is {block.shape} and not {shape}")
    return block


def _read_sparse(folder: Path, name: str, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Return a sparse block; its arrays are copied, so that compiled code follows exactly what was checked."""
    data = _mapped(folder, f"{name}.data", np.float16).astype(np.float32)  # SciPy has no sparse float16
    indices = _mapped(folder, f"{name}.indices", _places(shape[1])).astype(np.int32)
    indptr = np.array(_mapped(folder, f"{name}.indptr", np.int32))
    if indptr.shape != (shape[0] + 1,) or indices.shape != data.shape or data.ndim != 1 or indptr[-1] != len(data):
        raise ValueError("the parts of a sparse array do not fit together")
    if indptr[0] != 0 or (np.diff(indptr) < 0).any():  # SciPy does not look where there is no number at all
        raise ValueError("the rows of a sparse array do not follow each other")
    block = sparse.csr_matrix((data, indices, indptr), shape=shape)
    block.check_format(full_check=True)
    return block


def _places(width: int) -> type:
    """Return the smallest type that holds the places of so many columns."""
    return np.uint16 if width <= 2**16 else np.int32


def _mapped(folder: Path, name: str, dtype: type) -> np.ndarray:
    """Return an array that is mapped from its file, which must hold all of it."""
    with open_regular(folder / f"train.{name}.npy") as file:
        if npy.read_magic(file) != (1, 0):
            raise ValueError(f"train.{name}.npy is of another version")
        shape, fortran_order, found = npy.read_array_header_1_0(file)
        if found != dtype or fortran_order or not shape or min(shape) < 0:
            raise ValueError(f"train.{name}.npy is no array of {np.dtype(dtype)}")
        if file.tell() + math.prod(shape) * found.itemsize != os.fstat(file.fileno()).st_size:
            raise ValueError(f"train.{name}.npy is cut short or too long")
        if not math.prod(shape):  # nothing can be mapped
            return np.empty(shape, found)
        return np.memmap(file, found, "r", file.tell(), shape)


def _single(halves: np.ndarray) -> np.ndarray:
    """Return finite float16 as float32 of the same value, seven times as fast as `astype`, which takes each by itself.

    The bits of a half, moved to the places that they have in a single, are the number divided by 2^112.
    """
    bits = halves.view(np.uint16).astype(np.uint32)
    moved = (bits & 0x7FFF) << 13 | (bits & 0x8000) << 16
    return moved.view(np.float32) * np.float32(2.0**112)


def _squares(block: Any) -> np.ndarray:
    if sparse.issparse(block):
        return np.asarray(block.multiply(block).sum(axis=1, dtype=np.float64)).ravel()
    return np.asarray(np.einsum("nd,nd->n", block, block, dtype=np.float64))

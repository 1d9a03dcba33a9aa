"""The matrix that a regression reads: dense and sparse columns side by side, centred."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.variances import column_variances

_FULL = 0.25  # of the numbers stored


class Design:
    """Blocks of columns side by side, (n, d), centred: dense ones first, then sparse ones.

    Sparse columns are not centred themselves, which would fill them: every product takes account of their means.

    dense: (n, d₁); overwrite: whether it may be centred in place. rest: CSR (n, d₂), or None.
    mean, variances: float64 (d,), of all columns.
    """

    def __init__(self, dense: np.ndarray, rest: sparse.csr_matrix | None = None, overwrite: bool = False) -> None:
        mean = dense.mean(axis=0, dtype=np.float64)
        self.dense = np.subtract(dense, mean.astype(dense.dtype), out=dense if overwrite else None)
        self.rest, self._shift = rest, np.zeros(0)
        variances = np.einsum("nd,nd->d", self.dense, self.dense, dtype=np.float64) / max(len(dense), 1)
        if rest is not None:
            self._shift = np.asarray(rest.mean(axis=0, dtype=np.float64)).ravel()
            variances = np.concatenate([variances, column_variances(rest, self._shift)])
        self.mean, self.variances = np.concatenate([mean, self._shift]), variances

    @classmethod
    def of(cls, blocks: Iterable[tuple[Any, float]], dtype: type) -> tuple["Design", np.ndarray]:
        """Return the design of blocks times their factors, and where each of their columns stands in it, int (d,)."""
        parts = [_told_apart(block, factor) for block, factor in blocks]
        widths = [block.shape[1] for block, _, _ in parts]
        starts = np.cumsum([0, *widths])[:-1]
        order = [np.arange(start, start + width) for start, width in zip(starts, widths, strict=True)]
        ranked = sorted(range(len(parts)), key=lambda place: parts[place][2])  # dense ones first
        place_of = np.argsort(np.concatenate([order[place] for place in ranked]))
        chosen = [(block, dtype(factor)) for block, factor, is_sparse in parts if not is_sparse]
        dense = np.empty((parts[0][0].shape[0], sum(block.shape[1] for block, _ in chosen)), dtype)
        ends = np.cumsum([block.shape[1] for block, _ in chosen])
        for end, (block, factor) in zip(ends, chosen, strict=True):
            np.multiply(block, factor, out=dense[:, end - block.shape[1] : end], dtype=dtype)
        rest = [block.astype(dtype) * dtype(factor) for block, factor, is_sparse in parts if is_sparse]
        whole = sparse.hstack(rest, format="csr", dtype=dtype) if rest else None
        return cls(dense, whole, overwrite=True), place_of

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.dense), len(self.mean)

    def astype(self, dtype: type) -> "Design":
        """Return the same in another precision."""
        other = object.__new__(Design)
        other.dense, other._shift, other.mean = self.dense.astype(dtype, copy=False), self._shift, self.mean
        other.rest, other.variances = self.rest, self.variances
        if self.rest is not None:
            other.rest = self.rest.astype(dtype, copy=False)
        return other

    def times(self, weights: np.ndarray) -> np.ndarray:
        """Return (q, n): the rows of q weights (q, d) times every row of the design."""
        width = self.dense.shape[1]
        found = weights[:, :width] @ self.dense.T
        if self.rest is not None:
            others = weights[:, width:]
            found += (self.rest @ others.T).T - (others @ self._shift).astype(others.dtype)[:, np.newaxis]
        return np.asarray(found)

    def sums(self, residuals: np.ndarray) -> np.ndarray:
        """Return (q, d): the design's rows summed, each times its residual (q, n)."""
        found = np.empty((len(residuals), len(self.mean)), residuals.dtype)
        width = self.dense.shape[1]
        np.matmul(residuals, self.dense, out=found[:, :width])
        if self.rest is not None:
            found[:, width:] = (self.rest.T @ residuals.T).T
            found[:, width:] -= np.outer(residuals.sum(axis=1), self._shift.astype(residuals.dtype))
        return found


def _told_apart(block: Any, factor: float) -> tuple[Any, float, bool]:
    """Return a block, its factor, and whether it is sparse; a nearly full one is quicker and more exact when dense."""
    if sparse.issparse(block) and block.nnz > _FULL * block.shape[0] * block.shape[1]:
        block = block.toarray()
    return block, factor, sparse.issparse(block)

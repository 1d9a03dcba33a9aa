"""Features in the coordinates that a linear head is fitted on: part by part, frozen ones along their principal axes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, Self, cast

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Lift, unchanged
from mmdemo.encoders.gram_coordinates import gram_coordinates, gram_of
from mmdemo.encoders.variances import total_variance

_ROUNDING = 1e-10  # of the largest sum of squares along an axis


@dataclass(frozen=True)
class Coordinates:
    """One modality's features of n pairs, as parts that stand side by side.

    parts: each (n, r), dense or sparse. lifts: for each, the map from weights (k, r) to those of the features, (k, d).
    restorable: whether `features` is cheap; of very wide ones, only the coordinates are ever built.
    """

    parts: tuple[Any, ...]
    lifts: tuple[Lift, ...]
    restorable: bool = True

    @classmethod
    def of(cls, features: Any) -> Self:
        """Return features (n, d) as their own coordinates, in one part."""
        return cls((features,), (unchanged,))

    @property
    def shape(self) -> tuple[int, int]:
        """How many pairs, and how many coordinates each has."""
        return self.parts[0].shape[0], sum(part.shape[1] for part in self.parts)

    def __getitem__(self, rows: np.ndarray) -> "Coordinates":
        """Return those of some pairs."""
        return replace(self, parts=tuple(part[rows] for part in self.parts))

    def split(self, coef: np.ndarray) -> list[np.ndarray]:
        """Return weights (k, r) part by part."""
        return np.split(coef, np.cumsum([part.shape[1] for part in self.parts])[:-1], axis=1)

    def products(self, coef: np.ndarray) -> np.ndarray:
        """Return (n, k): every pair's coordinates times weights (k, r)."""
        parts = zip(self.parts, self.split(coef), strict=True)
        return np.asarray(np.sum([part @ weights.T for part, weights in parts], axis=0))

    def combined(self, shares: np.ndarray) -> np.ndarray:
        """Return (k, r): sums of the pairs' coordinates, each times its share (k, n)."""
        return np.hstack([np.asarray((part.T @ shares.T).T) for part in self.parts])

    def lift(self, coef: np.ndarray) -> np.ndarray:
        """Return weights (k, d) of the features for weights (k, r) of the coordinates."""
        return np.hstack([lift(weights) for lift, weights in zip(self.lifts, self.split(coef), strict=True)])

    def features(self) -> Any:
        """Return the features themselves, (n, d), sparse if a part is: a pair's coordinates are weights, too."""
        some_sparse = any(sparse.issparse(part) for part in self.parts)
        found = [part if lift is unchanged else lift(part) for part, lift in zip(self.parts, self.lifts, strict=True)]
        return sparse.hstack(found, format="csr") if some_sparse else np.hstack(found)


def principal_coordinates(features: np.ndarray) -> tuple[np.ndarray, Lift]:
    """Return the coordinates of features (n, d) along their principal axes, float32 (n, r), and the lift from there.

    A linear head has the same optimum in them, because axes are orthonormal, and is found in a fraction of the steps.
    r is at most n and d.

    Source: Jolliffe (2002), "Principal component analysis", section 3.5 on the singular value decomposition.
    """
    n, d = features.shape
    if n < d:
        exact = features.astype(np.float64)  # division by small singular values enlarges rounding
        found, back = gram_coordinates(gram_of(exact))
        axes = back.T @ exact  # (r, d)
    else:
        centred = features - features.mean(axis=0, dtype=np.float64).astype(features.dtype)
        _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        axes = vectors.T[::-1].astype(features.dtype)
        found = features @ axes.T
        kept = np.einsum("nr,nr->r", found, found, dtype=np.float64)
        kept = kept > max(float(kept.max(initial=0)) * _ROUNDING, 0.0)
        kept[0] = True
        found, axes = found[:, kept], axes[kept]
    axes = np.asarray(axes, np.float32)
    return np.asarray(found, np.float32), lambda coef: coef @ axes


class Block:
    """One modality's features, (n, d), dense, sparse or in parts, and what is derived from them, computed at most once.

    >>> Block(np.eye(2)).gram.shape
    (2, 2)
    """

    def __init__(self, features: Any) -> None:
        self.features = features if isinstance(features, Coordinates) else Coordinates.of(features)
        self._lock, self._gram = Lock(), cast(np.ndarray | None, None)  # fits beside each other share it

    @cached_property
    def factor(self) -> float:
        """The factor that brings the block to the common scale, that of a `BlockScaler`."""
        return 1 / (math.sqrt(sum(map(total_variance, self.features.parts))) or 1.0)

    @property
    def gram(self) -> np.ndarray:
        """The rows' inner products, (n, n)."""
        with self._lock:
            if self._gram is None:
                self._gram = self._inner_products()
        return self._gram

    def _inner_products(self) -> np.ndarray:
        return np.asarray(np.sum([gram_of(part.astype(np.float64)) for part in self.features.parts], axis=0))


def side_by_side(parts: Sequence[Coordinates]) -> Coordinates:
    """Return several encoders' coordinates of the same pairs as those of one."""
    return Coordinates(
        tuple(part for coordinates in parts for part in coordinates.parts),
        tuple(lift for coordinates in parts for lift in coordinates.lifts),
        all(coordinates.restorable for coordinates in parts),
    )

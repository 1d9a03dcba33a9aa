"""Two ways to tell outliers: far from the plane through vectors, or on the side of others that are known to be none."""

from dataclasses import dataclass

import numpy as np

_RIDGE = 1e-2  # how much a direction that tells few vectors apart counts less


@dataclass(frozen=True)
class Plane:
    """The plane through vectors (n, d) along their principal axes: mean float32 (d,), axes float16 (r, d)."""

    mean: np.ndarray
    axes: np.ndarray

    def distances(self, rows: np.ndarray) -> np.ndarray:
        """Return the distance of each of n vectors (n, d): (n,)."""
        axes, left = self.axes.astype(np.float64), rows.astype(np.float64) - self.mean
        left = left - (left @ axes.T) @ axes
        return np.asarray(np.linalg.norm(left, axis=1))


@dataclass(frozen=True)
class Side:
    """What tells strange vectors from a model's own by their direction: weights float32 (d,)."""

    weights: np.ndarray
    offset: float

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Return, of n vectors (n, d), about 1 for strange ones and −1 for those like the model's own: (n,)."""
        return np.asarray(_directions(rows) @ self.weights + self.offset)


def plane_of(rows: np.ndarray, axes: int) -> Plane:
    """Return the plane of vectors (n, d), of at most so many axes.

    Source: Jackson and Mudholkar (1979), "Control procedures for residuals associated with principal component
    analysis".
    """
    from scipy import linalg  # for training alone

    mean = rows.mean(axis=0, dtype=np.float64)
    centred, count = rows - mean, min(axes, len(rows) // 4)
    last = len(rows) - 1
    _, vectors = linalg.eigh(centred @ centred.T, subset_by_index=(last - count + 1, last))
    found = vectors.T @ centred
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return Plane(mean.astype(np.float32), found.astype(np.float16))


def side_of(own: np.ndarray, strange: np.ndarray) -> Side:
    """Return what tells strange vectors (m, d) from the own ones (n, d): the ridge regression of 1 and −1 on them.

    Either kind counts as much as the other, however many there are.

    Source: Hendrycks, Mazeika and Dietterich (2019), "Deep anomaly detection with outlier exposure".
    """
    from scipy import linalg  # for training alone

    rows = np.vstack([_directions(own), _directions(strange)])
    mean = rows[: len(own)].mean(axis=0)
    weight = np.sqrt(np.r_[np.full(len(own), 1 / len(own)), np.full(len(strange), 1 / len(strange))])
    target = weight * np.r_[np.full(len(own), -1.0), np.ones(len(strange))]
    weighed = np.hstack([rows - mean, np.ones((len(rows), 1))]) * weight[:, np.newaxis]
    if len(rows) < weighed.shape[1]:
        found = weighed.T @ linalg.solve(weighed @ weighed.T + _RIDGE * np.eye(len(rows)), target, assume_a="pos")
    else:
        ridge = _RIDGE * np.eye(weighed.shape[1])
        found = linalg.solve(weighed.T @ weighed + ridge, weighed.T @ target, assume_a="pos")
    return Side(found[:-1].astype(np.float32), float(found[-1] - mean @ found[:-1]))


def _directions(rows: np.ndarray) -> np.ndarray:
    exact = rows.astype(np.float64)
    return np.asarray(exact / np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-12))

"""A whole dataset as points in the plane: pairs with similar features lie near each other."""

import base64
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.gaps import with_gaps
from mmdemo.encoders.gram_coordinates import gram_of
from mmdemo.model.heads import FUSED
from mmdemo.model.model import Model
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.square import to_square
from mmdemo.storage.feature_cache import FeatureCache

MOST_ROWS = 1_500
_KEPT = 50  # principal components given to t-SNE, as its authors advise
_PERPLEXITY = 30
_NEIGHBOURS = 10
_SEED = 42
_SIDE, _QUALITY = 64, 50  # of a point's image: pixels, and WebP's 0–100


@dataclass(frozen=True)
class Space:
    """Features of m pairs, rotated so that the first axes show most of the variance.

    axes: principal components, float32 (m, ≤ 50). shares: each one's share (0–1) of the variance.
    agreement: of the ten pairs nearest to a pair in all its features, the share (0–1) with the same label, on average.
    held: bool (n,), which m of all pairs these are: those that hold something that the head reads.
    """

    axes: np.ndarray
    shares: np.ndarray
    agreement: float
    held: np.ndarray


def sample(dataset: Dataset, most: int = MOST_ROWS) -> pd.DataFrame:
    """Return the dataset's pairs, or a random sample of `most` (always the same), in their order."""
    frame = dataset.frame
    if len(frame) <= most:
        return frame
    rows = np.random.default_rng(_SEED).choice(len(frame), most, replace=False)
    return frame.iloc[np.sort(rows)]


def spaces(model: Model, frame: pd.DataFrame, cache: FeatureCache | None = None) -> dict[str, Space]:
    """Return modality → Space of the features of the rows that hold it, and `fused` → that of all side by side, scaled.

    A modality that no row holds has none. cache: where features of image files are kept.
    Raises an ImageError for an image that cannot be read.
    """
    labels, columns = frame["label"].to_numpy(str), {name: values_of(frame, name) for name in model.encoders}
    missing = {name: np.array([model.is_missing(name, one) for one in column]) for name, column in columns.items()}
    held = {name: ~gone for name, gone in missing.items() if not gone.all()}
    with threadpool_limits(1):
        grams = {name: _gram(model.encoders[name], columns[name], missing[name], cache) for name in held}
        if FUSED in model.heads and grams:
            weights = model.heads[FUSED].weights
            grams[FUSED] = np.sum([weights[name] ** 2 * gram for name, gram in grams.items()], axis=0)
            held[FUSED] = np.any(list(held.values()), axis=0)
        return {name: _space(gram, labels, held[name]) for name, gram in grams.items()}


def principal_axes(gram: np.ndarray, most: int = _KEPT) -> tuple[np.ndarray, np.ndarray]:
    """Return the principal components, float32 (n, ≤ most), and all their shares of the variance (≤ most,).

    gram: the rows' inner products X Xᵀ (n, n); X itself, which may be very wide, is not needed. Signs are such that
    the entry farthest from 0 is positive.

    Source: Gower (1966), "Some distance properties of latent root and vector methods used in multivariate analysis".

    >>> X = np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]])
    >>> np.round(principal_axes(X @ X.T)[0].ravel().astype(float), 2).tolist()
    [-1.67, -1.67, 3.33]
    """
    centred = gram - gram.mean(axis=0) - gram.mean(axis=1)[:, np.newaxis] + gram.mean()
    values, vectors = np.linalg.eigh(centred)
    kept = np.flatnonzero(values > max(values[-1] * 1e-9, 1e-12))[::-1][:most]
    axes = vectors[:, kept] * np.sqrt(values[kept])
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(len(kept))])
    return (axes * signs).astype(np.float32), values[kept] / max(float(values.clip(0).sum()), 1e-12)


def neighbour_map(axes: np.ndarray) -> np.ndarray:
    """Return t-SNE's plane, float32 (n, 2), of principal components (n, d): close points stay close.

    It takes 2 s for 700 rows and 5 s for 1,500. Fewer than 3 rows stay where they are.

    Source: van der Maaten and Hinton (2008), "Visualizing data using t-SNE".
    """
    from sklearn.manifold import TSNE

    if len(axes) < 3:
        return flat(axes)
    perplexity = min(_PERPLEXITY, (len(axes) - 1) / 3)
    with threadpool_limits(1):
        placed = TSNE(perplexity=perplexity, init="pca", random_state=_SEED).fit_transform(axes)
    return np.asarray(placed, np.float32)


def flat(axes: np.ndarray) -> np.ndarray:
    """Return the first two principal components, float32 (n, 2), 0 where there are fewer."""
    return np.pad(axes[:, :2], ((0, 0), (0, max(2 - axes.shape[1], 0))))


def _gram(encoder: Encoder, column: Sequence[Any], missing: np.ndarray, cache: FeatureCache | None) -> np.ndarray:
    """Return the inner products (n, n) of a column's features, 0 where a value is missing."""
    if "cache" in encoder.get_params(deep=False):
        encoder = encoder.unfitted().set_params(cache=cache)
    values = [column[i] for i in np.flatnonzero(~missing).tolist()]
    return gram_of(with_gaps(encoder.gram_coordinates(values, lambda done: None)[0], missing))


def _space(gram: np.ndarray, labels: np.ndarray, held: np.ndarray) -> Space:
    gram = gram[np.ix_(held, held)]
    return Space(*principal_axes(gram), _agreement(gram, labels[held]), held)


def _agreement(gram: np.ndarray, labels: np.ndarray) -> float:
    norms = np.diag(gram)
    distances = norms[:, np.newaxis] + norms - 2 * gram
    np.fill_diagonal(distances, np.inf)
    count = min(_NEIGHBOURS, len(labels) - 1)
    if count < 1:
        return 1.0
    nearest = np.argpartition(distances, count - 1, axis=1)[:, :count]
    return float((labels[nearest] == labels[:, np.newaxis]).mean())


def image_uris(images: Iterable[Any], side: int = _SIDE) -> list[str]:
    """Return each image (its path), side × side px, as a data URI of WebP, about 0.8 kB each at 64 px; "" for None.

    Raises an ImageError for an image that cannot be read.
    """
    with ThreadPoolExecutor(2) as readers:
        return list(readers.map(lambda path: _uri(path, side), images))


def _uri(path: Any, side: int) -> str:
    if path is None:
        return ""
    pixels = cv2.cvtColor(to_square(decode(path).pixels, side, "letterbox").pixels, cv2.COLOR_RGB2BGR)
    _, webp = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    return f"data:image/webp;base64,{base64.b64encode(webp.tobytes()).decode()}"

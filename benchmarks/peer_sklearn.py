"""A peer: what scikit-learn alone does well: gradients and colours of the image, TF-IDF of the caption, one regression.

How strong the regression is regularised and how much captions weigh are chosen by cross-validation on training pairs.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from threadpoolctl import threadpool_limits

from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.image import ImageSettings, prepare

_SIZE, _CELL, _ANGLES, _COLOURS = 64, 8, 9, 4
_GRID = {
    "logisticregression__C": (1, 10, 100, 1000),
    "functiontransformer__kw_args": [{"weight": weight} for weight in (0.5, 1, 2)],
}


class SklearnPeer:
    """What is known of the pairs before a fold is chosen: features of the images (n, d), captions, labels."""

    def __init__(self, images: Sequence[str], captions: Sequence[str], labels: np.ndarray) -> None:
        pixels = [prepare(decode(image).pixels, ImageSettings(), _SIZE).pixels for image in images]
        self._image = np.stack([np.concatenate([gradients(one), colours(one)]) for one in pixels])
        self._captions, self._labels = np.array(captions, dtype=object), labels

    def answers(self, rows: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        """Return the probabilities (m, k) of the pairs held out, by the best settings, fitted on all rows."""
        words = TfidfVectorizer(sublinear_tf=True).fit(self._captions[rows])
        blocks = sparse.hstack([self._image, words.transform(self._captions)]).tocsr()
        weighted = FunctionTransformer(_weighted, kw_args={"weight": 1.0})
        model = make_pipeline(weighted, LogisticRegression(max_iter=2_000))
        folds = StratifiedKFold(3, shuffle=True, random_state=42)
        with threadpool_limits(1):
            search = GridSearchCV(model, _GRID, scoring="neg_log_loss", cv=folds).fit(blocks[rows], self._labels[rows])
            return np.asarray(search.predict_proba(blocks[held_out]))


def _weighted(blocks: sparse.csr_array, weight: float) -> sparse.csr_array:
    """Return the blocks with the words, which stand last, weighted."""
    image = len(gradients(np.zeros((_SIZE, _SIZE, 3), np.uint8))) + _COLOURS**3
    return blocks @ sparse.diags_array(np.where(np.arange(blocks.shape[1]) < image, 1.0, weight))


def gradients(pixels: np.ndarray) -> np.ndarray:
    """Return histograms of oriented gradients of an image uint8 (64, 64, 3): float64 (1764,), of length 1.

    Each cell of 8 × 8 px votes for nine directions between 0 and 180°; blocks of 2 × 2 cells are normalised.
    Source: Dalal and Triggs (2005), "Histograms of oriented gradients for human detection".
    """
    grey = np.sqrt(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) / 255.0)
    rows, columns = np.gradient(grey)
    place = np.mod(np.arctan2(rows, columns), np.pi) / np.pi * _ANGLES
    below, share = place.astype(int) % _ANGLES, place % 1.0
    length, cells = np.hypot(rows, columns), _SIZE // _CELL
    cell = np.add.outer(np.arange(_SIZE) // _CELL * cells, np.arange(_SIZE) // _CELL)
    votes = np.zeros(cells * cells * _ANGLES)
    np.add.at(votes, cell * _ANGLES + below, length * (1 - share))
    np.add.at(votes, cell * _ANGLES + (below + 1) % _ANGLES, length * share)
    grid = votes.reshape(cells, cells, _ANGLES)
    blocks = np.concatenate([grid[:-1, :-1], grid[1:, :-1], grid[:-1, 1:], grid[1:, 1:]], axis=2)
    return _unit((blocks / (np.linalg.norm(blocks, axis=2, keepdims=True) + 0.01)).ravel())


def colours(pixels: np.ndarray) -> np.ndarray:
    """Return the root of the shares of 4 × 4 × 4 colours in an image uint8 (h, w, 3): (64,), of length 1."""
    codes = (pixels // (256 // _COLOURS)).reshape(-1, 3) @ (_COLOURS**2, _COLOURS, 1)
    return _unit(np.sqrt(np.bincount(codes, minlength=_COLOURS**3)))


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / max(np.linalg.norm(values), 1e-12))

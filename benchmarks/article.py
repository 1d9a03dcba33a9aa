"""The article's own model, exactly but quickly: unscaled features side by side under one logistic regression.

The article has no address. Its model: an untrained network's 394,272 activations of an image of 224 × 224 pixels,
scikit-learn's plain TF-IDF, `hstack`, and a logistic regression with its default C = 1.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from benchmarks.article_literal import SETTINGS, SIZE
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.training.split import Prepared

_MAX_ITER = 50_000  # unscaled features need thousands of steps


def article_held_out(dataset: Dataset, prepared: Prepared) -> HeldOut:
    """Return the answers of the article's model to every pair, each held out once, in the same folds as ours."""
    frame = prepared.frame
    coordinates = image_coordinates(frame["image"].tolist(), SIZE)
    probabilities: dict[str, np.ndarray] = {}
    for fold in np.unique(prepared.fold):
        rows, held_out = np.flatnonzero(prepared.fold != fold), np.flatnonzero(prepared.fold == fold)
        for head, block in article_blocks(coordinates, frame["text"].tolist(), rows).items():
            found = probabilities.setdefault(head, np.zeros((len(frame), len(dataset.classes))))
            found[held_out] = answers(block, prepared.labels, rows, held_out)
    pairs = {name: getattr(prepared, name) for name in ("labels", "fold", "group", "repeated")}
    ids = frame.index.to_numpy(str)
    return HeldOut(ids=ids, classes=dataset.classes, probabilities=probabilities, **pairs)


def image_coordinates(images: Sequence[str], size: int) -> np.ndarray:
    """Return (n, r ≤ n) with the inner products of the network's activations (n, d) of n images.

    They are the activations in another orthonormal basis, cut to the r directions in which these images differ. The
    optimum of the L2-penalised regression does not depend on the basis: so the answers are the same.
    """
    coordinates, _ = ArticleCNNEncoder(size, SETTINGS).gram_coordinates(images, lambda done: None)
    return coordinates


def article_blocks(coordinates: np.ndarray, captions: Sequence[str], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return head → its unscaled features, float64 (n, d); TF-IDF is fitted on the captions of the rows alone."""
    vectorizer = TfidfVectorizer().fit([captions[row] for row in rows])
    words = vectorizer.transform(captions).toarray()
    return {"image": coordinates, "text": words, "fused": np.hstack([coordinates, words])}


def answers(
    block: np.ndarray, labels: np.ndarray, rows: np.ndarray, held_out: np.ndarray, tol: float = 1e-4
) -> np.ndarray:
    """Return the probabilities (n, k) of the pairs held out, after a fit on the others that has converged."""
    with threadpool_limits(1):  # quicker for matrices this small
        fitted = LogisticRegression(max_iter=_MAX_ITER, tol=tol).fit(block[rows], labels[rows])
        return np.asarray(fitted.predict_proba(block[held_out]))

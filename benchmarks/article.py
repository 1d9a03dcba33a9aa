"""The article's own model, exactly but quickly: unscaled features side by side under one logistic regression.

The article has no address. Its model: an untrained network's 394,272 activations of a picture of 224 × 224 pixels,
scikit-learn's plain TF-IDF, `hstack`, and a logistic regression with its default C = 1.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from benchmarks.article_literal import SETTINGS, SIZE, split
from mmdemo.config import ModelConfig
from mmdemo.datasets.base import Dataset
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.features.article_cnn import ArticleCNNEncoder
from mmdemo.model import Model
from mmdemo.training import TrainedModel

_MAX_ITER = 50_000  # unscaled features need thousands of steps


def article_runs(dataset: Dataset, seeds: Sequence[int]) -> dict[int, TrainedModel]:
    """Return seed → the answers of the article's model to the rows held out from it; it has no encoders or heads."""
    frame = dataset.frame
    coordinates = picture_coordinates(frame["image"].tolist(), SIZE)
    labels = frame["label"].to_numpy(str)
    runs = {}
    for seed in seeds:
        rows, held_out = split(len(frame), seed)
        blocks = article_blocks(coordinates, frame["text"].tolist(), rows)
        probabilities = {head: answers(block, labels, rows, held_out) for head, block in blocks.items()}
        runs[seed] = _run(dataset, seed, rows, held_out, probabilities)
    return runs


def picture_coordinates(images: Sequence[str], size: int) -> np.ndarray:
    """Return (n, r ≤ n) with the inner products of the network's activations (n, d) of n pictures.

    They are the activations in another orthonormal basis, cut to the r directions in which these pictures differ. The
    optimum of the L2-penalised regression does not depend on the basis: so the answers are the same.
    """
    coordinates, _ = ArticleCNNEncoder(size, SETTINGS).sample_space(images, lambda done: None)
    return coordinates


def article_blocks(coordinates: np.ndarray, captions: Sequence[str], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return head → its unscaled features, float64 (n, d); TF-IDF is fitted on the captions of the rows alone."""
    vectorizer = TfidfVectorizer().fit([captions[row] for row in rows])
    words = vectorizer.transform(captions).toarray()
    return {"image": coordinates, "text": words, "fused": np.hstack([coordinates, words])}


def answers(
    block: np.ndarray, labels: np.ndarray, rows: np.ndarray, held_out: np.ndarray, tol: float = 1e-4
) -> np.ndarray:
    """Return the probabilities (n, k) of the rows held out, after a fit on the others that has converged."""
    with threadpool_limits(1):  # quicker for matrices this small
        fitted = LogisticRegression(max_iter=_MAX_ITER, tol=tol).fit(block[rows], labels[rows])
        return np.asarray(fitted.predict_proba(block[held_out]))


def _run(
    dataset: Dataset, seed: int, rows: np.ndarray, held_out: np.ndarray, probabilities: Mapping[str, np.ndarray]
) -> TrainedModel:
    ids, labels = dataset.frame.index.to_numpy(str), dataset.frame["label"].to_numpy(str)
    config = ModelConfig({"image": "article_cnn", "text": "tfidf"}, {"image": {"size": SIZE}}, C=1.0, seed=seed)
    return TrainedModel(
        model=Model(config, dataset.classes, encoders={}, heads={}),
        dataset=dataset,
        train_ids=ids[rows],
        test_ids=ids[held_out],
        train_features={},
        test_labels=labels[held_out],
        test_probabilities=probabilities,
        evaluation=evaluate(labels[held_out], probabilities, dataset.classes),
        seconds={},
        notes=(),
    )

"""Fusion: every modality's features on one scale, side by side, under one logistic regression."""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.encoders.gram_coordinates import Block
from mmdemo.model.config import FUSED, ModelConfig
from mmdemo.model.regression import LinearProblem
from mmdemo.model.softmax import softmax
from mmdemo.storage.feature_cache import FeatureCache


class LogisticHead(ClassifierMixin, BaseEstimator):
    """Logistic regression with one softmax over all classes, also for two, solved in as few unknowns as possible.

    C: inverse strength of the L2 regularisation.

    Learnt: `coef_` (k, d), `intercept_` (k,), `classes_` (k,).

    >>> LogisticHead().fit([[0.0], [1.0]], ["no", "yes"]).coef_.shape
    (2, 1)
    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: Any, y: Any) -> Self:
        """Fit on X (n, d), dense or sparse, and labels y (n,)."""
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=(np.float64, np.float32))
        check_classification_targets(y)
        fitted = LinearProblem({"": Block(X)}, {"": 1.0}, y).fit(self.C)
        self.classes_, self.coef_, self.intercept_ = fitted.classes, fitted.coef[""], fitted.intercept
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logits (n, k); their softmax are the probabilities. For two classes (n,): their difference."""
        logits = self._logits(X)
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probabilities of the classes, (n, k)."""
        return softmax(self._logits(X))

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest labels, (n,)."""
        best = self._logits(X).argmax(axis=1)
        return self.classes_[best]

    def _logits(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, accept_sparse="csr", dtype=(np.float64, np.float32))
        return np.asarray(X @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        """Declare that sparse input is welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def build_model(config: ModelConfig, head: str = FUSED, C: float = 1.0, cache: FeatureCache | None = None) -> Pipeline:
    """Return a head as an unfitted scikit-learn pipeline from a frame with a column a modality to labels.

    `train` gives the same model faster: it encodes once for all heads and folds, and chooses C.

    >>> model = build_model(ModelConfig(encoders={"text": "tfidf"}), head="text")
    >>> [name for name, _ in model.steps]
    ['fusion', 'classifier']
    """
    blocks = [
        (modality, make_pipeline(config.build_encoder(modality, cache), BlockScaler()), modality)
        for modality in config.inputs(head)
    ]
    # sparse_threshold 1 keeps sparse blocks sparse; a dense image block decides by its own size
    return Pipeline([("fusion", ColumnTransformer(blocks, sparse_threshold=1.0)), ("classifier", LogisticHead(C))])

"""Fusion: every modality's features on one scale, side by side, under one logistic regression."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.validation import check_is_fitted, validate_data

from mmdemo.config import FUSED, ModelConfig
from mmdemo.errors import ConfigError
from mmdemo.features.block_scaler import BlockScaler
from mmdemo.features.cache import FeatureCache
from mmdemo.features.sample_space import Block, gram_coordinates

# Beyond this many rows the eigenvectors of the n × n Gram matrix cost more than they save.
_MOST_ROWS = 2_000
# At 1e-4, scikit-learn's default, probabilities are still up to 0.02 away from the optimum's: enough to compare values
# of C; at 1e-6 they are within 0.0003, for three times the iterations.
_TOLERANCES = {np.float32: 1e-4, np.float64: 1e-6}


@dataclass(frozen=True)
class LinearFit:
    """Softmax regression on blocks of features.

    C: inverse strength of the regularisation. classes: (k,). coef: block's name → (k, d). intercept: (k,).
    """

    C: float
    classes: np.ndarray
    coef: Mapping[str, np.ndarray]
    intercept: np.ndarray

    def logits(self, features: Mapping[str, Any]) -> np.ndarray:
        """Return (n, k) of features block's name → (n, d)."""
        return np.asarray(self.intercept + sum(features[name] @ coef.T for name, coef in self.coef.items()))


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
        return self.classes_[self._logits(X).argmax(axis=1)]

    def _logits(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, accept_sparse="csr", dtype=(np.float64, np.float32))
        return np.asarray(X @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        """Declare that sparse input is welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class LinearProblem:
    """Softmax regression on blocks of features that are first multiplied by their factors; made once, fitted for any C.

    blocks: name → features. factors: block's name → what it is multiplied by. y: labels (n,).
    dtype: of the arithmetic; float32 stops earlier, takes a third of the time and is enough to compare values of C.

    With more columns than rows it is solved in sample space, which gives the same optimum (see `gram_coordinates`).

    >>> problem = LinearProblem({"text": Block(np.eye(3))}, {"text": 1.0}, np.array(["a", "b", "c"]))
    >>> problem.fit(C=1.0).coef["text"].shape
    (3, 3)
    """

    def __init__(
        self, blocks: Mapping[str, Block], factors: Mapping[str, float], y: np.ndarray, dtype: type = np.float64
    ) -> None:
        self._features, self._factors, self._y = {name: block.features for name, block in blocks.items()}, factors, y
        self._back: np.ndarray | None = None
        if self._wide():
            gram = np.sum([factors[name] ** 2 * block.gram for name, block in blocks.items()], axis=0)
            self._design, self._back = gram_coordinates(gram.astype(dtype))
            return
        columns = [block * factors[name] for name, block in self._features.items()]
        some_sparse = any(sparse.issparse(column) for column in columns)
        self._design: Any = (sparse.hstack(columns, format="csr") if some_sparse else np.hstack(columns)).astype(dtype)

    def _wide(self) -> bool:
        width = sum(block.shape[1] for block in self._features.values())
        return len(self._y) < width and len(self._y) <= _MOST_ROWS

    def fit(self, C: float) -> LinearFit:
        """Return the optimum for one C, from a cold start: a warm one can stop at once.

        Raises a ConfigError when the solver does not converge.
        """
        classes, weights, intercept = _fit_logistic(self._design, self._y, C)
        return LinearFit(C, classes, self._coef(weights), intercept)

    def _coef(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        if self._back is None:
            ends = np.cumsum([block.shape[1] for block in self._features.values()])[:-1]
            parts = zip(self._features, np.split(weights, ends, axis=1), strict=True)
            return {name: part * self._factors[name] for name, part in parts}
        dual = self._back @ weights.T
        blocks = self._features.items()
        return {name: np.asarray(self._factors[name] ** 2 * (block.T @ dual)).T for name, block in blocks}


def _fit_logistic(X: Any, y: np.ndarray, C: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            fitted = LogisticRegression(C=C, max_iter=10_000, tol=_TOLERANCES[X.dtype.type]).fit(X, y)
        except ConvergenceWarning as warning:
            raise ConfigError(
                f"The regression did not converge with C={C:g}; choose a smaller C, or auto."
            ) from warning
    coef, intercept = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps one row for two classes
        coef, intercept = np.vstack([-coef, coef]) / 2, np.concatenate([-intercept, intercept]) / 2
    return fitted.classes_, coef, intercept


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities (…, k) that sum to 1 along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


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

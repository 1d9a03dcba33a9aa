"""What every encoder shares, whatever its modality."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

OnProgress = Callable[[Mapping[str, Any]], None]
Lift = Callable[[np.ndarray], np.ndarray]


class Encoder(TransformerMixin, BaseEstimator):
    """Base of all encoders: X is a sequence of n values of one modality, and becomes features (n, d).

    frozen: whether it learns nothing from X and y, so that a row's features depend on that row alone.
    """

    frozen = True

    def check(self) -> None:
        """Raise a ConfigError where a parameter has a value that is not allowed: before any work is done."""

    def fit(self, X: Sequence[Any], y: object = None) -> Self:
        """Learn nothing: a frozen encoder needs no fit."""
        return self

    def fit_reporting(self, X: Sequence[Any], y: object, on_progress: OnProgress) -> Self:
        """Fit, telling how far it is; an encoder whose fit takes long overrides this."""
        return self.fit(X, y)

    def gram_coordinates(self, X: Sequence[Any], report: Callable[[float], None]) -> tuple[Any, Lift]:
        """Return what a linear head is fitted on, (n, r), and the way from its weights (k, r) to the features' (k, d).

        Here these are the features themselves; an encoder with very many features returns shorter coordinates.
        report: called with the share that is done (0–1).
        """
        return self.transform(X), lambda coef: coef

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether `transform` can be called: always when frozen, else once something is learnt."""
        return self.frozen or any(name.endswith("_") and not name.startswith("_") for name in vars(self))

    def __sklearn_tags__(self) -> Any:
        """Declare that X is one-dimensional and holds no numbers."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = not self.frozen
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

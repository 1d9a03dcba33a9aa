"""What scikit-learn asks of an estimator, without importing it: that takes as long as an answer, and twice the memory.

Source: scikit-learn's developer guide, "Developing scikit-learn estimators".
"""

from inspect import signature
from typing import Any, Self


class Estimator:
    """Parameters are what `__init__` takes, each stored under its name; what `fit` learns is named with a final `_`."""

    @classmethod
    def _names(cls) -> list[str]:
        own = cls.__init__ is not object.__init__
        return sorted(name for name in signature(cls.__init__).parameters if name != "self") if own else []

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return parameter → value; no value is an estimator itself, so `deep` changes nothing."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters; raise a ValueError for one that there is not."""
        known = self._names()
        for name, value in params.items():
            if name not in known:
                raise ValueError(f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {known!r}.")
            setattr(self, name, value)
        return self

    def unfitted(self) -> Self:
        """Return a copy with the same parameters that has learnt nothing."""
        return type(self)(**self.get_params())

    def fit_transform(self, X: Any, y: object = None) -> Any:
        """Fit, and return the features of the same values."""
        return self.fit(X, y).transform(X)  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        """Return the call that makes an unfitted copy, with the parameters that are not the usual ones."""
        usual = {name: one.default for name, one in signature(type(self).__init__).parameters.items()}
        given = [f"{name}={value!r}" for name, value in self.get_params().items() if repr(value) != repr(usual[name])]
        return f"{type(self).__name__}({', '.join(given)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether something has been learnt."""
        return any(map(is_learnt, vars(self)))

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's description of a transformer; only its own code asks for it."""
        from sklearn.utils import Tags, TargetTags, TransformerTags

        return Tags(estimator_type=None, target_tags=TargetTags(required=False), transformer_tags=TransformerTags())


def is_learnt(name: str) -> bool:
    """Return whether an attribute of this name is learnt in `fit`, by scikit-learn's convention."""
    return name.endswith("_") and not name.startswith("_")


def check_is_fitted(estimator: Estimator) -> None:
    """Raise scikit-learn's NotFittedError unless `transform` can be called."""
    if not estimator.__sklearn_is_fitted__():
        from sklearn.exceptions import NotFittedError

        raise NotFittedError(f"This {type(estimator).__name__} is not fitted yet. Call 'fit' before this method.")

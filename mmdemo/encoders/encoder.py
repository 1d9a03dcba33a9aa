"""What all encoders share, whatever their modality."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from mmdemo.encoders.estimator import Estimator, check_is_fitted, is_learnt
from mmdemo.encoders.evidence import Evidence
from mmdemo.encoders.facts import Cost, Option

OnProgress = Callable[[Mapping[str, Any]], None]
Lift = Callable[[np.ndarray], np.ndarray]
Fitter = Callable[[np.ndarray], tuple["Encoder", Any]]
"""Which of n values to fit on, bool (n,), to the encoder fitted on them and the features (n, d) of all."""
_TOLD = 256  # values after which progress is reported
_OTHERS = "others"  # what is learnt but no array, as JSON


def unchanged(coef: np.ndarray) -> np.ndarray:
    """Return the weights as they are: the lift of features that are their own coordinates."""
    return coef


class Encoder(Estimator, ABC):
    """Base of all encoders: X is a sequence of n values of one modality, and becomes features (n, d).

    title: its name for a person who knows no machine learning. summary: one sentence for the same person.
    name: its name for a specialist.
    options: parameter → its allowed values, for its own parameters, such as `size`.
    frozen: whether it learns nothing from X and y, so that a row's features depend on that row alone.
    trained: whether it is fitted on the labels; its features then look better on the rows that it was fitted on.
    additive: whether the features are sums over parts of the value, so that a logit can be split among these.
    settings: how every value is prepared.
    """

    title: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    options: ClassVar[Mapping[str, Option]] = {}
    frozen: ClassVar[bool] = True
    trained: ClassVar[bool] = False
    additive: ClassVar[bool] = True
    settings: Any

    @property
    def cost(self) -> Cost:
        """What it adds to a training run; by default negligible."""
        return Cost()

    @property
    def parts(self) -> Sequence["Encoder"]:
        """The encoders whose features this one puts side by side: only itself, unless it combines others."""
        return (self,)

    @classmethod
    def part_types(cls) -> tuple[type["Encoder"], ...]:
        """Return the encoder classes that this class consists of: itself, and those that it combines."""
        return (cls,)

    @property
    def n_features_out(self) -> int:
        """Number of features, d, once fitted."""
        return len(self.get_feature_names_out())

    def check(self) -> None:
        """Raise a ConfigError for an option's value that is not allowed, before any work is done."""
        for name, option in self.options.items():
            option.check(name, getattr(self, name))

    def fit(self, X: Sequence[Any], y: object = None) -> Self:
        """Learn nothing: a frozen encoder needs no fit. Raises a ConfigError for an option that is not allowed."""
        self.check()
        return self

    def fit_reporting(self, X: Sequence[Any], y: object, on_progress: OnProgress) -> Self:
        """Fit and report progress; an encoder whose fit takes long overrides this."""
        return self.fit(X, y)

    def fitter(self, X: Sequence[Any], y: np.ndarray, on_progress: OnProgress) -> Fitter:
        """Return a function that fits a copy of this encoder on some of n values, and encodes all of them.

        y: the labels, (n,). An encoder that can share work between such fits overrides this.
        """

        def fit(rows: np.ndarray) -> tuple[Encoder, Any]:
            chosen = np.flatnonzero(rows)
            fitted = self.unfitted().fit_reporting([X[i] for i in chosen.tolist()], y[chosen], on_progress)
            return fitted, fitted.transform(X)

        return fit

    @abstractmethod
    def transform(self, X: Sequence[Any]) -> Any:
        """Return the features, float32 (n, d), dense or sparse."""

    @abstractmethod
    def examine(self, value: Any) -> Evidence:
        """Return one value's features with the evidence they come from."""

    @abstractmethod
    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name per feature, (d,)."""

    def gram_coordinates(self, X: Sequence[Any], report: Callable[[float], None]) -> tuple[Any, Lift]:
        """Return the coordinates (n, r) that a linear head is fitted on, and a map from its weights (k, r) to (k, d).

        By default these are the features themselves; an encoder with very many features returns shorter coordinates
        with the same Gram matrix. report: called with the share that is done (0–1).
        """
        rows = [self.transform(X[:_TOLD])]
        for start in range(_TOLD, len(X), _TOLD):
            report(start / len(X))
            rows.append(self.transform(X[start : start + _TOLD]))
        report(1.0)
        return sparse.vstack(rows, format="csr") if sparse.issparse(rows[0]) else np.concatenate(rows), unchanged

    def rest(self) -> None:
        """Give back memory that the next use takes again, such as a network's interpreter; by default there is none."""

    def learnt(self) -> dict[str, np.ndarray]:
        """Return what `fit` has learnt, as plain arrays: the attributes whose names end in `_`.

        What is no array is written as JSON, so it must be of JSON's types. An encoder that keeps something else
        overrides this and `restore`.
        """
        values = {name: value for name, value in vars(self).items() if is_learnt(name)}
        arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
        others = {name: value for name, value in values.items() if name not in arrays}
        return {**arrays, **({_OTHERS: _written(others)} if others else {})}

    def restore(self, learnt: Mapping[str, np.ndarray]) -> Self:
        """Take over what another encoder of the same parameters returned from `learnt`, as if fitted.

        Raises a ValueError for arrays that do not fit together.
        """
        values = dict(learnt)
        values |= _read(values.pop(_OTHERS)) if _OTHERS in values else {}
        if foreign := [name for name in values if not is_learnt(name)]:
            raise ValueError(f"{foreign[0]!r} is nothing that an encoder learns")
        for name, value in values.items():
            setattr(self, name, value)
        check_is_fitted(self)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether `transform` can be called: always if frozen, otherwise after `fit`."""
        return self.frozen or super().__sklearn_is_fitted__()

    def __sklearn_tags__(self) -> Any:
        """Declare that X is one-dimensional and not numeric."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = not self.frozen
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def _written(values: Mapping[str, Any]) -> np.ndarray:
    return np.frombuffer(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8)


def _read(written: np.ndarray) -> dict[str, Any]:
    return dict(json.loads(written.astype(np.uint8).tobytes().decode("utf-8", "surrogatepass")))

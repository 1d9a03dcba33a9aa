"""The models of the folds: they explain a held-out pair as the model did that had not seen it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import opened_arrays
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model

FOLDS = "folds.npz"
SHARES = "shares"
_FACTS = ("C", "temperature")


def fold_arrays(models: Mapping[int, Model]) -> dict[str, np.ndarray]:
    """Return the heads of every fold, and what its encoders have learnt, as plain arrays; {} without folds."""
    arrays: dict[str, np.ndarray] = {}
    for fold, model in models.items():
        arrays[f"{fold}/{SHARES}"] = model.shares
        for name, head in model.heads.items():
            arrays |= {f"{fold}/{name}/{key}": value for key, value in _numbers(head).items()}
        for name, encoder in model.encoders.items():
            arrays |= {f"{fold}/{name}/learnt/{key}": value for key, value in encoder.learnt().items()}
    return arrays


@dataclass
class FoldModels:
    """The models of a bundle's folds, each read when it is first asked for.

    folder: of the bundle. served: its model for new pairs, which has the same configuration and classes.
    """

    folder: Path
    served: Model
    _read: dict[int, Model] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether the bundle keeps them: not where one split was asked for, nor where they are large."""
        return (self.folder / FOLDS).exists()

    def __getitem__(self, fold: int) -> Model:
        """Return the models that had not seen a fold; raise a BundleError when they cannot be read."""
        if fold not in self._read:
            try:
                with opened_arrays(self.folder / FOLDS) as arrays:
                    self._read[fold] = self._model(f"{fold}/", arrays)
            except Exception as error:  # a forged file raises a dozen unrelated kinds of error
                raise BundleError(
                    f"{FOLDS} in {place(self.folder)} cannot be read ({reason(error)}). Copy the model again."
                ) from error
        return self._read[fold]

    def _model(self, prefix: str, arrays: Mapping[str, np.ndarray]) -> Model:
        config, encoders = self.served.config, dict(self.served.encoders)
        for name, encoder in encoders.items():
            start = f"{prefix}{name}/learnt/"
            learnt = {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}
            if not encoder.frozen:
                encoders[name] = config.build_encoder(name).restore(learnt)
        widths = {name: encoder.n_features_out for name, encoder in encoders.items()}
        heads = {
            name: _head(f"{prefix}{name}/", arrays, _shapes(config, name, widths, len(self.served.classes)))
            for name in self.served.heads
        }
        shares = check_shares(arrays[f"{prefix}{SHARES}"], len(self.served.classes))
        return Model(config, self.served.classes, encoders, heads, shares)


def check_shares(shares: object, classes: int) -> np.ndarray:
    """Return the shares of the classes; raise a ValueError where they are none."""
    if not isinstance(shares, np.ndarray) or shares.shape != (classes,) or shares.dtype != np.float64:
        raise ValueError("it does not say how many pairs of each class it was trained on")
    if not (shares >= 0).all() or not np.isclose(shares.sum(), 1):
        raise ValueError("its classes have no shares")
    return shares


def checked_head(head: Head) -> Head:
    """Return a head; raise a ValueError where its numbers are none, or it could give no probabilities."""
    numbers = [head.C, head.temperature, *head.weights.values()]
    if not all(type(number) is float and math.isfinite(number) for number in numbers) or min(numbers[:2]) <= 0:
        raise ValueError("it holds values that are not numbers")
    if not all(np.isfinite(array).all() for array in (head.intercept, *head.coef.values())):
        raise ValueError("it holds values that are not numbers")
    return head


def _shapes(config: ModelConfig, head: str, widths: Mapping[str, int], classes: int) -> dict[str, tuple[int, int]]:
    return {name: (classes, widths[name]) for name in config.inputs(head)}


def _numbers(head: Head) -> dict[str, np.ndarray]:
    facts = {"intercept": head.intercept, "facts": np.array([getattr(head, name) for name in _FACTS])}
    coef = {f"coef/{name}": np.asarray(rows, np.float32) for name, rows in head.coef.items()}
    return {**facts, **coef, **{f"weight/{name}": np.array(value) for name, value in head.weights.items()}}


def _head(prefix: str, arrays: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, int]]) -> Head:
    coef = {name: arrays[f"{prefix}coef/{name}"] for name in shapes}
    intercept, facts = arrays[f"{prefix}intercept"], arrays[f"{prefix}facts"].tolist()
    for name, shape in shapes.items():
        if coef[name].shape != shape or coef[name].dtype != np.float32 or intercept.shape != shape[:1]:
            raise ValueError("a model and its encoder do not fit together")
    weights = {name: float(arrays[f"{prefix}weight/{name}"]) for name in shapes}
    return checked_head(Head(coef, intercept, **dict(zip(_FACTS, facts, strict=True)), weights=weights))

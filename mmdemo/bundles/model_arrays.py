"""A model as plain arrays: its heads, the shares of its classes, and what its encoders have learnt."""

import math
from collections.abc import Mapping

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Head, Model

SHARES = "shares"
_FACTS = ("C", "temperature")


def arrays_of(model: Model) -> dict[str, np.ndarray]:
    """Return the arrays of a model, by names such as `fused/coef/image`."""
    arrays: dict[str, np.ndarray] = {SHARES: model.shares}
    for name, head in model.heads.items():
        arrays |= {f"{name}/{key}": value for key, value in _numbers(head).items()}
    for name, encoder in model.encoders.items():
        arrays |= {f"{name}/learnt/{key}": value for key, value in encoder.learnt().items()}
    return arrays


def model_of(
    arrays: Mapping[str, np.ndarray],
    config: ModelConfig,
    classes: tuple[str, ...],
    encoders: Mapping[str, Encoder],
    prefix: str = "",
) -> Model:
    """Return the model of such arrays, whose names may have a prefix.

    encoders: modality → unfitted encoder; one that is frozen is used as it is.
    Raises a ValueError or a KeyError for arrays that do not fit together.
    """
    fitted = {
        name: encoder if encoder.frozen else encoder.restore(_below(f"{prefix}{name}/learnt/", arrays))
        for name, encoder in encoders.items()
    }
    widths = {name: encoder.n_features_out for name, encoder in fitted.items()}
    heads = {
        name: _head(f"{prefix}{name}/", arrays, {one: (len(classes), widths[one]) for one in config.inputs(name)})
        for name in config.heads
    }
    return Model(config, classes, fitted, heads, check_shares(arrays[f"{prefix}{SHARES}"], len(classes)))


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


def _below(start: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {key.removeprefix(start): arrays[key] for key in arrays if key.startswith(start)}


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

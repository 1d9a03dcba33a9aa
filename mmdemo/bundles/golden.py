"""Golden inputs: a few pairs whose answers a bundle stores, to check that it still gives them."""

from collections.abc import Collection, Mapping
from itertools import cycle, islice
from typing import Any

import numpy as np

from mmdemo.errors import BundleError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import head_inputs
from mmdemo.model.model import Model

_MOST = 100  # each is answered when the model is read
_TOLERANCE = 1e-3  # one pixel level or another processor's arithmetic changes a probability by less


def golden_of(model: Model) -> dict[str, np.ndarray]:
    """Return the golden inputs and the model's answers.

    Pairs of the modalities' samples, all of them together and once each non-empty subset of the modalities; none for
    a model whose modalities have no samples. `image0` is an image's first sample, `given` (m,) the modalities of each
    pair and `places` (m,) the number of their samples, `probabilities` (m, k) the answers.
    """
    samples = _samples(model.encoders)
    asked = [(tuple(samples), place) for place in range(max(map(len, samples.values()), default=0))]
    asked += [(given, 0) for given in _subsets(model) if set(given) < set(samples)]
    pairs = [{name: samples[name][place] for name in given} for given, place in asked]
    answerable = [i for i, pair in enumerate(pairs) if not _all_missing(model, pair)]
    answers = [model.classify(pairs[i]).probabilities for i in answerable]
    return {
        **{f"{name}{i}": np.asarray(value) for name, values in samples.items() for i, value in enumerate(values)},
        "given": np.array(["+".join(asked[i][0]) for i in answerable], dtype=str),
        "places": np.array([asked[i][1] for i in answerable], dtype=int),
        "probabilities": np.array(answers).reshape(-1, len(model.classes)),
    }


def check_golden(model: Model, golden: Mapping[str, np.ndarray], where: object) -> None:
    """Raise a BundleError when the model answers differently; where: its folder's name in the message."""
    if not len(golden["places"]) and _samples(model.encoders):
        raise BundleError(f"The model in {where} has no golden inputs. Train it again.")
    if len(golden["places"]) > _MOST:
        raise BundleError(f"The model in {where} has more than {_MOST} golden inputs. Train it again.")
    for given, place, expected in zip(golden["given"], golden["places"], golden["probabilities"], strict=True):
        pair = {name: _stored(golden, name, int(place)) for name in str(given).split("+")}
        difference = float(np.abs(model.classify(pair).probabilities - expected).max())
        if not difference <= _TOLERANCE:
            raise BundleError(
                f"The model in {where} answers differently from when it was made (by {difference:.2g}, more than "
                f"{_TOLERANCE:g}); its files fit other library versions. Train it again."
            )


def _samples(modalities: Collection[str]) -> dict[str, list[Any]]:
    """Return modality → its samples, of those that have any; the shorter lists start again, to be equally long."""
    found = {name: list(MODALITIES[name].samples()) for name in modalities}
    most = max(map(len, found.values()))
    return {name: list(islice(cycle(values), most)) for name, values in found.items() if values}


def _subsets(model: Model) -> list[tuple[str, ...]]:
    return [head_inputs(head, model.encoders) for head in model.heads]


def _stored(golden: Mapping[str, np.ndarray], name: str, place: int) -> Any:
    value = golden[f"{name}{place}"]
    return value if value.ndim else str(value)


def _all_missing(model: Model, pair: Mapping[str, Any]) -> bool:
    return all(model.is_missing(name, value) for name, value in pair.items())

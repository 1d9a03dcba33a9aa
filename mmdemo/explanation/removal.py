"""What taking each unit out of a value does to an answer, computed again each time: for encoders whose features are
no sums over units, such as a network that reads a caption as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, Prediction


@dataclass(frozen=True)
class Removals:
    """What the logits lose without each unit of one value, one unit at a time.

    units: those that were taken out, the first of the value's. count: how many units it has.
    losses: float64 (k, u), each logit with everything less the same without the unit.
    """

    units: tuple[Any, ...]
    count: int
    losses: np.ndarray

    def sentences(self, nouns: str) -> str:
        """Return what is said of how the units' values came about; nouns: what they are called, such as "words".

        >>> Removals(("a", "car"), 3, np.zeros((2, 2))).sentences("words")[-39:]
        'Only the first 2 of 3 words were tried.'
        """
        tried = f" Only the first {len(self.units):,} of {self.count:,} {nouns} were tried."
        return (
            f"Each of the {nouns} was taken out alone and the answer computed again; these effects do not add up."
        ) + (tried if self.count > len(self.units) else "")


def removals(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction) -> dict[str, Removals]:
    """Return modality → what each unit of its value does, where an encoder's features are no sums over the units.

    evidence: of the whole pair. A value's only unit is taken out with the value, if the pair has another one.
    """
    read = [name for name in model.heads[prediction.head].coef if not evidence[name].additive]
    found = {name: _of_value(model, evidence, prediction, name) for name in read}
    return {name: one for name, one in found.items() if one.units}


def _of_value(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction, name: str) -> Removals:
    kind = MODALITIES[name].units
    units = kind.removable(evidence[name])
    rest = {other: found for other, found in evidence.items() if other != name}
    if len(units) > 1:
        coef = model.heads[prediction.head].coef[name].astype(np.float64)
        features = kind.without_each(model.encoders[name], evidence[name])
        losses = (coef @ evidence[name].features)[:, np.newaxis] - np.asarray(features @ coef.T).T
    elif units and rest:
        losses = (prediction.logits - model.answer(rest).logits)[:, np.newaxis]
    else:
        losses = np.zeros((len(model.classes), 0))
    return Removals(units[: losses.shape[1]], len(units), losses)

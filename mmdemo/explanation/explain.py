"""Explain an answer: every logit split exactly into an intercept and a part for each modality."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence, Part, with_cells
from mmdemo.errors import ConfigError
from mmdemo.explanation.heat_map import painted
from mmdemo.explanation.removal import Removals, removals
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model, Prediction

_TOLERANCE = 1e-4  # of a sum; relative to the largest logit where that exceeds 1


@dataclass(frozen=True)
class Explanation:
    """The parts that each of a prediction's k logits is the sum of.

    For each class: intercept + the parts' totals = logit; the values of a part's units add up to its total. Where an
    encoder's features are not sums over units, there are none, and only the total is given; `removals` then says what
    the logits lose without each unit.

    classes: the labels, in the order of the first axis below.
    intercept, logits: float64 (k,).
    parts: modality → Part, of what the pair has.
    evidence: modality → the evidence that the part comes from.
    removals: modality → Removals, of a part without units.
    other: the class whose parts were subtracted, if any; see `against`.
    alone: whether the units are of one class's logit alone; see `alone`.
    """

    classes: tuple[str, ...]
    intercept: np.ndarray
    logits: np.ndarray
    parts: Mapping[str, Part]
    evidence: Mapping[str, Evidence]
    removals: Mapping[str, Removals] = field(default_factory=dict)
    other: str | None = None
    alone: bool = False

    def rival(self, label: str) -> str:
        """Return the class that a label is compared with: the one asked about, else the likeliest other."""
        best = [self.classes[i] for i in np.argsort(-self.logits, kind="stable")]
        return self.other or next((name for name in best if name != label), label)

    def units(self, name: str, label: str) -> tuple[tuple[Any, ...], np.ndarray]:
        """Return the units of a modality's value, and how much each supports a class against its rival, float64 (u,).

        They are parts of its lead over the rival, or where `removals` has the modality, what the lead loses without the
        unit. Of an explanation of the class's logit alone, they are parts of that logit, or what it loses.
        """
        units, found = self.all_units(name)
        row = found[self.classes.index(label)]
        if self.alone or self.other is not None:
            return units, row
        return units, row - found[self.classes.index(self.rival(label))]

    def all_units(self, name: str) -> tuple[tuple[Any, ...], np.ndarray]:
        """Return the units of a value, and what each adds to every logit or what this loses without it, (k, u)."""
        if name in self.removals:
            return self.removals[name].units, self.removals[name].losses
        return self.parts[name].units, self.parts[name].values

    def contributions(self, label: str) -> dict[str, Any]:
        """Return the parts of one class's logit in JSON's types: intercept, each modality's total, listed units.

        Units are listed as [unit, value] under their noun, such as `words`; cells of an image are not listed. Where a
        value has no such parts, `without` has what the class's lead over its rival loses without each unit.
        """
        k = self.classes.index(label)
        totals = {name: float(self.parts[name].total[k]) if name in self.parts else 0.0 for name in MODALITIES}
        units: dict[str, list[list[Any]]] = {}
        for name, modality in MODALITIES.items():
            if modality.units.summed_as is None:
                part = self.parts.get(name)
                pairs = zip(part.units, part.values[k], strict=True) if part else ()
                units.setdefault(modality.units.nouns, []).extend([unit, float(value)] for unit, value in pairs)
        return {"intercept": float(self.intercept[k]), **totals, **units, **self._without(label)}

    def _without(self, label: str) -> dict[str, Any]:
        """Return what removals say of one class in JSON's types, nothing where there are none."""
        found: dict[str, Any] = {}
        for name in self.removals:
            units, values = self.units(name, label)
            pairs = zip(units, values.tolist(), strict=True)
            found[MODALITIES[name].units.nouns] = [[unit, value] for unit, value in pairs]
        return {"without": {"rival": self.rival(label), **found}} if found else {}

    def heat_map(self, label: str | None = None, against: str | None = None) -> np.ndarray:
        """Return the image tinted by what separates two classes.

        Parameters
        ----------
        label : str, optional
            The class that blue supports [default: the answer].
        against : str, optional
            The class that orange supports [default: the likeliest other one, the runner-up].

        Returns
        -------
        numpy.ndarray
            uint8 (h, w, 3), RGB 0–255: the image as the network saw it, without its border.

        Raises
        ------
        ConfigError
            Where no image was given, or there is no such class.

        Examples
        --------
        >>> from mmdemo import load_dataset, load_model
        >>> image = load_dataset("homonyms", n=40).frame["image"].iloc[0]
        >>> load_model().explain(image=image).heat_map().shape
        (224, 224, 3)
        """
        for name in (label, against):
            if name is not None and name not in self.classes:
                raise ConfigError(f"There is no class named {name!r}; known: {', '.join(self.classes)}.")
        found = with_cells(self.evidence)
        part = self.parts[found[0]] if found else None
        if found is None or part is None or not part.units:
            raise ConfigError("There are no image cells to paint; explain an image, by an encoder that has them.")
        label = label or self.classes[int(self.logits.argmax())]
        rival = against or self.rival(label)
        return painted(found[1], part.values[self.classes.index(label)] - part.values[self.classes.index(rival)])


def explain(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction) -> Explanation:
    """Return the exact parts of the prediction's logits, from the evidence that `Model.examine` found of the pair.

    Raises an ArithmeticError where the parts do not add up to the logits, which is a fault of an encoder.
    """
    head = model.heads[prediction.head]
    used = {name: found for name, found in evidence.items() if name in head.coef}
    parts = {name: MODALITIES[name].parts(found, head.coef[name]) for name, found in used.items()}
    scale = max(1.0, float(np.abs(prediction.logits).max()))
    for name, part in parts.items():
        if part.units:
            _check_sum(f"The {MODALITIES[name].units.nouns} of the {name}", part.values.sum(axis=1), part.total, scale)
    total = head.intercept + sum(part.total for part in parts.values())
    _check_sum(f"The parts {', '.join(parts)} and the intercept", total, prediction.logits, scale)
    without = removals(model, evidence, prediction)
    return Explanation(model.classes, head.intercept, prediction.logits, parts, used, without)


def against(explanation: Explanation, label: str, other: str | None = None) -> Explanation:
    """Return the explanation with the other's parts subtracted from the label's: what separates the two classes.

    other: by default the likeliest class but the label. The label's logit is then its lead, the difference of the two
    logits. Raises a ValueError for a class that does not exist.
    """
    other = other or explanation.rival(label)
    k, rival = explanation.classes.index(label), explanation.classes.index(other)

    def less(parts: np.ndarray) -> np.ndarray:
        changed = parts.copy()
        changed[k] -= parts[rival]
        return changed

    return replace(
        explanation,
        intercept=less(explanation.intercept),
        logits=less(explanation.logits),
        other=other,
        parts={
            name: replace(part, total=less(part.total), values=less(part.values))
            for name, part in explanation.parts.items()
        },
        removals={name: replace(one, losses=less(one.losses)) for name, one in explanation.removals.items()},
    )


def alone(explanation: Explanation) -> Explanation:
    """Return the explanation with its units as parts of one class's logit, whatever the others' are."""
    return replace(explanation, alone=True)


def _check_sum(what: str, found: np.ndarray, expected: np.ndarray, scale: float) -> None:
    off = float(np.abs(found - expected).max())
    if not off <= _TOLERANCE * scale:
        raise ArithmeticError(f"{what} are off by {off:.2g} from what they should add up to.")

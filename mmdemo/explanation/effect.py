"""How preparing its values changes a model's answer to a pair."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import percent
from mmdemo.model.model import Model, Prediction

ANSWER = "answer"  # in place of a head: whichever one answers


@dataclass(frozen=True)
class Effect:
    """The answer to a pair as it is, and as prepared; None where nothing is left to classify."""

    before: Prediction
    after: Prediction | None


def effect(model: Model, before: Mapping[str, Evidence], after: Mapping[str, Evidence]) -> Effect:
    """Return the answers to the evidence of a pair as it is, and as prepared; `after` may be empty."""
    return Effect(model.answer(before), model.answer(after) if after else None)


def prepared(model: Model, modality: str, value: Any, settings: Any) -> Any:
    """Return a value as it is handed to the model after a preparation with these settings."""
    return MODALITIES[modality].preparation.apply(model.encoders.get(modality), value, settings)


def single_operations(model: Model, modality: str, value: Any) -> dict[str, Evidence]:
    """Return title → evidence of the value after each single operation of its modality.

    Operations that leave nothing of the value are left out.
    """
    if modality not in model.encoders:
        return {}
    operations = MODALITIES[modality].preparation.operations
    changed = {title: prepared(model, modality, value, settings) for title, settings in operations.items()}
    return {
        title: model.encoders[modality].examine(one)
        for title, one in changed.items()
        if not model.is_missing(modality, one)
    }


def single_effects(
    model: Model, evidence: Mapping[str, Evidence], changed: Mapping[str, Mapping[str, Evidence]]
) -> dict[str, Prediction]:
    """Return the answer after each single operation, and without each of the pair's values.

    evidence: the pair's evidence. changed: modality → what `single_operations` found in its value.
    Operations on what the pair lacks, or that change none of its features, are left out.
    """
    found = {}
    for name, before in evidence.items():
        for title, after in changed.get(name, {}).items():
            if not np.array_equal(before.features, after.features):
                found[title] = model.answer({**evidence, name: after})
    for name in evidence if len(evidence) > 1 else ():
        rest = {other: kept for other, kept in evidence.items() if other != name}
        found[f"Without the {MODALITIES[name].noun}"] = model.answer(rest)
    return found


def probabilities(prediction: Prediction, head: str) -> np.ndarray | None:
    """Return float64 (k,) of one head, or of the one that answers; None if it could not answer."""
    return prediction.probabilities if head == ANSWER else prediction.heads.get(head)


def sentence(model: Model, found: Effect, settings: Mapping[str, Any], head: str = ANSWER) -> str:
    """Return one sentence on how the preparation changes the class that the head found most probable before it.

    settings: modality → those of the preparation. head: a head of the model, or ANSWER.
    """
    before = probabilities(found.before, head)
    if before is None:
        return "This pair lacks what this model reads."
    best = int(before.argmax())
    label, was = f"“{model.classes[best]}”", percent(before[best])
    phrases = _phrases(model, settings, head)
    if not phrases:
        return f"Nothing is changed yet beyond the model's usual preparation: {label} is at {was}."
    after = None if found.after is None else probabilities(found.after, head)
    if after is None:
        return f"{_joined(phrases)} {_verb(phrases, 'leave')} nothing to classify."
    if percent(after[best]) == was:
        return f"{_joined(phrases)} {_verb(phrases, 'leave')} {label} at {was}."
    turned = int(after.argmax())
    then = f", and “{model.classes[turned]}” gets ahead with {percent(after[turned])}" if turned != best else ""
    return f"{_joined(phrases)} {_verb(phrases, 'take')} {label} from {was} to {percent(after[best])}{then}."


def _phrases(model: Model, settings: Mapping[str, Any], head: str) -> list[str]:
    """Return in words what the settings change for the head."""
    reads = model.encoders if head == ANSWER else model.heads[head].coef
    names = [name for name in MODALITIES if name in settings and name in reads]
    return [phrase for name in names for phrase in MODALITIES[name].preparation.phrases(settings[name])]


def _joined(phrases: list[str]) -> str:
    joined = phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
    return joined[0].upper() + joined[1:]


def _verb(phrases: list[str], verb: str) -> str:
    return f"{verb}s" if len(phrases) == 1 else verb

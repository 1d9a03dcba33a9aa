"""How preparing its image and caption changes a model's answer to a pair."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence
from mmdemo.model.model import Model, Prediction
from mmdemo.preprocess.changes import in_words
from mmdemo.preprocess.image import ImageSettings, adjust, to_square
from mmdemo.preprocess.text import TextSettings, clean

ANSWER = "answer"  # in place of a head: whichever one answers
_SIDE = 224  # pixels, where the model has no image encoder
_AS_IS = ImageSettings()

SINGLE: Mapping[str, tuple[ImageSettings, TextSettings]] = {
    "A quarter turn": (ImageSettings(rotate=90), TextSettings()),
    "Upside down": (ImageSettings(rotate=180), TextSettings()),
    "Mirrored": (ImageSettings(flip="horizontal"), TextSettings()),
    "No colours": (ImageSettings(grey=True), TextSettings()),
    "30 % darker": (ImageSettings(brightness=-0.3), TextSettings()),
    "30 % brighter": (ImageSettings(brightness=0.3), TextSettings()),
    "Half the contrast": (ImageSettings(contrast=0.5), TextSettings()),
    "Central square": (ImageSettings(resize="crop"), TextSettings()),
    "Stretched": (ImageSettings(resize="stretch"), TextSettings()),
    "No stop words": (ImageSettings(), TextSettings(stop_words="english")),
    "No accents": (ImageSettings(), TextSettings(accents=True)),
}
"""Single operations to compare, by title."""


@dataclass(frozen=True)
class Effect:
    """The answer to a pair as it is, and as prepared; None where nothing is left to classify."""

    before: Prediction
    after: Prediction | None


def effect(model: Model, before: Mapping[str, Evidence], after: Mapping[str, Evidence]) -> Effect:
    """Return the answers to the evidence of a pair as it is, and as prepared; `after` may be empty."""
    return Effect(model.answer(before), model.answer(after) if after else None)


def prepared_image(model: Model, pixels: np.ndarray, settings: ImageSettings) -> np.ndarray:
    """Return the image as it is handed to the model: made a square only where the model would not."""
    if settings == _AS_IS:
        return pixels
    adjusted, encoder = adjust(pixels, settings), model.encoders.get("image")
    if settings.resize == (encoder.settings if encoder else ImageSettings()).resize:
        return adjusted
    return to_square(adjusted, side(model), settings.resize).pixels


def side(model: Model) -> int:
    """Return the side (pixels) of the square that the model's image encoder sees."""
    encoder = model.encoders.get("image")
    return int(encoder.size) if encoder else _SIDE


def single_images(model: Model, pixels: np.ndarray) -> dict[str, Any]:
    """Return the evidence of an image, uint8 (h, w, 3), after each operation of `SINGLE` on it alone."""
    if "image" not in model.encoders:
        return {}
    prepared = {name: prepared_image(model, pixels, image) for name, (image, _) in SINGLE.items() if image != _AS_IS}
    return {name: model.examine({"image": changed})["image"] for name, changed in prepared.items()}


def single_effects(
    model: Model, evidence: Mapping[str, Evidence], caption: str, images: Mapping[str, Any]
) -> dict[str, Prediction]:
    """Return the answer after each operation of `SINGLE` alone, and without the image or the caption.

    evidence: the pair's evidence. images: what `single_images` found in its image, if it has one.
    Operations on a missing modality, or that change nothing in this caption or leave nothing of it, are left out.
    """
    found = {}
    for name, (image, text) in SINGLE.items():
        if image != _AS_IS:
            if "image" in evidence:
                found[name] = model.answer({**evidence, "image": images[name]})
        elif "text" in evidence:
            changed = clean(caption, text)
            if changed != clean(caption) and not model.is_missing("text", changed):
                found[name] = model.answer({**evidence, **model.examine({"text": changed})})
    if len(evidence) > 1:
        found["Without the image"] = model.answer({"text": evidence["text"]})
        found["Without the caption"] = model.answer({"image": evidence["image"]})
    return found


def probabilities(prediction: Prediction, head: str) -> np.ndarray | None:
    """Return float64 (k,) of one head, or of the one that answers; None if it could not answer."""
    return prediction.probabilities if head == ANSWER else prediction.heads.get(head)


def sentence(model: Model, found: Effect, image: ImageSettings, text: TextSettings, head: str = ANSWER) -> str:
    """Return one sentence on how the preparation changes the class that the head found most probable before it.

    head: a head of the model, or ANSWER.
    """
    before = probabilities(found.before, head)
    if before is None:
        return "This pair lacks what this model reads."
    best = int(before.argmax())
    label, was = f"“{model.classes[best]}”", f"{before[best]:.0%}"
    phrases = _phrases(model, image, text, head)
    if not phrases:
        return f"Nothing is changed yet beyond the model's usual preparation: {label} is at {was}."
    after = None if found.after is None else probabilities(found.after, head)
    if after is None:
        return f"{_joined(phrases)} {_verb(phrases, 'leave')} nothing to classify."
    if f"{after[best]:.0%}" == was:
        return f"{_joined(phrases)} {_verb(phrases, 'leave')} {label} at {was}."
    turned = int(after.argmax())
    then = f", and “{model.classes[turned]}” gets ahead with {after[turned]:.0%}" if turned != best else ""
    return f"{_joined(phrases)} {_verb(phrases, 'take')} {label} from {was} to {after[best]:.0%}{then}."


def _phrases(model: Model, image: ImageSettings, text: TextSettings, head: str) -> list[str]:
    """Return in words what the settings change for the head; n-grams matter in training only."""
    reads = set(model.encoders) if head == ANSWER else set(model.heads[head].coef)
    return in_words(
        image if "image" in reads else ImageSettings(), replace(text, ngrams=1) if "text" in reads else TextSettings()
    )


def _joined(phrases: list[str]) -> str:
    joined = phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
    return joined[0].upper() + joined[1:]


def _verb(phrases: list[str], verb: str) -> str:
    return f"{verb}s" if len(phrases) == 1 else verb

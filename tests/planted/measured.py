"""How often each warning of a model fires on the planted cases; run it to print the rates of docs/warnings.md."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

import mmdemo
from mmdemo.bundles.bundle import Bundle, load
from mmdemo.model.model import Model, Prediction
from mmdemo.storage.shipped import shipped_models
from tests.planted import captions, images, second
from tests.planted.pairs import Contradiction, contradictions, more_contradictions


def fired(predictions: Iterable[Prediction], kind: str) -> list[bool]:
    """Return, of each prediction, whether it warns of this kind."""
    return [any(one.kind == kind for one in prediction.warnings) for prediction in predictions]


def planted(bundle: Bundle) -> dict[str, list[bool]]:
    """Return kind → whether each of the fifty first cases is warned of, by a model of the stamps in English.

    The pairs that disagree are asked of the model that had not seen the image.
    """
    frame = mmdemo.load_dataset("stamps").frame
    return _fired(bundle, contradictions(frame), captions.UNKNOWN, captions.LANGUAGES, images.unlike())


def disagreeing(pairs: Sequence[Contradiction], model_for: Callable[[str], Model]) -> list[bool]:
    """Return whether each pair is said to disagree; model_for: its row id → the model that is asked."""
    images = mmdemo.load_dataset("stamps").frame["image"]
    asked = (model_for(one.row).classify({"image": images[one.row], "text": one.caption}) for one in pairs)
    return fired(asked, "disagree")


def planted_later(bundle: Bundle) -> dict[str, list[bool]]:
    """Return the same of the twenty-five cases that were written when the warnings had been tuned."""
    frame = mmdemo.load_dataset("stamps").frame
    pairs = more_contradictions(frame, second.CONTRADICTIONS)
    return _fired(bundle, pairs, second.UNKNOWN, second.LANGUAGES, images.unlike(second.KINDS))


def _fired(
    bundle: Bundle,
    pairs: Sequence[Contradiction],
    unknown: Sequence[str],
    foreign: Sequence[tuple[str, str]],
    unlike: Sequence[tuple[str, np.ndarray]],
) -> dict[str, list[bool]]:
    model = bundle.model
    return {
        "disagree": disagreeing(pairs, bundle.model_for),
        "unknown": fired((model.classify({"text": caption}) for caption in unknown), "unknown"),
        "language": fired((model.classify({"text": caption}) for _, caption in foreign), "language"),
        "unlike": fired((model.classify({"image": image}) for _, image in unlike), "unlike"),
    }


def sound(model: Model) -> list[str]:
    """Return the captions of real words that are warned of."""
    return [caption for caption in captions.SOUND if model.classify({"text": caption}).warnings]


if __name__ == "__main__":
    shipped = load(shipped_models() / "everyday")
    first, later = planted(shipped), planted_later(shipped)
    seen = disagreeing(contradictions(mmdemo.load_dataset("stamps").frame), lambda row: shipped.model)
    print(f"disagree, images that the model was trained on: {sum(seen)} of {len(seen)}")
    for kind in first:
        print(f"| {kind} | {sum(first[kind])} of {len(first[kind])} | {sum(later[kind])} of {len(later[kind])} |")

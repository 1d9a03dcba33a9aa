"""How often each warning of a model fires on the planted cases."""

from collections.abc import Iterable

import mmdemo
from mmdemo.model.model import Model, Prediction
from tests.planted.captions import LANGUAGES, SOUND, UNKNOWN
from tests.planted.images import unlike
from tests.planted.pairs import contradictions


def fired(predictions: Iterable[Prediction], kind: str) -> list[bool]:
    """Return, of each prediction, whether it warns of this kind."""
    return [any(one.kind == kind for one in prediction.warnings) for prediction in predictions]


def planted(model: Model) -> dict[str, list[bool]]:
    """Return kind → whether each of its fifty cases is warned of, by a model of the stamps in English."""
    frame = mmdemo.load_dataset("stamps").frame
    pairs = [{"image": frame.loc[one.row, "image"], "text": one.caption} for one in contradictions(frame)]
    return {
        "disagree": fired(map(model.classify, pairs), "disagree"),
        "unknown": fired((model.classify({"text": caption}) for caption in UNKNOWN), "unknown"),
        "language": fired((model.classify({"text": caption}) for _, caption in LANGUAGES), "language"),
        "unlike": fired((model.classify({"image": image}) for _, image in unlike()), "unlike"),
    }


def sound(model: Model) -> list[str]:
    """Return the captions of real words that are warned of."""
    return [caption for caption in SOUND if model.classify({"text": caption}).warnings]

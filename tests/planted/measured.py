"""How often each warning of a model fires on the planted cases; run it to print the rates of docs/warnings.md."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import mmdemo
from mmdemo.bundles.bundle import Bundle, load
from mmdemo.datasets.base import Dataset, values_of
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model, Prediction
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.storage.shipped import shipped_models
from mmdemo.training.train import train
from tests.listings import listings
from tests.planted import captions, images, second, third
from tests.planted.pairs import Contradiction, contradicting_homonyms, contradictions, more_contradictions

KINDS = ("disagree", "unknown", "language", "unlike")
UNTUNED: dict[str, Callable[[], Dataset]] = {
    "homonyms": lambda: homonyms(n=600),
    "stamps in German": lambda: mmdemo.load_dataset("stamps", captions="de"),
    "a shop's listings": lambda: mmdemo.load_dataset(listings().write_xlsx(Path(_kept().name) / "shop").parent),
}


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory()  # until the process ends: images are read when they are classified


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


def planted_last(bundle: Bundle, of_homonyms: Model) -> dict[str, list[bool]]:
    """Return the same of the third set; of_homonyms: a model of other drawings, which is asked what disagrees."""
    drawn = homonyms(seed=7).frame
    pairs = contradicting_homonyms(drawn, third.HOMONYMS)
    asked = (of_homonyms.classify({"image": drawn["image"][one.row], "text": one.caption}) for one in pairs)
    found = _fired(bundle, [], third.UNKNOWN, [], images.unlike(third.KINDS))
    return {"disagree": fired(asked, "disagree"), **{kind: found[kind] for kind in ("unknown", "unlike")}}


def false_alarms(model: Model, rest: pd.DataFrame) -> dict[str, float]:
    """Return kind → share of the pairs, which the model has not seen, that are warned of."""
    columns = [values_of(rest, name) for name in model.encoders]
    answers = [model.classify(dict(zip(model.encoders, values, strict=True))) for values in zip(*columns, strict=True)]
    return {kind: float(np.mean(fired(answers, kind))) for kind in KINDS}


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


def parted(name: str) -> tuple[Model, pd.DataFrame]:
    """Return a model trained and calibrated on four fifths of a dataset that no warning was tuned on, and the rest."""
    dataset = UNTUNED[name]()
    frame = dataset.frame
    rest = np.random.default_rng(7).permutation(len(frame)) < len(frame) // 5
    kept, cache = replace(dataset, frame=frame[~rest]), FeatureCache(cache_dir() / "features")
    return train(kept, ModelConfig(C=100.0), cache=cache).model, frame[rest]


def sound(model: Model) -> list[str]:
    """Return the captions of real words that are warned of."""
    return [caption for caption in captions.SOUND if model.classify({"text": caption}).warnings]


if __name__ == "__main__":
    shipped = load(shipped_models() / "everyday")
    first, later = planted(shipped), planted_later(shipped)
    seen = disagreeing(contradictions(mmdemo.load_dataset("stamps").frame), lambda row: shipped.model)
    print(f"disagree, images that the model was trained on: {sum(seen)} of {len(seen)}")
    drawings = train(homonyms(), ModelConfig(C=100.0), cache=FeatureCache(cache_dir() / "features")).model
    sets = first, later, planted_last(shipped, drawings)
    for kind in KINDS:
        shares = [f"{sum(one[kind])} of {len(one[kind])}" if kind in one else "–" for one in sets]
        print(f"| {kind} | {' | '.join(shares)} |")
    for name in UNTUNED:
        model, rest = parted(name)
        shares = [f"{share:.1%}" for share in false_alarms(model, rest).values()]
        print(f"| {name}, {len(rest)} pairs | {' | '.join(shares)} |")

"""Slow studies of a model, each computed once and kept: the learning curve, robustness."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.summary import ModelSummary
from mmdemo.datasets.base import Dataset
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, kept_beside, mark_used
from mmdemo.storage.limits import JSON_BYTES, MOST_STUDIED_MODELS
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.trimming import Bounds, contents, trim
from mmdemo.storage.whole import chosen_file, whole_file
from mmdemo.studies.learning_curve import SHARES, LearningCurve, draws_for, learning_curve
from mmdemo.studies.robustness import MOST_PAIRS, Curve, FoldPairs, Robustness, robustness
from mmdemo.training.estimate import estimate
from mmdemo.training.split import columns_of, prepare
from mmdemo.training.train import fit_model

Study = LearningCurve | Robustness
_SCHEMA = 2
_SECONDS_TO_START, _SECONDS_A_PAIR = 4.0, 0.008
_FITS = {True: 1.0, False: 2.7}  # fits of a whole run for one fit here: of one split, and of folds


@dataclass(frozen=True)
class Kind:
    """One kind of study.

    run: computes it from the model, the data, a function called with the share that is done, and a feature cache.
    read: restores it from JSON. seconds: its approximate time on two cores.
    """

    run: Callable[[Bundle, Dataset, Callable[[float], None], FeatureCache], Study]
    read: Callable[[Mapping[str, Any]], Study]
    seconds: Callable[[Bundle], float]


def study(bundle: Bundle, kind: str, dataset: Dataset, report: Callable[[float], None]) -> dict[str, Any]:
    """Return a study of the model in JSON's types; `read_study` restores it.

    dataset: what the model was trained on. report: called with the share that is done (0–1).
    """
    started = time.perf_counter()
    found = KINDS[kind].run(bundle, dataset, report, FeatureCache(cache_dir() / "features"))
    seconds = {kind: time.perf_counter() - started}
    return {"schema": _SCHEMA, "kind": kind, "result": asdict(found), "seconds": seconds}


def place_of(model: Bundle | ModelSummary, kind: str) -> Path:
    """Return the file of this model's study: not in its folder, which can be read-only."""
    return _folder(model) / model.manifest["sha256"] / f"{kind}.json"


def keep(content: Mapping[str, Any], file: Path) -> None:
    """Write a study; raise a ConfigError when it cannot be written."""
    folder = file.parent.parent
    ours = folder.name == "studies" and (folder.parent == cache_dir() or folder.parent.suffix == ".kept")
    with _kept_file(file) if ours else chosen_file(file, parents=True) as written:
        json.dump(content, written, ensure_ascii=False, allow_nan=False)
    if ours:
        trim(contents(folder), Bounds(most=MOST_STUDIED_MODELS))


@contextmanager
def _kept_file(file: Path) -> Iterator[IO[str]]:
    """Yield a file of the cache; raise a ConfigError, which visitors may read, when it cannot be written."""
    try:
        with whole_file(file, parents=True) as written:
            yield written
    except OSError as error:
        raise ConfigError(
            f"The study cannot be kept: {error.strerror or error}. Make room in the folder of the caches, or set "
            "MMDEMO_CACHE_DIR to one that can be written to."
        ) from error


def kept_study(bundle: Bundle, kind: str) -> Study | None:
    """Return this model's study, None if it does not exist or cannot be read."""
    mark_used([place_of(bundle, kind)])
    try:
        return read_study(read_json(read_bytes(place_of(bundle, kind), JSON_BYTES)))
    except (OSError, ValueError):
        return None


def read_study(content: Mapping[str, Any]) -> Study:
    """Return the study from the result of `study`; raise a ValueError where it is not one."""
    try:
        if content["schema"] != _SCHEMA:
            raise ValueError(f"it has schema version {content['schema']!r}")
        return KINDS[content["kind"]].read(_as_tuples(content["result"]))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is no study: {error!r}") from error


def _as_tuples(value: Any) -> Any:
    """Return a JSON value with tuples for its lists, as the studies have them."""
    if isinstance(value, dict):
        return {key: _as_tuples(one) for key, one in value.items()}
    return tuple(_as_tuples(one) for one in value) if isinstance(value, list) else value


def _folder(model: Bundle | ModelSummary) -> Path:
    return kept_beside(model.folder if isinstance(model, ModelSummary) else model.path) / "studies"


def _learn(bundle: Bundle, dataset: Dataset, report: Callable[[float], None], cache: FeatureCache) -> LearningCurve:
    return learning_curve(dataset, bundle.model.config, report, cache)


def _damage(bundle: Bundle, dataset: Dataset, report: Callable[[float], None], cache: FeatureCache) -> Robustness:
    return robustness(_tested(bundle, dataset, cache), report)


def _tested(bundle: Bundle, dataset: Dataset, cache: FeatureCache) -> list[FoldPairs]:
    """Return each fold's model with the pairs that it had not seen.

    Where the bundle keeps no models of its folds, one of them is trained again.
    """
    held_out, config = bundle.held_out, bundle.model.config
    if config.n_folds == 1:
        models = {0: bundle.model}
    elif bundle.fold_models.kept:
        models = {fold: bundle.fold_models[fold] for fold in np.unique(held_out.fold).tolist()}
    else:
        prepared = prepare(dataset, config)
        models = {0: fit_model(prepared.only(prepared.fold != 0), config, cache)}
    found = []
    for fold, model in models.items():
        rows = held_out.fold == fold
        frame = dataset.frame.loc[held_out.ids[rows]]
        found.append(FoldPairs(model, columns_of(frame, config.encoders), held_out.labels[rows]))
    return found


def _read_robustness(saved: Mapping[str, Any]) -> Robustness:
    return Robustness(**{**saved, "curves": tuple(Curve(**curve) for curve in saved["curves"])})


def _training_seconds(bundle: Bundle, share: float = 1.0) -> float:
    """Estimate the seconds of one more training on a share of the pairs, from the model's own."""
    took = bundle.manifest.get("seconds") or {}
    if not took.keys() >= {"features", "fit", "evaluate"}:
        pairs = round(share * bundle.manifest["n_train"])
        return estimate(bundle.model.config, pairs, len(bundle.model.classes)).seconds
    again = took["features"] if bundle.model.config.trains_network else 0.0  # otherwise the cache has them
    return float(share**1.5 * took["fit"] / _FITS[bundle.model.config.n_folds == 1] + share * again + took["evaluate"])


def _learning_seconds(bundle: Bundle) -> float:
    each = sum(_training_seconds(bundle, share) for share in (*SHARES, 1.0))
    return _SECONDS_TO_START + draws_for(bundle.model.config) * each


def _damage_seconds(bundle: Bundle) -> float:
    damage = [found for name in bundle.model.encoders for found in MODALITIES[name].corruptions.values()]
    runs = sum(len(found.levels) - 1 for found in damage)
    return _SECONDS_TO_START + _SECONDS_A_PAIR * runs * min(bundle.manifest["n_test"], MOST_PAIRS)


KINDS = {
    "learning": Kind(_learn, lambda saved: LearningCurve(**saved), _learning_seconds),
    "robustness": Kind(_damage, _read_robustness, _damage_seconds),
}
"""The studies by name."""

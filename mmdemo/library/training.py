"""Train a classifier in one call."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Literal

from mmdemo.datasets.base import Dataset, check_dataset
from mmdemo.encoders.encoder import OnProgress
from mmdemo.errors import ConfigError
from mmdemo.library.classifier import PairClassifier
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training import train as training

_NONE = (None, "none")  # instead of an encoder's name


def train(
    dataset: Dataset,
    *,
    C: float | Literal["auto"] | None = None,
    seed: int = 42,
    folds: int | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    on_progress: OnProgress | None = None,
    **encoders: str | None,
) -> PairClassifier:
    """Train a classifier, and say what each modality adds, on pairs held out from the models that answer them.

    Parameters
    ----------
    dataset : Dataset
        At least two classes with five different pairs each.
    C : float, optional
        Inverse strength of the regularisation, above 0 [default: chosen by cross-validation on the training pairs].
    seed : int
        Of the folds and a trained network, 0 to 4294967295.
    folds : int, optional
        Parts that the pairs are divided into, 3 to 10, each held out once; or 1, which holds out a fifth, once
        [default: 1 where a network is trained, else 5].
    options : mapping of str to mapping, optional
        `image` or `text` → settings, such as `{"image": {"resize": "crop"}, "text": {"ngrams": 2}}`; the same as for
        `--set` on the command line.
    on_progress : callable, optional
        Called with dicts: `{"event": "stage", "stage": "features" | "fit" | "evaluate", "done": 0–1}`, after each fold
        `{"event": "fold", …}` and, for each epoch of a network that is trained, `{"event": "epoch", …}`.
    **encoders : str or None
        The encoder of a modality, as `image_encoder` ("efficientnet", "article_cnn", or "trained_cnn", which needs the
        extra `mmdemo[train]`) and `text_encoder` (such as "tfidf" or "tfidf+word_vectors"); None leaves the
        modality out [default: the usual encoder of each modality that the dataset has].

    Returns
    -------
    PairClassifier
        With `evaluation` on the held-out pairs.

    Raises
    ------
    ConfigError
        For a value that is not allowed, before any work is done.
    DatasetError
        For too few pairs or classes.
    ImageError
        For an image that cannot be read.

    Examples
    --------
    >>> from mmdemo import load_dataset, train
    >>> model = train(load_dataset("homonyms", n=80), image_encoder=None, text_encoder="tfidf", C=10)
    >>> model.evaluation.n, model.predict_proba(load_dataset("homonyms", n=40).frame).shape
    (80, (40, 8))
    """
    check_dataset(dataset)
    chosen = _chosen(dataset, encoders)
    if unused := [name for name in options or {} if name not in chosen]:
        raise ConfigError(f"Got options for {unused[0]!r} but the model uses {' and '.join(chosen) or 'nothing'}.")
    strength = None if C in (None, "auto") else _number("C", C)
    number = _whole("seed", seed, "a whole number from 0 to 4294967295")
    config = ModelConfig(chosen, options or {}, strength, number, _folds(folds))
    cache = FeatureCache(cache_dir() / "features")
    return PairClassifier(training.train(dataset, config, on_progress or (lambda event: None), cache))


def _chosen(dataset: Dataset, encoders: Mapping[str, str | None]) -> dict[str, str]:
    """Return modality → encoder's name, of the modalities used; encoders: those asked for, such as `image_encoder`."""
    names = {f"{name}_encoder": name for name in MODALITIES}
    if unknown := [key for key in encoders if key not in names]:
        raise ConfigError(f"There is no parameter {unknown[0]!r}; known encoders: {', '.join(names)}.")
    present = [name for name in MODALITIES if name in dataset.frame.columns]
    asked = {names[key]: encoder for key, encoder in encoders.items()}
    if lacking := [name for name, encoder in asked.items() if name not in present and encoder not in _NONE]:
        raise ConfigError(f"Got {lacking[0]}_encoder={asked[lacking[0]]!r} but {dataset.name} has no {lacking[0]}.")
    chosen = {name: asked.get(name, MODALITIES[name].default) for name in present}
    return {name: encoder for name, encoder in chosen.items() if encoder is not None and encoder not in _NONE}


def _number(name: str, value: Any) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ConfigError(f"Got {name}={value!r} but expected a number.")
    return float(value)


def _whole(name: str, value: Any, expected: str) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise ConfigError(f"Got {name}={value!r} but expected {expected}.")
    return int(value)


def _folds(folds: Any) -> int | None:
    return None if folds is None else _whole("folds", folds, "a whole number")

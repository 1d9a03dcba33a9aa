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


def train(
    dataset: Dataset,
    image_encoder: str | None = MODALITIES["image"].default,
    text_encoder: str | None = MODALITIES["text"].default,
    C: float | Literal["auto"] | None = None,
    seed: int = 42,
    test_size: float = 0.2,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    on_progress: OnProgress | None = None,
) -> PairClassifier:
    """Train on part of the pairs, and compare models for images, for captions and for both on the rest.

    Parameters
    ----------
    dataset : Dataset
        At least two classes with five different pairs each.
    image_encoder : {"efficientnet", "trained_cnn", "article_cnn"} or None
        None leaves the images out; `trained_cnn` needs the extra `mmdemo[train]`.
    text_encoder : {"tfidf+word_vectors", "tfidf", "word_vectors"} or None
        None leaves the captions out.
    C : float, optional
        Inverse strength of the regularisation, above 0 [default: chosen by cross-validation on the training pairs].
    seed : int
        Of the split, the folds and a trained network, 0 to 4294967295.
    test_size : float
        Share of the pairs that is held out, between 0 and 1.
    options : mapping of str to mapping, optional
        `image` or `text` → settings, such as `{"image": {"resize": "crop"}, "text": {"ngrams": 2}}`; the same as for
        `--set` on the command line.
    on_progress : callable, optional
        Called with dicts: `{"event": "stage", "stage": "features" | "fit" | "evaluate", "done": 0–1}` and, for each
        epoch of a network that is trained, `{"event": "epoch", …}`.

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
    (16, (40, 8))
    """
    check_dataset(dataset)
    chosen = {"image": image_encoder, "text": text_encoder}
    encoders = {name: encoder for name, encoder in chosen.items() if encoder not in (None, "none")}
    if unused := [name for name in options or {} if name not in encoders]:
        raise ConfigError(f"Got options for {unused[0]!r} but the model uses {' and '.join(encoders) or 'nothing'}.")
    strength = None if C in (None, "auto") else _number("C", C)
    config = ModelConfig(encoders, options or {}, strength, _whole(seed), _number("test_size", test_size))
    cache = FeatureCache(cache_dir() / "features")
    return PairClassifier(training.train(dataset, config, on_progress or (lambda event: None), cache))


def _number(name: str, value: Any) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ConfigError(f"Got {name}={value!r} but expected a number.")
    return float(value)


def _whole(seed: Any) -> int:
    if not isinstance(seed, Integral) or isinstance(seed, bool):
        raise ConfigError(f"Got seed={seed!r} but expected a whole number from 0 to 4294967295.")
    return int(seed)

"""What several commands share: options that name settings, and numbers written for a person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from mmdemo.errors import ConfigError
from mmdemo.evaluation.evaluate import Added, Evaluation
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig


def as_json(value: Any) -> str:
    """Return one line of JSON; letters of every script stay as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def read_settings(words: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return part → settings of words such as `image.size=224`, `text.ngrams=2` or `data.q_text=0.3`.

    Raises a ConfigError for a word of another form, or a part that does not exist.
    """
    parts: dict[str, dict[str, Any]] = {"data": {}, **{name: {} for name in MODALITIES}}
    for word in words:
        key, equals, value = word.partition("=")
        part, dot, name = key.partition(".")
        if not (equals and dot and name and part in parts):
            raise ConfigError(f"Got --set {word} but expected PART.NAME=VALUE, with a PART of {', '.join(parts)}.")
        parts[part][name] = _value(value)
    return parts


def read_data_options(captions: str | None, words: Sequence[str]) -> dict[str, Any]:
    """Return the options a dataset is loaded with: `--captions`, and words such as `data.q_text=0.3`.

    Raises a ConfigError for a word of another form or part.
    """
    parts = read_settings(words)
    if other := [part for part, values in parts.items() if values and part != "data"]:
        raise ConfigError(f"Got --set {other[0]}.… but a trained model keeps its settings; expected data.….")
    return data_options(captions, parts)


def data_options(captions: str | None, parts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the options a dataset is loaded with, from `--captions` and from `--set` as `read_settings` returns it."""
    return {**parts["data"], **({"captions": captions} if captions else {})}


def _value(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return written


def read_config(
    encoders: Mapping[str, str], settings: Mapping[str, Mapping[str, Any]], C: str, seed: int, folds: int | None
) -> ModelConfig:
    """Return the configuration of a command line; raises a ConfigError for a value that is not allowed.

    encoders: modality → encoder's name, or none.
    """
    chosen = {name: encoder for name, encoder in encoders.items() if encoder != "none"}
    options = {name: settings[name] for name in chosen if settings.get(name)}
    return ModelConfig(chosen, options, C=_read_C(C), seed=seed, folds=folds)


def _read_C(written: str) -> float | None:
    if written == "auto":
        return None
    try:
        return float(written)
    except ValueError as error:
        raise ConfigError(f"Got C={written!r} but expected a number above 0, or auto.") from error


def evaluation_as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return `heads`, `adds`, `gain` and `unrepeated` as they stand in the command line's JSON.

    gain: of what the modalities add, the least; so it is the gain over the best model that lacks one.
    """
    names = ("accuracy", "balanced_accuracy", "precision_macro", "recall_macro", "f1_macro", "ci95")
    adds = {name: _added_as_dict(added) for name, added in evaluation.adds.items()}
    unrepeated = evaluation.unrepeated
    return {
        "heads": {head: {name: getattr(found, name) for name in names} for head, found in evaluation.heads.items()},
        "adds": adds,
        "gain": None if evaluation.gain is None else _added_as_dict(evaluation.gain),
        "unrepeated": None if unrepeated is None else asdict(unrepeated),
        "verdict": evaluation.verdict(),
    }


def _added_as_dict(added: Added) -> dict[str, Any]:
    return {name: getattr(added, name) for name in ("over", "accuracy", "ci95", "mcnemar_p")}


def print_evaluation(evaluation: Evaluation, limits: Mapping[str, float] | None) -> None:
    """Print a table of the heads and what the modalities add: in plain words, then with interval and test."""
    width = max(8, *map(len, evaluation.heads)) + 1
    click.echo(
        f"{'':{width}}{'accuracy':>10}{'95 % interval':>16}{'macro F1':>10}"
        + (f"{'best possible':>15}" if limits else "")
    )
    for head, found in evaluation.heads.items():
        interval = f"{found.ci95[0]:.3f}–{found.ci95[1]:.3f}"
        limit = f"{limits[head]:15.3f}" if limits and head in limits else ""
        click.echo(f"{head:{width}}{found.accuracy:10.3f}{interval:>16}{found.f1_macro:10.3f}{limit}")
    click.echo("\n".join(evaluation.sentences()))
    click.echo("\n".join([*evaluation.statistics(), f"Measured on {evaluation.protocol}."]))

"""What is read how, and every other setting of a training, for whom the presets are too coarse.

Each preset has options of its own, so that a click which comes before the page has followed the preset cannot bring
those of another.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.facts import Option
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ALLOWED_FOLDS, ModelConfig
from mmdemo.training.presets import Preset
from mmdemo.training.selection import C_GRID
from mmdemo.ui import frame, state

_AUTO, _NONE = "auto", "none"


def more_options(dataset: Dataset, preset: Preset) -> ModelConfig:
    """Draw the options, at first the preset's, and return the configuration.

    Raises a ConfigError where nothing is left to read.
    """
    encoders = {name: _encoder(name, preset) for name in dataset.modalities}
    chosen = {name: encoder for name, encoder in encoders.items() if encoder != _NONE}
    options: dict[str, dict[str, Any]] = {name: dict(_carried(name)) for name in chosen}
    for name, encoder in chosen.items():
        usual = preset.encoder(name)[1] if encoder == preset.encoder(name)[0] else {}
        options[name] |= _own_options(f"{preset.name}_{encoder}", MODALITIES[name].encoder(encoder), usual)
    C, folds, seed = _numbers(preset)
    return ModelConfig(chosen, {name: kept for name, kept in options.items() if kept}, C, seed, folds)


def carried(dataset: Dataset) -> dict[str, Mapping[str, Any]]:
    """Return modality → the settings that were chosen on the Preprocess page."""
    settings: Mapping[str, Mapping[str, Any]] = st.session_state.get(state.TRAINING_SETTINGS, {})
    return {name: settings[name] for name in dataset.modalities if settings.get(name)}


def _encoder(name: str, preset: Preset) -> str:
    modality = MODALITIES[name]
    titles = {encoder: choice.title for encoder, choice in modality.encoders.items()} | {_NONE: "Nothing"}
    captions = [*(choice.summary for choice in modality.encoders.values()), f"Leaves the {modality.nouns} out."]
    names = "; ".join(f"{choice.title}: `{encoder}`" for encoder, choice in modality.encoders.items())
    return str(
        st.radio(
            modality.question,
            list(titles),
            index=list(titles).index(preset.encoder(name)[0]),
            captions=captions,
            format_func=titles.__getitem__,
            key=f"{preset.name}_{name}_encoder",
            persist_state="session",
            help=f"Names of the encoders on the command line: {names}.",
        )
    )


def _carried(name: str) -> Mapping[str, Any]:
    settings: Mapping[str, Any] = st.session_state.get(state.TRAINING_SETTINGS, {}).get(name, {})
    if settings:
        written = ", ".join(f"{key} {value}" for key, value in settings.items())
        st.caption(f"Preprocessing of the {MODALITIES[name].nouns}, from the Preprocess page: {frame.plain(written)}.")
    return settings


def _own_options(key: str, encoder: type[Encoder], chosen: Mapping[str, Any]) -> dict[str, int]:
    usual = {**encoder().get_params(deep=False), **chosen}
    return {
        parameter: _number(f"{key}_{parameter}", option, usual[parameter])
        for parameter, option in encoder.options.items()
        if option.offered
    }


def _number(key: str, option: Option, usual: int) -> int:
    offered, title, told = option.offered, option.title, option.help
    if isinstance(offered, range):
        return st.slider(
            title, offered[0], offered[-1], usual, offered.step, key=key, persist_state="session", help=told
        )
    return st.select_slider(title, offered, usual, key=key, persist_state="session", help=told)


def _numbers(preset: Preset) -> tuple[float | None, int | None, int]:
    folds = st.select_slider(
        "Parts that take turns",
        [_AUTO, *ALLOWED_FOLDS],
        value=_AUTO if preset.folds is None else preset.folds,
        key=f"{preset.name}_folds",
        persist_state="session",
        help="The pairs are divided into this many parts (folds). Each part is held out once: a model trained on the "
        "others answers its pairs. 1 holds out a fifth of the pairs, once: faster, and less certain. Auto takes 5, or "
        "1 where a network is trained.",
    )
    seed = st.number_input(
        "Random start",
        0,
        2**32 - 1,
        42,
        key="seed",
        persist_state="session",
        help="The seed: it decides which pairs are held out together. The same one gives the same model again.",
    )
    C = st.select_slider(
        "Strength of fit",
        [_AUTO, *(f"{value:g}" for value in C_GRID)],
        key="C",
        persist_state="session",
        help="C, the inverse strength of regularisation. Small: a cautious model. Large: one that follows the training "
        "pairs closely. Auto chooses it on pairs held out from the training pairs, and is best left as it is.",
    )
    return (None if C == _AUTO else float(C)), (None if folds == _AUTO else int(folds)), int(seed)

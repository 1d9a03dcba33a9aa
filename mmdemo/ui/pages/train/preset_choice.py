"""The choice of a preset, and what of it has been changed by hand."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.estimate import estimate
from mmdemo.training.presets import Preset, presets_for
from mmdemo.ui.run_bar import about

_KEY = "preset"


def preset_choice(dataset: Dataset) -> Preset:
    """Draw the presets, each with its cost on this data, and return the chosen one."""
    offered = {preset.title: preset for preset in presets_for(dataset.modalities)}
    if st.session_state.get(_KEY) not in offered:  # chosen for data of other modalities
        st.session_state.pop(_KEY, None)
    title = st.radio(
        "What to train",
        list(offered),
        captions=[f"{preset.sentence} {_cost(preset, dataset)}" for preset in offered.values()],
        horizontal=True,
        label_visibility="collapsed",
        key=_KEY,
        persist_state="session",
    )
    return offered[str(title)]


def changes(config: ModelConfig, preset: Preset, dataset: Dataset) -> str:
    """Return in a line what was chosen otherwise than in the preset, "" for nothing."""
    return "; ".join(_changes(config, preset.config(dataset.modalities)))


def _changes(config: ModelConfig, preset: ModelConfig) -> Iterator[str]:
    for name, usual in preset.encoders.items():
        nouns, chosen = MODALITIES[name].nouns, config.encoders.get(name)
        if chosen is None:
            yield f"{nouns} are left out"
        elif chosen != usual:
            yield f"{nouns}: {MODALITIES[name].encoder(chosen).title.lower()}"
        else:
            meant = _settings(preset, name)
            different = {key: value for key, value in _settings(config, name).items() if meant.get(key) != value}
            yield from (f"{nouns}: {key.lower()} {value}" for key, value in different.items())
    if config.n_folds != preset.n_folds:
        yield "a fifth of the pairs is set aside to test on, once" if config.n_folds == 1 else f"{config.n_folds} parts"
    if config.seed != preset.seed:
        yield f"another random start ({config.seed})"
    if config.C is not None:
        yield f"strength of fit {config.C:g}"


def _settings(config: ModelConfig, name: str) -> dict[str, Any]:
    """Return what a modality's encoder, and the preparation before it, are set to."""
    encoder = config.build_encoder(name)
    own = {option.title: getattr(encoder, key) for key, option in encoder.options.items() if option.offered}
    return own | {key: value for key, value in config.options.get(name, {}).items() if key not in encoder.options}


def _cost(preset: Preset, dataset: Dataset) -> str:
    cost = estimate(preset.config(dataset.modalities), len(dataset.frame), len(dataset.classes))
    return f"{about(cost.seconds).capitalize()}, {cost.megabytes:,.0f} MB of memory."

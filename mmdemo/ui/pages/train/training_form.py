"""What a visitor chooses before training."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.facts import Option
from mmdemo.jobs.memory import SHARED_MEGABYTES, attainable_megabytes
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ALLOWED_FOLDS, ModelConfig
from mmdemo.training.estimate import estimate
from mmdemo.training.selection import C_GRID
from mmdemo.ui import frame, state

_NONE, _AUTO = "none", "auto"


def training_form(dataset: Dataset) -> ModelConfig | None:
    """Draw the choices and return the configuration, or None when it cannot be trained; the reason is drawn then."""
    encoders = {name: _encoder(name) for name in dataset.modalities}
    chosen = {name: encoder for name, encoder in encoders.items() if encoder != _NONE}
    options: dict[str, dict[str, Any]] = {name: dict(_carried(name)) for name in chosen}
    for name, encoder in chosen.items():
        options[name] |= _own_options(encoder, MODALITIES[name].encoder(encoder))
    with st.expander("More options", icon=":material/tune:"):
        C, folds, seed = _more()
    with frame.guarded():
        config = ModelConfig(chosen, {name: kept for name, kept in options.items() if kept}, C, seed, folds)
        cost = estimate(config, len(dataset.frame), len(dataset.classes))
        held_out = f"each tested once in {config.n_folds} parts" if config.n_folds > 1 else "a fifth to test on"
        st.caption(
            f"{len(dataset.frame):,} pairs, {held_out}: about {cost.seconds:.0f} s on two cores, "
            f"{cost.megabytes:,.0f} MB of memory."
        )
        cost.check(attainable_megabytes() + SHARED_MEGABYTES)
        return config
    return None


def _encoder(name: str) -> str:
    modality = MODALITIES[name]
    titles = {encoder: f"{choice.title} ({encoder})" for encoder, choice in modality.encoders.items()} | {
        _NONE: "Nothing"
    }
    captions = [*(choice.summary for choice in modality.encoders.values()), f"Leaves the {modality.nouns} out."]
    return str(
        st.radio(
            modality.question,
            list(titles),
            captions=captions,
            format_func=titles.__getitem__,
            key=f"{name}_encoder",
            persist_state="session",
        )
    )


def _carried(name: str) -> Mapping[str, Any]:
    settings: Mapping[str, Any] = st.session_state.get(state.TRAINING_SETTINGS, {}).get(name, {})
    if settings:
        written = ", ".join(f"{key} {value}" for key, value in settings.items())
        st.caption(f"Preprocessing of the {MODALITIES[name].nouns}, from the Preprocess page: {frame.plain(written)}.")
    return settings


def _own_options(name: str, encoder: type[Encoder]) -> dict[str, int]:
    usual = encoder().get_params(deep=False)
    return {
        parameter: _number(f"{name}_{parameter}", option, usual[parameter])
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


def _more() -> tuple[float | None, int | None, int]:
    folds = st.select_slider(
        "Folds",
        [_AUTO, *ALLOWED_FOLDS],
        key="folds",
        persist_state="session",
        help="The pairs are divided into so many parts. Each part is held out once: a model trained on the others "
        "answers its pairs. 1 holds out a fifth of the pairs, once: faster, and less certain. Auto takes 5, or 1 where "
        "a network is trained.",
    )
    seed = st.number_input(
        "Seed",
        0,
        2**32 - 1,
        42,
        key="seed",
        persist_state="session",
        help="Decides which pairs are held out together. The same seed gives the same model again.",
    )
    C = st.select_slider(
        "Strength of fit, C",
        [_AUTO, *(f"{value:g}" for value in C_GRID)],
        key="C",
        persist_state="session",
        help="Small: a cautious model. Large: one that follows the training pairs closely. "
        "Auto chooses it on pairs held out from the training pairs, and is best left as it is.",
    )
    return (None if C == _AUTO else float(C)), (None if folds == _AUTO else int(folds)), int(seed)

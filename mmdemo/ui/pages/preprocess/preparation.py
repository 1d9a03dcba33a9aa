"""How a pair is prepared: the visitor's choice, kept for the session."""

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from mmdemo.model.model import Model
from mmdemo.preprocess.changes import changed
from mmdemo.ui import frame, state
from mmdemo.ui.modalities.registry import views_of


def chosen_settings(modalities: Collection[str]) -> dict[str, Any]:
    """Draw the operations on each modality in a tab of its own; return modality → settings, where it has any."""
    found = {}
    views = views_of(modalities)
    for view, tab in zip(views, st.tabs([view.section for view in views]), strict=True):
        with tab:
            settings = view.settings_form()
        if settings is not None:
            found[view.name] = settings
    return found


def prepared(model: Model, values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the pair's values as the preparation hands them to the model."""
    return {
        view.name: view.prepared(model, values[view.name], settings[view.name])
        if view.name in settings
        else values[view.name]
        for view in views_of(values)
    }


def carry(settings: Mapping[str, Any]) -> None:
    """Draw what takes the settings to the Train page, and what was taken there."""
    if not settings:
        return
    with st.container(horizontal=True):
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, args=(tuple(settings),), key="reset")
        taken = st.button("Use in training", icon=":material/model_training:", key="carry")
    carried = {name: changed(chosen) for name, chosen in settings.items()}
    if taken:
        st.session_state[state.TRAINING_SETTINGS] = carried
        st.toast("The Train page has these settings now.", icon=":material/check:")
    if carried == st.session_state.get(state.TRAINING_SETTINGS):
        phrases = [phrase for view in views_of(settings) for phrase in view.phrases(settings[view.name])]
        said = ", ".join(phrases) or "nothing beyond the usual cleaning and padding"
        st.caption(f"Training prepares every pair like this: {frame.plain(said)}.")
        if frame.exists("Train"):
            frame.link("Train", "Train with these settings")


def _reset(modalities: Collection[str]) -> None:
    for view in views_of(modalities):
        st.session_state.update(view.unchanged)

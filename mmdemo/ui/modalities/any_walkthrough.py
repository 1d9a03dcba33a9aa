"""A value's way to features, for a modality whose encoder cannot be looked into."""

from typing import Any

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import frame

_SHOWN = 12  # features


def section(bundle: Bundle, name: str, value: Any) -> None:
    """Draw how many features a model's encoder makes of the value of one modality, and the first of them."""
    noun, model = MODALITIES[name].noun, bundle.model
    if name not in model.encoders:
        st.info(f"This model does not read the {noun}.", icon=":material/info:")
        return
    if model.is_missing(name, value):
        st.info(f"This pair has no {noun}.", icon=":material/info:")
        return
    found = model.examine({name: value})[name]
    features = np.asarray(found.features, np.float64)
    title = MODALITIES[name].encoders[model.config.encoders[name]].title
    st.markdown(f"{frame.plain(title)} turns this {noun} into **{len(features):,} features**.")
    first = ", ".join(f"{feature:.3g}" for feature in features[:_SHOWN])
    st.caption(f"{'The first: ' if len(features) > _SHOWN else ''}{first}. Together shows what they add to the answer.")
    for note in found.notes:
        st.caption(frame.plain(note))

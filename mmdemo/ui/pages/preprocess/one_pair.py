"""The one pair that a page works on: one of the dataset's, or the visitor's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.ui import data_choice, effect_view, frame, images, pair_input

_FROM = {"dataset": "From the dataset", "own": "My own"}


@dataclass(frozen=True)
class OnePair:
    """An image or None, a caption, which may be empty, and what the model finds in them, which is never empty."""

    image: images.ChosenImage | None
    caption: str
    evidence: Mapping[str, Any]


def chosen_pair(bundle: Bundle) -> OnePair | None:
    """Draw the choice of a pair and return it, or None when there is none yet; what to do is drawn then."""
    source = st.segmented_control(
        "Pair to work on",
        list(_FROM),
        default="dataset",
        required=True,
        format_func=lambda value: _FROM[value],
        key="pair_from",
        persist_state="session",
    )
    with frame.guarded():
        return _of_dataset(bundle) if source == "dataset" else _own(bundle)
    return None


def _of_dataset(bundle: Bundle) -> OnePair:
    dataset = data_choice.current_dataset()
    pair = data_choice.pair_chooser(dataset, effect_view.held_out(bundle, dataset))
    effect_view.familiarity(bundle, dataset, pair.row_id)
    return OnePair(pair.image, pair.caption, images.examine(bundle, pair.image, pair.caption))


def _own(bundle: Bundle) -> OnePair | None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        image = pair_input.image_input()
    with right:
        caption = pair_input.caption_input()
    evidence = images.examine(bundle, image, caption)
    if not evidence:
        st.info("Choose an image or type a caption: what preparation does to it appears here.")
        return None
    return OnePair(image, caption, evidence)

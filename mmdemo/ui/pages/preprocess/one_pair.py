"""The one pair that a page works on: one of the dataset's, or the visitor's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmdemo.bundles.bundle import Bundle
from mmdemo.errors import DatasetError
from mmdemo.ui import data_choice, effect_view, frame, model_data, pair_input
from mmdemo.ui.blind import blind
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.preprocess.first_pair import first_pair
from mmdemo.ui.pair_choice import pair_chooser

_FROM = {"dataset": "From the dataset", "own": "My own"}


@dataclass(frozen=True)
class OnePair:
    """The values of a pair, modality → value or None, and what the model finds in them, which is never empty.

    answering: the model for it, trained without it where there is one.
    """

    values: Mapping[str, Any]
    evidence: Mapping[str, Any]
    answering: Bundle


def chosen_pair(bundle: Bundle) -> OnePair | None:
    """Draw the choice of a pair and return it, or None when there is none yet; what to do is drawn then."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            "Pair to work on",
            list(_FROM),
            default="dataset",
            required=True,
            format_func=lambda value: _FROM[value],
            key="pair_from",
            persist_state="session",
        )
        place = st.container(key="pair_list")
    with frame.guarded():
        return _of_dataset(bundle, place) if source == "dataset" else _own(bundle)
    return None


def _of_dataset(bundle: Bundle, place: DeltaGenerator) -> OnePair:
    dataset = data_choice.current_dataset()
    with place:
        pair = pair_chooser(dataset, first_pair(bundle, dataset))
    effect_view.familiarity(bundle, dataset, pair.row_id)
    answering = blind(bundle, dataset, pair.row_id)
    evidence = examine(answering, pair.values)
    if not evidence:
        raise DatasetError(f"The model reads nothing of this pair; it needs {_needed(bundle)}. Choose another one.")
    return OnePair(pair.values, evidence, answering)


def _own(bundle: Bundle) -> OnePair | None:
    pair_input.arrive(bundle.model, None)
    views = views_of(bundle.model.encoders)
    values = {}
    for view, place in zip(views, st.columns([3, *[2] * (len(views) - 1)], gap="large"), strict=True):
        with place:
            values[view.name] = view.ask(None)
    model_data.what_it_can_answer(bundle)
    evidence = examine(bundle, values)
    if not evidence:
        given = f"{pair_input.invitation(bundle.model)}, or choose a pair “{_FROM['dataset']}”"
        st.info(f"{given}. What preparation does to it appears here.", icon=":material/info:")
        return None
    return OnePair(values, evidence, bundle)


def _needed(bundle: Bundle) -> str:
    return " or ".join(view.modality.wanted for view in views_of(bundle.model.encoders))

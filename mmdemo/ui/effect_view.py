"""What a model makes of a pair before and after its preparation."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.effect import effect_bars
from mmdemo.datasets.base import Dataset
from mmdemo.explanation.effect import Effect, probabilities
from mmdemo.model.heads import FUSED, head_title
from mmdemo.model.model import Model
from mmdemo.ui import frame, model_data

_MATTER = 4  # classes that have bars at once


def chosen_head(model: Model) -> str:
    """Draw the choice of a head, if there are several, and return the one chosen."""
    heads = list(model.heads)
    if len(heads) == 1:
        return heads[0]
    return str(
        st.segmented_control(
            "Who answers?",
            heads,
            default=FUSED,
            required=True,
            format_func=lambda head: head_title(head, model.encoders),
            key="head",
            persist_state="session",
            help="There is a model for each modality alone, and one for all together. A change shows most where only "
            "what is changed is read.",
        )
    )


def opinion(model: Model, found: Effect, head: str) -> None:
    """Draw one head's probabilities before and after a preparation."""
    before = probabilities(found.before, head)
    after = None if found.after is None else probabilities(found.after, head)
    if before is None or after is None:
        st.info("Ask another model, or give this pair what is missing.", icon=":material/info:")
        return
    before_and_after(model.classes, before, after, head_title(head, model.encoders))


def before_and_after(classes: Sequence[str], before: np.ndarray, after: np.ndarray, title: str) -> None:
    """Draw the probabilities (k,), 0–1, of the classes that matter; those of all are one click away."""
    st.html(effect_bars(classes, before, after, title, _MATTER))
    if len(classes) > _MATTER + 1:
        with st.expander(f"All {len(classes):,} classes"):
            st.html(effect_bars(classes, before, after, title))


def familiarity(bundle: Bundle, dataset: Dataset, row_id: str, blindly: bool = True) -> None:
    """Draw a word of caution where the model knows the pair by heart, or was trained on other data.

    blindly: whether a model that had not seen the pair answers, where there is one.
    """
    taught = bundle.manifest["dataset"]
    if taught["name"] == dataset.name and not model_data.trained_on(bundle, dataset):
        st.caption(
            f"This model was trained on {frame.plain(dataset.name)} with other settings than those chosen on the Data "
            "page, so it may have been trained on pairs much like this one."
        )
    elif not model_data.trained_on(bundle, dataset):
        st.caption(
            f"This model was trained on {frame.plain(taught['name'])}, and the pairs of {frame.plain(dataset.name)} "
            f"are new to it: it can only answer {frame.plain(model_data.listed(bundle.model.classes))}."
        )
    elif blindly and bundle.explains_blindly(row_id):
        if bundle.model.config.n_folds != 1:
            st.caption("The answer is that of a model which was trained without this pair, as on Evaluate.")
    elif row_id in bundle.train_ids:
        st.caption("The model was trained on this very pair, so it is surer than it would be of a new one.")
    elif not bundle.names_all and row_id not in bundle.held_out.ids:
        st.caption(
            f"The model names only {len(bundle.train_ids):,} of the {bundle.manifest['n_train']:,} pairs that it was "
            "trained on, so it may have been trained on this one, too, and be surer than it would be of a new one."
        )


def held_out(bundle: Bundle, dataset: Dataset) -> tuple[str, ...]:
    """Return the ids of the dataset's pairs that the model was tested on, and so was not trained on."""
    return _tested(bundle.manifest["sha256"], bundle) if model_data.trained_on(bundle, dataset) else ()


@st.cache_data(max_entries=8, show_spinner=False)
def _tested(model: str, _bundle: Bundle) -> tuple[str, ...]:
    return tuple(map(str, _bundle.held_out.ids))

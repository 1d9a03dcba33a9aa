"""The training pairs most similar to the pair that is answered."""

from collections.abc import Collection, Mapping

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.nearest import Neighbour, nearest
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.evidence import Evidence
from mmdemo.ui import frame, model_data
from mmdemo.ui.modalities.registry import views_of

_SHOWN = 6
_WIDTH = 132  # pixels
_HELP = (
    "100 % is what the model cannot tell apart from this pair. The number is the cosine of the two pairs' features, as "
    "the model weighs them; below 0 counts as 0 %."
)


def neighbours(bundle: Bundle, evidence: Mapping[str, Evidence], unseen: Collection[str]) -> None:
    """Draw the training pairs nearest to what the model found in a pair.

    unseen: ids of training pairs that the answering model was not trained on.
    """
    near = nearest(bundle, evidence, _SHOWN + len(unseen))
    found = [one for one in near if one.row_id not in unseen][:_SHOWN]
    if not found:
        return
    st.markdown("**Trained on pairs like these**", help=_HELP)
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        st.caption(frame.plain(missing))
    with st.container(horizontal=True, key="neighbours"):
        for one in found:
            with st.container(width=_WIDTH, gap="xsmall"):
                _neighbour(None if origin is None else origin.dataset, one)
    named = "those" if bundle.names_all else f"{len(bundle.train_ids):,} of the {bundle.manifest['n_train']:,} pairs"
    st.caption(f"The pairs most like this one among {named} that the model was trained on, and how alike they are.")


def _neighbour(dataset: Dataset | None, one: Neighbour) -> None:
    if dataset is None or one.row_id not in dataset.frame.index:
        st.caption(f"{frame.plain(one.row_id)} · {_alike(one)}")
        return
    row = dataset.frame.loc[one.row_id]
    views, label = views_of(dataset.modalities), str(row["label"])
    for view in views:
        view.thumbnail(row[view.name], f"Training {view.modality.noun} of {label}", _WIDTH)
    said = [frame.plain(words) for view in views if view.written and (words := view.in_line(row[view.name]))]
    st.caption(" · ".join([*said, f"**{frame.plain(label)}**", _alike(one)]))


def _alike(one: Neighbour) -> str:
    return f"{max(one.cosine, 0):.0%} alike"

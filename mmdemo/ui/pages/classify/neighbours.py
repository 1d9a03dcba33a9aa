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


def neighbours(bundle: Bundle, evidence: Mapping[str, Evidence], unseen: Collection[str]) -> None:
    """Draw the training pairs nearest to what the model found in a pair.

    unseen: ids of training pairs that the answering model was not trained on.
    """
    near = nearest(bundle, evidence, _SHOWN + len(unseen))
    found = [one for one in near if one.row_id not in unseen][:_SHOWN]
    if not found:
        return
    st.markdown("**Trained on pairs like these**")
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        st.caption(frame.plain(missing))
    with st.container(horizontal=True, key="neighbours"):
        for one in found:
            with st.container(width=_WIDTH, gap="xsmall"):
                _neighbour(None if origin is None else origin.dataset, one)
    st.caption(
        "The training pairs most alike in the model's eyes; the number is the cosine of their features (−1 to 1)."
    )


def _neighbour(dataset: Dataset | None, one: Neighbour) -> None:
    if dataset is None or one.row_id not in dataset.frame.index:
        st.caption(f"{frame.plain(one.row_id)} · {one.cosine:.2f}")
        return
    row = dataset.frame.loc[one.row_id]
    views, label = views_of(dataset.modalities), str(row["label"])
    for view in views:
        view.thumbnail(row[view.name], f"Training {view.modality.noun} of {label}", _WIDTH)
    said = [frame.plain(words) for view in views if view.written and (words := view.in_line(row[view.name]))]
    st.caption(" · ".join([*said, f"**{frame.plain(label)}**", f"{one.cosine:.2f}"]))

"""The whole dataset as a map."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts import grammar as alt
from mmdemo.charts.dataset_map import MOST_COLOURED, map_chart
from mmdemo.datasets.base import Dataset
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import FUSED, head_title
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_beside
from mmdemo.ui import figure, frame, state
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pair import Pair
from mmdemo.walkthrough.dataset_map import Space, flat, neighbour_map, sample, spaces

_PCA, _TSNE = "PCA", "t-SNE"
_HELP = (
    "A pair has hundreds of features, a map has room for two. **PCA** looks at the cloud of points from the side where "
    "it spreads most. **t-SNE** keeps neighbours together and gives up all larger distances: what lies close together "
    "means something, how far groups lie apart does not. The share beside an axis of PCA is that of the variance."
)
_AGREEMENT_HELP = (
    "Of the ten pairs that are nearest to a pair in all its features (not on the map), the share that has its label, "
    "averaged over all pairs. The higher, the easier the classifier's work."
)
_PAIR = 180  # pixels of what is shown of the marked pair


def section(bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
    """Draw every pair as a point, near each other where the model sees them alike."""
    lacking = [view.modality.nouns for view in views_of(bundle.model.encoders) if view.name not in dataset.frame]
    if lacking:
        st.info(f"This dataset has no {' and no '.join(lacking)}, which this model reads, so there is no map of it.")
        return
    rows = sample(dataset)
    data = key_of(dataset)
    model = bundle.manifest["sha256"]
    controls, waiting = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with waiting, _skeleton(f"Encoding {len(rows):,} pairs; the first time takes some seconds…"):
        found = _spaces(data, model, bundle, rows, cache_beside(dataset.location))
        points = _points(data, dataset.modalities, rows)
    with controls:
        seen_by, method = _controls(bundle.model, list(found))
    space = found[seen_by]
    with waiting, _skeleton("Finding neighbours; the first time takes some seconds…"):
        places = flat(space.axes) if method == _PCA else _neighbour_map((*data, model, seen_by), space.axes)
    st.markdown(_agreement(found, bundle.model), help=_AGREEMENT_HELP)
    chart, chosen = st.columns([3, 1], gap="large")
    with chart:
        title = f"{len(places):,} pairs by likeness: {head_title(seen_by, bundle.model.encoders).lower()}"
        placed = points[space.held].assign(x=places[:, 0], y=places[:, 1])
        _map(map_chart(placed, title, _axis_names(space, method), pair.row_id), len(placed))
        if placed["label"].nunique() > MOST_COLOURED:
            st.caption("Too many labels for a colour each: pairs with the marked pair's label stand out.")
        if len(rows) < len(dataset.frame):
            st.caption(f"{len(rows):,} of the {len(dataset.frame):,} pairs, drawn by chance.")
        if lost := len(points) - len(placed):
            st.caption(f"{lost:,} of the pairs are not on this map: they hold nothing to place them by.")
        if _learnt_from(bundle, dataset):
            st.caption("The network was trained on most of these pairs, so they look tidier than new ones would.")
    with chosen:
        _pair(pair)


def _controls(model: Model, spaces: list[str]) -> tuple[str, str]:
    seen_by = st.segmented_control(
        "Seen by",
        spaces,
        format_func=lambda head: head_title(head, model.encoders),
        default=spaces[-1],
        required=True,
        key="seen_by",
        persist_state="session",
    )
    method = st.segmented_control(
        "Flattened by",
        [_PCA, _TSNE],
        default=_PCA,
        required=True,
        help=_HELP,
        key="flat",
        persist_state="session",
    )
    return seen_by, method


def _map(chart: alt.Chart, count: int) -> None:
    figure.choose(
        chart,
        alt=f"A point for each of {count:,} pairs, coloured by label; pairs with like features lie together.",
        key=state.MAP,
        on_select=_walk_to_picked,
    )


@contextmanager
def _skeleton(text: str) -> Iterator[None]:
    with st.spinner(text, show_time=True), st.skeleton(height=560):
        yield


@st.cache_data(max_entries=8, show_spinner=False)
def _spaces(data: Hashable, model: str, _bundle: Bundle, _rows: pd.DataFrame, _cache: Path) -> dict[str, Space]:
    return spaces(_bundle.model, _rows, FeatureCache(_cache / "features"))


@st.cache_data(max_entries=16, show_spinner=False)
def _neighbour_map(key: Hashable, _axes: np.ndarray) -> np.ndarray:
    return neighbour_map(_axes)


@st.cache_data(max_entries=4, show_spinner=False)
def _points(data: Hashable, modalities: tuple[str, ...], _rows: pd.DataFrame) -> pd.DataFrame:
    told = {}
    for view in views_of(modalities):
        title, cells = view.at_points(_rows[view.name])
        told[title] = cells
    return pd.DataFrame({"id": _rows.index, "label": _rows["label"].to_numpy(), **told})


def _walk_to_picked() -> None:
    picked = st.session_state[state.MAP].selection.get("picked", [])
    if picked:
        st.query_params[state.PAIR] = str(picked[0]["id"])


def _learnt_from(bundle: Bundle, dataset: Dataset) -> bool:
    return bundle.manifest["dataset"]["name"] == dataset.name and any(
        MODALITIES[name].encoder(chosen).trained for name, chosen in bundle.model.config.encoders.items()
    )


def _axis_names(space: Space, method: str) -> tuple[str, str]:
    if method == _TSNE:
        return "t-SNE 1 (no unit)", "t-SNE 2 (no unit)"
    first, second = (
        f"Direction {i + 1} ({share:.0%})" for i, share in enumerate([*space.shares, 0, 0][:2])
    )
    return first, second


def _pair(pair: Pair) -> None:
    st.markdown("**The marked pair**")
    for view in views_of(pair.values):
        view.show(pair.values[view.name], "of the marked pair", _PAIR)
    frame.badge(pair.label, "blue")
    st.caption("Point at any other to see it, click it to choose it.")
    for title in ("Preprocess", "Classify"):
        if frame.exists(title):
            frame.link(title, f"{title} this pair", pair=pair.row_id)


def _agreement(found: dict[str, Space], model: Model) -> str:
    together = f"by {head_title(FUSED, model.encoders).split()[0].lower()}"
    shares = [
        f"**{space.agreement:.0%}** {together if name == FUSED else f'by the {MODALITIES[name].noun} alone'}"
        for name, space in found.items()
    ]
    return f"Of a pair's nearest neighbours, those with its label: {', '.join(shares)}."

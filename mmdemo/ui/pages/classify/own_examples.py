"""Pairs that a model's own data holds, to try the model on: those that it was tested on."""

from functools import partial
from itertools import islice, zip_longest

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.preprocess.shortened import shortened
from mmdemo.ui import data_choice, effect_view, frame, model_data, state, tiles
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.tiles import Tile

_OFFERED = 6  # in one row
_SAID = 60  # characters of a caption on a button


def offered(bundle: Bundle) -> tuple[str, ...]:
    """Return the ids of the pairs offered, none where the data is not here or drawn examples do."""
    if model_data.knows_everyday_things(bundle):
        return ()
    origin, _ = model_data.origin_of(bundle)
    return () if origin is None else _of_each_class(bundle, origin.dataset)


def draw(bundle: Bundle, chosen: str) -> None:
    """Draw the pairs offered, or why there are none. chosen: the id of the pair in use."""
    if model_data.knows_everyday_things(bundle):
        return
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        st.caption(f"There are no examples to try. {frame.plain(missing)}")
        return
    found = _of_each_class(bundle, origin.dataset)
    if found:
        st.markdown(f"Try pairs of {frame.plain(origin.dataset.name)}")
        tiles.offer([_tile(bundle, origin.dataset, row_id, n, row_id == chosen) for n, row_id in enumerate(found)])


def _of_each_class(bundle: Bundle, dataset: Dataset) -> tuple[str, ...]:
    """Return ids of held-out pairs that lack nothing the model reads, of each class in turn."""
    rows = data_choice.complete_rows(dataset.frame, bundle.model.encoders)
    tested = rows[rows.index.isin(effect_view.held_out(bundle, dataset))]
    of_classes = [list(ids) for _, ids in tested.groupby("label", sort=True).groups.items()]
    in_turn = (row_id for turn in zip_longest(*of_classes) for row_id in turn if row_id is not None)
    return tuple(map(str, islice(in_turn, _OFFERED)))


def _tile(bundle: Bundle, dataset: Dataset, row_id: str, number: int, chosen: bool) -> Tile:
    row, views = dataset.frame.loc[row_id], views_of(bundle.model.encoders)
    said = " · ".join(shortened(view.in_line(row[view.name]), _SAID) for view in views if view.written)
    called = f"Pair {number + 1}: {frame.plain(said)}" if said else f"Pair {number + 1}"
    seen = next((view for view in views if not view.written), None)
    drawn = None if seen is None else partial(seen.thumbnail, row[seen.name], f"Pair {number + 1}")
    return Tile(f"own_example_{number}", called, chosen, partial(_choose, row_id), drawn)


def _choose(row_id: str) -> None:
    st.query_params[state.PAIR] = row_id
    st.query_params[state.PAIR_OF] = state.OF_MODEL

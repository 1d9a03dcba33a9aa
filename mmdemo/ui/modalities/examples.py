"""The example pairs of image and caption that a visitor may try a model on."""

from functools import cache

import streamlit as st

from mmdemo.datasets.examples import ExamplePair, example_pairs
from mmdemo.ui import state
from mmdemo.ui.modalities import chosen_image
from mmdemo.ui.modalities.chosen_image import ChosenImage
from mmdemo.ui.pair import Pair


@cache
def by_name() -> dict[str, ExamplePair]:
    """Return the example pairs by name."""
    return {pair.name: pair for pair in example_pairs()}


def chosen() -> ExamplePair:
    """Return the example that the URL names, else the first."""
    pairs = by_name()
    return pairs.get(st.query_params.get(state.PAIR, ""), next(iter(pairs.values())))


def offered() -> bool:
    """Return whether the examples are offered: a model of other data can make nothing of them."""
    from mmdemo.ui import own_origin  # which draws datasets, and so needs this package

    return own_origin.knows_everyday_things(state.current_model())


def caption() -> str:
    """Return the caption of the example that is chosen, "" where none is offered."""
    return chosen().caption if offered() else ""


def image_of(name: str) -> ChosenImage:
    """Return the image of the example with this name."""
    return chosen_image.of_drawing(name, by_name()[name].image)


def pair_of(name: str) -> Pair:
    """Return the example with this name as a pair without a label."""
    return Pair({"image": image_of(name), "text": by_name()[name].caption}, "", name)

"""The image's way through a network."""

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.ui.modalities.chosen_image import ChosenImage
from mmdemo.ui.modalities.shown_walk import ShownWalk, shown_walk
from mmdemo.walkthrough import formulas
from mmdemo.walkthrough.image import Convolution, Stage
from mmdemo.walkthrough.networks import networks

_HELP = (
    "A **convolution** slides filters over an image. A **filter** is a small pattern of weights; it gives a "
    "**channel map**: a number for each place, high where the image fits the pattern. The next layer's filters read "
    "these maps in the same way. The numbers at the end are the image's **features**."
)
_ENLARGED = 104  # pixels on the screen


def section(bundle: Bundle, image: ChosenImage) -> None:
    """Draw what each layer of a network makes of an image."""
    known = networks(bundle.model)
    title = st.segmented_control(
        "Network", list(known), default=next(iter(known)), required=True, key="network", persist_state="session"
    )
    encoder = known[title]
    shown = shown_walk(f"{encoder.identity()} {encoder.settings}", image.key, encoder, image)
    walk = shown.walk
    if not walk.stages:
        st.info(f"{encoder.name} has no layers to look into.", icon=":material/info:")
        return
    _summary(shown)
    if walk.convolution is not None:
        st.header("One number, step by step", anchor=False, help=_HELP)
        _one_number(shown, walk.convolution)
    st.header("Layer by layer", anchor=False, help=_HELP)
    st.caption(
        "The 16 maps that react most to this image, the strongest first. Each has a scale of its own, from violet "
        "(lowest) to yellow (highest)."
    )
    _stages(shown)


def _summary(shown: ShownWalk) -> None:
    walk = shown.walk
    image, words = st.columns([1, 3], gap="large")
    with image:
        st.image(shown.framed, width=224, alt="The image as the network sees it, with a red frame around a patch")
    with words:
        first, last = walk.stages[0], walk.stages[-1]
        st.markdown(
            f"The network turns the **{int(np.prod(first.shape)):,} numbers** of this image into "
            f"**{last.shape[0]:,} features**, in {walk.layers} layers that hold {walk.parameters:,} weights."
        )
        st.markdown(" → ".join(f":blue-badge[{_shape(stage.shape)}]" for stage in walk.stages))
        growing = len(walk.stages) > 2 and walk.stages[-2].shape[-1] > walk.stages[1].shape[-1]
        st.caption(
            "Height × width × channels, stage by stage: ever fewer places, ever more kinds of things seen there."
            if growing
            else "Height × width × channels, step by step. One layer only: edges and colours, but no things."
        )


def _one_number(shown: ShownWalk, convolution: Convolution) -> None:
    neuron = convolution.neuron
    height, width, _, count = convolution.filter_shape
    images, numbers = st.columns([2, 3], gap="medium")  # more side by side would cut the formula
    with images:
        with st.container(horizontal=True):
            st.image(shown.patch, width=_ENLARGED, caption="Patch x", alt="A few pixels of the image, enlarged")
            st.image(shown.weights, width=_ENLARGED, caption="Filter W", alt="A filter as colours")
        st.caption(
            f"Where the image changes most (red frame), filter {neuron.channel + 1} answers loudest: "
            f"{height} × {width} pixels in 3 colours times as many weights, added up."
        )
    with numbers:
        st.latex(formulas.CONVOLUTION)
        st.latex(formulas.convolution(neuron))
    with images:
        st.image(shown.filters, width="content", alt=f"The first layer's {count} filters as coloured squares")
        st.caption(
            f"All {count} filters of the first convolution. Grey is weight 0; a filter answers to the colours that it "
            "shows, whether it was trained or is random."
        )


def _stages(shown: ShownWalk) -> None:
    told = ""
    for stage, maps in zip(shown.walk.stages[1:], shown.maps[1:], strict=True):
        _stage(stage, maps, stage.meaning if stage.meaning != told else "")
        told = stage.meaning


def _stage(stage: Stage, maps: bytes, meaning: str) -> None:
    with st.container(border=True):
        words, grid = st.columns([2, 5], gap="medium")
        with words:
            st.markdown(f"**{stage.title}**  \n{_shape(stage.shape)}")
            layers = f"{len(stage.layers)} layers · " if len(stage.layers) > 1 else ""
            st.caption(f"{layers}{stage.parameters:,} weights" if stage.parameters else "nothing to train here")
            if meaning:
                st.caption(meaning)
        with grid:
            if not maps:
                st.markdown(f"**{stage.shape[0]:,}** features stand for the image from here on.")
            else:
                told = f"the {stage.shown} strongest of its {stage.shape[2]} maps"
                st.image(maps, width="content", alt=f"{stage.title}: {told}")


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)

"""An image's way through a network as a page shows it, computed and compressed once for each image and network."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from mmdemo.encoders.image_encoder import ImageEncoder
from mmdemo.preprocess.thumbnail import png
from mmdemo.ui.modalities import chosen_image
from mmdemo.ui.modalities.chosen_image import ChosenImage
from mmdemo.walkthrough.channel_maps import enlarge, filter_tile
from mmdemo.walkthrough.image import ImageWalk, framed, walk_image
from mmdemo.walkthrough.neuron import Neuron


@dataclass(frozen=True)
class ShownWalk:
    """An image in a network; its images are PNG, b"" where there is none.

    walk: all but the maps of its stages. framed: the image, with a frame around the patch. patch, weights, filters: of
    the first convolution. maps: of each stage.
    """

    walk: ImageWalk
    framed: bytes
    patch: bytes
    weights: bytes
    filters: bytes
    maps: tuple[bytes, ...]


@st.cache_resource(max_entries=8, show_spinner="Looking into the network…")  # 1 MB each
def shown_walk(network: str, image: str, _encoder: ImageEncoder, _image: ChosenImage) -> ShownWalk:
    """Return what a network makes of an image; network, image: what tells each from every other."""
    walk = walk_image(_encoder, chosen_image.pixels(_image))
    first = walk.convolution
    return ShownWalk(
        walk=replace(walk, stages=tuple(replace(stage, maps=None) for stage in walk.stages)),
        framed=png(framed(walk)),
        patch=png(_patch(walk.pixels, first.neuron)) if first else b"",
        weights=png(filter_tile(first.neuron.weights)) if first else b"",
        filters=png(first.filters) if first else b"",
        maps=tuple(b"" if stage.maps is None else png(stage.maps) for stage in walk.stages),
    )


def _patch(pixels: np.ndarray, neuron: Neuron) -> np.ndarray:
    x, y, width, height = neuron.box
    edge = max(width, height)  # the patch may reach over the image's edge
    padded = np.pad(pixels, ((edge, edge), (edge, edge), (0, 0)), constant_values=255)
    return enlarge(padded[y + edge : y + edge + height, x + edge : x + edge + width])

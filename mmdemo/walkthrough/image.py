"""How an image becomes features, layer by layer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import cv2
import numpy as np

from mmdemo.encoders.image_encoder import ImageEncoder, ImageLike
from mmdemo.encoders.litert import Layer
from mmdemo.walkthrough.channel_maps import filter_grid, map_grid, strongest
from mmdemo.walkthrough.neuron import Neuron, telling_neuron

_SHOWN = 16
_TITLES = {
    "normalise": ("Pixels as numbers", "Red, green and blue of every pixel, scaled to the range the network expects."),
    "stem": ("First convolution", "Filters slide over the image; each responds where it finds its own small pattern."),
    "convolution": ("Convolution", "32 filters slide over the image; each responds where it finds its small pattern."),
    "pool": ("Pooling", "The highest of every 2 × 2 cells stays: half as wide, half as high."),
    "pooling": ("Pooling", "The highest of every 2 × 2 cells stays: half as wide, half as high."),
    "block": ("Block", "More filters, over the maps above: patterns of patterns."),
    "output": (
        "Last convolution",
        "The last maps: coarse in place, rich in meaning. The heat map on Classify uses them.",
    ),
    "average": ("Average", "Every map's average is one feature: how much of it there is, wherever it is."),
    "flatten": ("Flatten", "Every number becomes a feature of its own, so each place in the image is one."),
}

_POOLED = " Then the highest of every 2 × 2 cells stays."


@dataclass(frozen=True)
class Stage:
    """One stage of an image in a network: a layer, or several with maps of one shape.

    title, meaning: for a person. shape: of the output. parameters: the number of weights of its layers.
    maps: the strongest channels, uint8 (height, width, 4), or None where there is nothing to show.
    shown: the number of channels in `maps`.
    """

    title: str
    meaning: str
    layers: tuple[str, ...]
    shape: tuple[int, ...]
    parameters: int
    maps: np.ndarray | None
    shown: int


@dataclass(frozen=True)
class Convolution:
    """A network's first convolution.

    filters: uint8 (height, width, 4), side by side. filter_shape: (h, w, 3, n). neuron: one of its outputs, computed.
    """

    filters: np.ndarray
    filter_shape: tuple[int, ...]
    neuron: Neuron


@dataclass(frozen=True)
class ImageWalk:
    """One image in an encoder, stage by stage.

    pixels: the image as the encoder sees it, uint8 (size, size, 3). layers: their number; without layers there are
    no stages. convolution: the first one, or None if the encoder has none.
    """

    pixels: np.ndarray
    stages: tuple[Stage, ...]
    layers: int
    parameters: int
    convolution: Convolution | None


def walk_image(encoder: ImageEncoder, image: ImageLike, shown: int = _SHOWN) -> ImageWalk:
    """Return the output of each stage of the encoder for the image; raises an ImageError if it cannot be read."""
    pixels = encoder.square(image).pixels
    layers = encoder.layers(pixels)
    if layers and layers[-1].array.ndim == 3:
        layers.append(Layer("average", encoder.pool(layers[-1].array[np.newaxis])[0]))
    return ImageWalk(
        pixels=pixels,
        stages=tuple(_stage(run, shown) for run in _runs(layers)),
        layers=len(layers),
        parameters=sum(layer.parameters for layer in layers),
        convolution=_first_convolution(layers, encoder.ceiling),
    )


def _first_convolution(layers: Sequence[Layer], ceiling: float) -> Convolution | None:
    for before, layer in pairwise(layers):
        if layer.filters is not None:
            neuron = telling_neuron(before.array, layer.filters, layer.array, ceiling)
            return Convolution(filter_grid(layer.filters.weights), layer.filters.weights.shape, neuron)
    return None


def _runs(layers: Sequence[Layer]) -> list[list[Layer]]:
    # A block's layers (block02_expand, block02_depthwise, …) form one stage, as do blocks whose outputs have one shape.
    blocks = [list(run) for _, run in groupby(layers, lambda layer: layer.name.split("_")[0])]
    runs = groupby(blocks, lambda block: (_kind(block[0].name), block[-1].array.shape))
    return [[layer for block in run for layer in block] for _, run in runs]


def _kind(name: str) -> str:
    return re.sub(r"\d+$", "", name.split("_")[0])


def _stage(run: Sequence[Layer], shown: int) -> Stage:
    last = run[-1].array
    title, meaning = _TITLES.get(_kind(run[0].name), (run[0].name, ""))
    channels = strongest(last, shown) if last.ndim == 3 and last.shape[2] > 3 else np.empty(0, int)
    return Stage(
        title=_numbered(title, run),
        meaning=meaning + (_POOLED if any(layer.name.endswith("_pool") for layer in run) else ""),
        layers=tuple(layer.name for layer in run),
        shape=last.shape,
        parameters=sum(layer.parameters for layer in run),
        maps=map_grid(last, channels) if len(channels) else None,
        shown=len(channels),
    )


def _numbered(title: str, run: Sequence[Layer]) -> str:
    numbers = sorted({int(found.group(1)) for layer in run if (found := re.search(r"(\d+)(?:_|$)", layer.name))})
    if not numbers:
        return title
    return f"{title} {numbers[0]}" if len(numbers) == 1 else f"{title}s {numbers[0]}–{numbers[-1]}"


def framed(walk: ImageWalk) -> np.ndarray:
    """Return the image with a red frame around the patch that the neuron reads, if any, uint8 (size, size, 3)."""
    pixels = walk.pixels.copy()
    if walk.convolution is None:
        return pixels
    x, y, width, height = walk.convolution.neuron.box
    cv2.rectangle(pixels, (x - 4, y - 4), (x + width + 3, y + height + 3), (224, 36, 94), 2)
    return pixels

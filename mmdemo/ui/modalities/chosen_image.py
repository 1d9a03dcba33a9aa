"""Images on a page: what is shown of one, and what a model finds in it, are computed once for the same content."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation import effect
from mmdemo.modalities.image_preparation import side
from mmdemo.model.model import Model
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.thumbnail import jpeg, shrunk
from mmdemo.ui.modalities.aside import Aside
from mmdemo.ui.sandboxed import sandbox

SHOWN = 320  # pixels, the width of an image on a page
MINUTES = 60  # for which an image that nobody looks at is kept


@dataclass(frozen=True)
class ChosenImage:
    """An image that pages and models work on.

    key: what tells its content from that of every other image.
    source: a file's path, uint8 (h, w, 3), or what was kept of a visitor's file.
    """

    key: str
    source: str | np.ndarray | Aside = field(compare=False, repr=False)


def of_upload(content: bytes, name: str, wanted: Callable[[], bool] = lambda: True) -> ChosenImage:
    """Return the image of a file that a visitor sent; its content alone identifies it.

    wanted: whether the visitor is still there. Raises as `decode_foreign` does.
    """
    decoded = decode_foreign(sandbox(), content, name, wanted)
    return ChosenImage(hashlib.sha256(content).hexdigest(), Aside.of(decoded))


def of_file(path: str) -> ChosenImage:
    """Return the image of a file on this machine; when the file changes, it is another image."""
    return ChosenImage(f"{path} {changed(path)}", path)


def of_drawing(name: str, pixels: np.ndarray) -> ChosenImage:
    """Return a drawn image, uint8 (h, w, 3); the name must be that of one drawing only."""
    return ChosenImage(f"drawing {name}", pixels)


def pixels(image: ChosenImage) -> np.ndarray:
    """Return uint8 (h, w, 3), not to be written to; raises an ImageError for a bad file."""
    return _decoded(image.key, image).pixels


def shown(image: ChosenImage, width: int = SHOWN) -> bytes:
    """Return a JPEG of at most this width (pixels) for a page; raises an ImageError for a bad file."""
    return _small(image.key, width, image).jpeg


def notes(image: ChosenImage) -> tuple[str, ...]:
    """Return sentences on what was special about the file; raises an ImageError for a bad one."""
    return _small(image.key, SHOWN, image).notes


def prepared(model: Model, image: ChosenImage | None, settings: ImageSettings) -> ChosenImage | None:
    """Return the image as a preparation hands it to the model; itself where nothing is changed."""
    if image is None or settings == ImageSettings():
        return image
    encoder = model.encoders.get("image")
    return _prepared(image.key, f"{settings} {side(encoder)} {encoder and encoder.settings}", model, image, settings)


def single_operations(bundle: Bundle, image: ChosenImage) -> dict[str, Evidence]:
    """Return title → what the model finds in the image after each operation of the preparation alone."""
    return _single_operations(bundle.key, image.key, bundle.model, image)


def evidence(bundle: Bundle, image: ChosenImage) -> Evidence:
    """Return what the model finds in an image, kept so that another caption leaves the network alone.

    Raises an ImageError for a bad file.
    """
    return _evidence(bundle.key, image.key, bundle.model, image)


@dataclass(frozen=True)
class _Decoded:
    """pixels: uint8 (h, w, 3). notes: on the file."""

    pixels: np.ndarray
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Small:
    jpeg: bytes
    notes: tuple[str, ...]


# All visitors share these: who sends the same bytes sees the same image, and no one else does.
@st.cache_resource(max_entries=2, ttl=MINUTES * 60, show_spinner=False)  # 7 MB each; reading one again is quick
def _decoded(key: str, _image: ChosenImage) -> _Decoded:
    if isinstance(_image.source, Aside):
        return _Decoded(_image.source.pixels(), _image.source.notes)
    if isinstance(_image.source, np.ndarray):
        return _Decoded(np.broadcast_to(_image.source, _image.source.shape))  # a view that cannot be written to
    decoded = decode(_image.source)
    return _Decoded(np.broadcast_to(decoded.pixels, decoded.pixels.shape), decoded.notes)


@st.cache_resource(max_entries=100, ttl=MINUTES * 60, show_spinner=False)  # 30 KB each
def _small(key: str, width: int, _image: ChosenImage) -> _Small:
    decoded = _decoded(key, _image)
    return _Small(jpeg(shrunk(decoded.pixels, width / decoded.pixels.shape[1])), decoded.notes)


@st.cache_resource(max_entries=3, ttl=MINUTES * 60, show_spinner=False)  # 7 MB each, up to 14 MB when turned
def _prepared(key: str, how: str, _model: Model, _image: ChosenImage, _settings: ImageSettings) -> ChosenImage:
    return ChosenImage(f"{key} {how}", effect.prepared(_model, "image", pixels(_image), _settings))


@st.cache_resource(max_entries=3, ttl=MINUTES * 60, show_spinner=False)  # 4 MB each; 30 MB of the article's network
def _single_operations(model: str, key: str, _model: Model, _image: ChosenImage) -> dict[str, Evidence]:
    return effect.single_operations(_model, "image", pixels(_image))


@st.cache_resource(max_entries=20, ttl=MINUTES * 60, show_spinner=False)  # 0.4 MB each; 4 MB of the article's network
def _evidence(model: str, key: str, _model: Model, _image: ChosenImage) -> Evidence:
    return _model.examine({"image": _decoded(key, _image).pixels})["image"]


def changed(path: str) -> str:
    """Return what becomes another text when a file changes."""
    try:
        found = os.stat(path)
    except OSError:  # decoding says so in a sentence
        return "missing"
    return f"{found.st_mtime_ns} {found.st_size}"

"""The image modality: its nouns, its encoders, and the cells that an answer is divided among."""

import os

import numpy as np

from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.image_encoder import pixels_of
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.modalities.cells import CELLS, cell_part
from mmdemo.modalities.familiar_image import FAMILIAR
from mmdemo.modalities.image_corruptions import CORRUPTIONS, shrink
from mmdemo.modalities.image_preparation import PREPARATION
from mmdemo.modalities.likeness import Likeness
from mmdemo.modalities.modality import Modality
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.image_hash import leaders
from mmdemo.preprocess.look_alikes import key_of, look_alikes, look_of
from mmdemo.preprocess.source import image_digest


def _mosaics() -> list[np.ndarray]:
    """Return six images of 8 × 8 coloured squares, uint8 (160, 160, 3)."""
    colours = np.random.default_rng(42).integers(0, 256, (6, 8, 8, 3)).astype(np.uint8)
    return list(colours.repeat(20, axis=1).repeat(20, axis=2))


IMAGE = Modality(
    name="image",
    noun="image",
    question="How images are read",
    colour="#2a78d6",
    icon=":material/image:",
    settings=ImageSettings,
    missing=lambda value, settings: value is None,
    types=(str, os.PathLike, bytes, np.ndarray),
    expected="a path, a file's bytes or uint8 (h, w, 3)",
    written="Image file",
    example="photo.jpg",
    drawn=True,
    encoders={
        "efficientnet": EfficientNetEncoder,
        "trained_cnn": TrainedCNNEncoder,
        "article_cnn": ArticleCNNEncoder,
    },
    default="efficientnet",
    presets={"scratch": ("trained_cnn", {}), "article": ("article_cnn", {"size": 224})},
    parts=cell_part,
    units=CELLS,
    preparation=PREPARATION,
    corruptions=CORRUPTIONS,
    opened=lambda image: shrink(pixels_of(image)),
    samples=_mosaics,
    digest=image_digest,
    likeness=Likeness(key_of, key_of, look_of, leaders, look_alikes),
    most_tied=0.2,
    distinct=True,
    familiar=FAMILIAR,
)

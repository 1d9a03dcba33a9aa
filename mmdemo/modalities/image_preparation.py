"""How images are prepared, one operation at a time or several."""

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.preparation import Preparation
from mmdemo.preprocess.changes import image_in_words
from mmdemo.preprocess.image import ImageSettings, adjust, to_square

_SIDE = 224  # pixels, where the model has no image encoder


def side(encoder: Encoder | None) -> int:
    """Return the side (pixels) of the square that an image encoder sees."""
    return int(getattr(encoder, "size", _SIDE))


def prepared_image(encoder: Encoder | None, pixels: np.ndarray, settings: ImageSettings) -> np.ndarray:
    """Return the image as it is handed to the model: made a square only where the model would not."""
    if settings == ImageSettings():
        return pixels
    adjusted, own = adjust(pixels, settings), encoder.settings if encoder else ImageSettings()
    if settings.resize == own.resize:
        return adjusted
    return to_square(adjusted, side(encoder), settings.resize).pixels


PREPARATION = Preparation(
    operations={
        "A quarter turn": ImageSettings(rotate=90),
        "Upside down": ImageSettings(rotate=180),
        "Mirrored": ImageSettings(flip="horizontal"),
        "No colours": ImageSettings(grey=True),
        "30 % darker": ImageSettings(brightness=-0.3),
        "30 % brighter": ImageSettings(brightness=0.3),
        "Half the contrast": ImageSettings(contrast=0.5),
        "Central square": ImageSettings(resize="crop"),
        "Stretched": ImageSettings(resize="stretch"),
    },
    apply=prepared_image,
    phrases=image_in_words,
)

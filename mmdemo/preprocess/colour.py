"""Bring every kind of decoded image to 8-bit RGB: transparency on white, 16 bits scaled to 8."""

import cv2
import numpy as np
from PIL import Image


def to_rgb(image: Image.Image) -> np.ndarray:
    """Return a loaded image of any Pillow mode as uint8 (height, width, 3), RGB 0–255.

    Transparent pixels are laid on white: `colour · α + 255 · (1 − α)`.

    >>> to_rgb(Image.new("RGBA", (2, 1), (200, 0, 0, 51)))[0, 0].tolist()
    [244, 204, 204]
    """
    if image.mode.startswith("I"):
        return _from_integers(image)
    if image.has_transparency_data:
        image = _on_white(image)
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "La":
        image = image.convert("LA")  # Pillow has no direct way from La to RGBA
    if image.mode != "RGBA":
        image = image.convert("RGBA")
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image, mask=image)
    return canvas


def _from_integers(image: Image.Image) -> np.ndarray:
    """Scale a 16-bit grey image; Pillow's own conversion clips at 255, which turns nearly all of it white."""
    values = np.asarray(image)
    # The upper byte: what Pillow takes of 16-bit RGB, and exact for 8-bit values stored in 16 (v · 257).
    grey = (np.clip(values, 0, 65535) >> 8).astype(np.uint8)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey[values == transparent] = 255
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB))

"""A visitor's decoded image, put aside on the disk: 7 MB a visitor would add up in memory."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from mmdemo.preprocess.opened_image import DecodedImage
from mmdemo.storage.spilled import Spilled


@dataclass(frozen=True)
class Aside:
    """An image's pixels on the disk, and the sentences on what was special about its file."""

    notes: tuple[str, ...]
    _shape: tuple[int, ...]
    _bytes: Spilled

    @classmethod
    def of(cls, image: DecodedImage) -> Self:
        """Put an image aside; raises an MMDemoError where the disk is full."""
        return cls(image.notes, image.pixels.shape, Spilled(image.pixels.tobytes()))

    def pixels(self) -> np.ndarray:
        """Return uint8 (h, w, 3), not to be written to."""
        return np.frombuffer(self._bytes.read(), np.uint8).reshape(self._shape)

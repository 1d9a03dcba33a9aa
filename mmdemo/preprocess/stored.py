"""What every format's reader returns: an image as it stands in its file, not yet decoded."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from PIL.ImageFile import ImageFile

PILLOWS = 4.5
"""Bytes of memory a pixel: four of an image of Pillow, and what its reader takes."""


@dataclass(frozen=True)
class Rows:
    """A decoded image of which parts can be taken.

    size: its (width, height) in pixels. of: top, bottom → these rows, in any mode of Pillow.
    """

    size: tuple[int, int]
    of: Callable[[int, int], Image.Image]


@dataclass(frozen=True)
class Stored:
    """An image in its file; its costs are known to be within the limits.

    size: (width, height) in pixels, not yet upright.
    load: long_side → its pixels; fewer of them, where that is cheaper, but at least `long_side` along the long side.
    exif: its EXIF block, b"" if it has none. animated: whether more frames follow.
    profile: its ICC profile, b"" if it has none; longer than MAX_PROFILE where it is too long.
    plain: a file of the same pixels and nothing else, b"" where there is none at hand.
    bytes_a_pixel: that decoding takes at most, of the pixels of `size`; bounded: whether that is sure.
    """

    size: tuple[int, int]
    load: Callable[[int], Rows]
    exif: bytes = b""
    animated: bool = False
    profile: bytes = b""
    plain: bytes = b""
    bytes_a_pixel: float = PILLOWS
    bounded: bool = True

    @property
    def megabytes(self) -> float:
        """The memory, 10^6 bytes, that decoding takes at most, besides that of the file."""
        return self.bytes_a_pixel * self.size[0] * self.size[1] / 1e6


def loaded(image: ImageFile) -> Rows:
    """Decode an image that Pillow has opened."""
    image.load()
    whole = (0, image.height)
    return Rows(
        image.size,
        lambda top, bottom: image if (top, bottom) == whole else image.crop((0, top, image.width, bottom)),
    )

"""What decoding a JPEG takes, by its frame and its scans."""

from dataclasses import dataclass
from math import ceil

from mmdemo.errors import ImageError
from mmdemo.preprocess import limits

_START = b"\xff\xda"
_MAX_SCANS = 50  # about 10 are usual; each passes over the whole image, however few bytes it has
_MAX_BYTES = 110_000_000  # of coefficients, which libjpeg keeps where there are several scans, and of pixels
_BLOCK = 128  # bytes of a block's coefficients
_PIXEL = 4  # bytes that Pillow takes for a pixel


@dataclass(frozen=True)
class Frame:
    """A JPEG's frame.

    body: the segment that describes it. progressive: whether its scans refine each other.

    >>> frame = Frame(bytes([8, 0, 16, 0, 24, 1, 7, 0x11, 0]), False)
    >>> frame.size, frame.components, frame.blocks
    ((24, 16), 1, 6)
    """

    body: bytes
    progressive: bool

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return int.from_bytes(self.body[3:5], "big"), int.from_bytes(self.body[1:3], "big")

    @property
    def components(self) -> int:
        """The number of colours that are stored."""
        return self.body[5]

    @property
    def blocks(self) -> int:
        """The number of 8 × 8 blocks of all components; those of a coarser one are fewer."""
        sampling = [(byte >> 4, byte & 15) for byte in self.body[7 : 6 + 3 * self.components : 3]]
        widest, highest = (max(1, *sides) for sides in zip(*sampling, strict=True))
        width, height = self.size
        units = ceil(width / (8 * widest)) * ceil(height / (8 * highest))
        return units * sum(across * down for across, down in sampling)


def reduction(size: tuple[int, int], long_side: int) -> int:
    """Return 8, 4, 2 or 1: by how much libjpeg can divide both sides and still leave `long_side` pixels of the longer.

    It takes a third of the time, and the pixels' memory divided by the square.
    """
    fitting = (factor for factor in (8, 4, 2) if max(size) // factor >= long_side and min(size) >= factor)
    return next(fitting, 1)


def check(frame: Frame, data: bytes, first: int, name: str) -> float:
    """Return the bytes that a JPEG takes for a pixel; raise an ImageError if it takes too much memory or time.

    first: the position in data of the first scan.
    """
    limits.check_pixels(frame.size, limits.MAX_JPEG_PIXELS, "JPEG", name)
    pixels, factor = frame.size[0] * frame.size[1], reduction(frame.size, limits.LONG_SIDE)
    if not frame.progressive and data[first + 4] == frame.components:
        # Whole after this scan: libjpeg reads no further, and what follows may be a motion photo's video.
        return _PIXEL / factor**2
    count = data.count(_START, first)
    if count > _MAX_SCANS:
        raise ImageError(f"{name} is a JPEG of {count:,} scans; open it in an image editor and save it again.")
    taken = _BLOCK * frame.blocks + _PIXEL * pixels // factor**2
    limits.check_pixels(frame.size, pixels * _MAX_BYTES / taken, "progressive JPEG", name)
    return taken / pixels

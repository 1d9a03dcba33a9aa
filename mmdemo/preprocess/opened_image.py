"""An image file that is opened but not yet decoded, and how it is decoded in this process."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess import avif, bmp, gif, heic, jpeg, png, tiff, webp
from mmdemo.preprocess.colour_profile import is_simple, is_srgb, name
from mmdemo.preprocess.exif import orientation
from mmdemo.preprocess.formats import recognise
from mmdemo.preprocess.limits import MAX_PROFILE
from mmdemo.preprocess.reduced import reduced
from mmdemo.preprocess.srgb import ToSRGB
from mmdemo.preprocess.stored import Stored

# The readers are named here, rather than found by `Image.open`: it tries more formats, warns on stderr
# above 89 megapixels, and mistakes a phone's JPEG with a depth map for an animation.
_READERS: dict[str, Callable[[bytes, str], Stored]] = {
    "PNG": png.stored,
    "JPEG": jpeg.stored,
    "WebP": webp.stored,
    "GIF": gif.stored,
    "BMP": bmp.stored,
    "TIFF": tiff.stored,
    "HEIC": heic.stored,
    "AVIF": avif.stored,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class DecodedImage:
    """A decoded image.

    pixels: uint8 (height, width, 3), sRGB 0–255, upright, transparency on white, at most `long_side` px long.
    format: one of `formats.FORMATS`, by content.
    size: (width, height) as stored in the file, before reduction and orientation; of TIFF, HEIC and AVIF upright.
    notes: sentences for a person on how it was read.
    """

    pixels: np.ndarray
    format: str
    size: tuple[int, int]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenedImage:
    """An image file of which the head was read; its costs are known to be within the limits.

    name: in messages. kind: its format, by content.
    """

    name: str
    kind: str
    stored: Stored

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) in pixels as it stands upright."""
        width, height = self.stored.size
        return (height, width) if orientation(self.stored.exif) >= 5 else (width, height)

    @property
    def other_colours(self) -> str | None:
        """The name of its colour profile where that is not sRGB, "" where it has none or cannot be used, else None."""
        profile = self.stored.profile
        if not profile or is_srgb(profile):
            return None
        return name(profile) if len(profile) <= MAX_PROFILE else ""

    @property
    def bounded(self) -> bool:
        """Whether what decoding costs is sure to be within the limits; else a child process has to bound it."""
        return self.stored.bounded and is_simple(self.stored.profile)

    def decode(self, long_side: int) -> DecodedImage:
        """Decode it, at most `long_side` px long; raises an ImageError where it is damaged."""
        stored = self.stored
        with _damage_as_image_error(self.name, self.kind):
            colours, pixels = _reduced(stored, long_side)
            pixels = colours.of_pixels(pixels)
            notes = tuple(filter(None, [*_notes(stored, self.kind, pixels), colours.note]))
            return DecodedImage(_upright(pixels, stored.exif), self.kind, stored.size, notes)


def opened(data: bytes, name: str) -> OpenedImage:
    """Read the head of an image file; raises an ImageError if it is of another format, damaged or too large."""
    kind = recognise(data, name)
    with _damage_as_image_error(name, kind):
        return OpenedImage(name, kind, _stored(data, kind, name))


@contextmanager
def _damage_as_image_error(name: str, kind: str) -> Iterator[None]:
    try:
        yield
    except ImageError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ImageError(f"{name} takes too much memory to read: make it smaller first.") from error
    except Exception as error:  # Pillow raises a dozen unrelated errors for damaged bytes, including AssertionError
        raise ImageError(
            f"{name} cannot be read: its {kind} data is damaged, incomplete or of a rare kind; "
            "open it in an image editor and save it again."
        ) from error


def _stored(data: bytes, kind: str, name: str) -> Stored:
    # A person cannot act on warnings such as that of a GIF's claimed size.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        return _READERS[kind](data, name)


def _reduced(stored: Stored, long_side: int) -> tuple[ToSRGB, np.ndarray]:
    """Return the pixels of an image, shrunk, and what is still to be done to their colours."""
    rows = stored.load(long_side)
    colours = ToSRGB(stored.profile, inks=bool(stored.profile) and rows.of(0, 1).mode == "CMYK")
    return colours, reduced(colours.of_rows(rows), stored.size, long_side)


def _notes(stored: Stored, kind: str, pixels: np.ndarray) -> Iterator[str]:
    if stored.animated:
        paged = kind == "TIFF"
        yield "TIFF of several pages: its first is used." if paged else f"Animated {kind}: its first frame is used."
    if pixels.shape[1::-1] != stored.size:
        yield f"Read at reduced size, {_in_words(pixels.shape[1::-1])} of {_in_words(stored.size)} px."


def _in_words(size: tuple[int, ...]) -> str:
    return f"{size[0]:,} × {size[1]:,}"


def _upright(pixels: np.ndarray, exif: bytes) -> np.ndarray:
    turn = _UPRIGHT.get(orientation(exif))
    return pixels if turn is None else np.asarray(Image.fromarray(pixels).transpose(turn))

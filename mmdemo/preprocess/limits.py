"""Refuse, before any pixel is decoded, images that would cost too much memory or time."""

from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from mmdemo.errors import ImageError

MAX_PIXELS = 25_000_000
MAX_JPEG_PIXELS = 100_000_000  # decoded at reduced size
MAX_PROGRESSIVE_PIXELS = 50_000_000  # libjpeg holds all of their coefficients: 3 to 6 bytes a pixel
MAX_SIDE = 65_535  # what most formats allow; resizing takes memory by the side, too
MAX_SCANS = 100  # about 10 are usual; each costs a pass over the whole image, however few bytes it has

_START_OF_SCAN = b"\xff\xda"


def check_cost(image: ImageFile, data: bytes, kind: str, name: str) -> None:
    """Raise an ImageError if an image, opened from data but not yet decoded, has too many pixels or scans."""
    passes = scans(image, data) if isinstance(image, JpegImageFile) else 1
    if passes > MAX_SCANS:
        raise ImageError(f"{name} is a JPEG of {passes:,} scans; open it in an image editor and save it again.")
    if kind != "JPEG":
        _check_pixels(image.size, MAX_PIXELS, kind, name)
    elif passes == 1:
        _check_pixels(image.size, MAX_JPEG_PIXELS, kind, name)
    else:
        _check_pixels(image.size, MAX_PROGRESSIVE_PIXELS, "progressive JPEG", name)


def _check_pixels(size: tuple[int, int], most: int, kind: str, name: str) -> None:
    width, height = size
    if max(size) > MAX_SIDE:
        raise ImageError(f"{name} has {width:,} × {height:,} px; at most {MAX_SIDE:,} a side are read: crop it first.")
    if width * height > most:
        raise ImageError(
            f"{name} has {width * height / 1e6:,.1f} megapixels ({width:,} × {height:,} px); "
            f"at most {most / 1e6:.0f} are read of a {kind}: make it smaller first."
        )


def scans(image: JpegImageFile, data: bytes) -> int:
    """Return the number of scans in a JPEG: 1 for most photographs, more if it is progressive.

    An image that is whole after its first scan counts as 1, because libjpeg reads no further: what follows
    may be a motion photo's video.
    """
    assert image.fp is not None  # open until the pixels are read
    start = data.rfind(_START_OF_SCAN, 0, image.fp.tell())  # Pillow stops after the first scan's header
    components = data[start + 4]
    if components == image.layers and "progressive" not in image.info:
        return 1
    return data.count(_START_OF_SCAN, start)

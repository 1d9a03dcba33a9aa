"""Refuse, before any pixel is decoded, images that would cost too much memory or time.

Together the limits keep an image below 150 MB and 3 s of one processor, its file's bytes included; where no limit can,
as with lossless WebP, TIFF, HEIC and AVIF, a child process decodes it within that budget.
"""

from mmdemo.errors import ImageError

LONG_SIDE = 1500  # px that are kept of the longer side: plenty for any encoder
MAX_EXIF = 65_536  # bytes that are read of an EXIF block
MAX_PROFILE = 4_000_000  # bytes of a colour profile; those of printers have up to 3 million
MAX_PIXELS = 25_000_000
MAX_JPEG_PIXELS = 100_000_000  # decoded at reduced size
MAX_SIDE = 65_535  # what most formats allow; resizing takes memory by the side, too
MAX_BLOCKS = 100_000  # segments, chunks or blocks of a file: a GIF of 25 MB has so many; each is a step in Python


def check_pixels(size: tuple[int, int], most: float, kind: str, name: str) -> None:
    """Raise an ImageError if an image of (width, height) has more than `most` pixels, or too long a side."""
    width, height = size
    if max(size) > MAX_SIDE:
        raise ImageError(f"{name} has {width:,} × {height:,} px; at most {MAX_SIDE:,} a side are read: crop it first.")
    if width * height > most:
        raise ImageError(
            f"{name} has {width * height / 1e6:,.1f} megapixels ({width:,} × {height:,} px); "
            f"{'an' if kind[0] in 'AEIO' else 'a'} {kind} may have at most {most / 1e6:.0f}: make it smaller first."
        )


def check_bytes(data: bytes, most: int, kind: str, name: str) -> None:
    """Raise an ImageError if a file has more than `most` bytes."""
    if len(data) > most:
        raise ImageError(
            f"{name} has {len(data) / 1e6:,.1f} MB; a {kind} may have at most {most / 1e6:.0f} MB: "
            "open it in an image editor and save it as PNG."
        )


def too_many(name: str, what: str) -> ImageError:
    """Return the error for a file that is cut into too many pieces, such as "segments"."""
    return ImageError(
        f"{name} has more than {MAX_BLOCKS:,} {what}, far more than an image needs: "
        "open it in an image editor and save it again."
    )

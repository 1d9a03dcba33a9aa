"""Decode an image file: the only way from a file's bytes to pixels."""

import os
from functools import lru_cache

from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.preprocess.limits import LONG_SIDE
from mmdemo.preprocess.opened_image import DecodedImage, OpenedImage, opened
from mmdemo.preprocess.source import read, shown_name
from mmdemo.sandbox.sandbox import Sandbox


def decode(
    source: str | os.PathLike | bytes, name: str | None = None, long_side: int = LONG_SIDE
) -> DecodedImage:
    """Decode an image from a path or from a file's bytes.

    name: its name in messages; the file's own name by default.
    long_side: px of the longer side to which a larger image is shrunk.

    A file of which nothing shows the cost beforehand, such as a lossless WebP, is decoded in a child process, within a
    budget. Raises ImageError, in one sentence for a person, if it is missing, of another format, damaged or too large.

    >>> import io
    >>> from PIL import Image
    >>> file = io.BytesIO()
    >>> Image.new("L", (4, 3), 128).save(file, "PNG")
    >>> image = decode(file.getvalue(), name="grey.png")
    >>> image.format, image.size, image.pixels.shape, image.notes
    ('PNG', (4, 3), (3, 4, 3), ())
    """
    shown = shown_name(source, name)
    data = read(source, shown)
    image = opened(data, shown)
    if image.bounded:
        del data  # the reader keeps what it needs
        return image.decode(long_side)
    return decode_foreign(sandbox(), data, shown, long_side=long_side)


def opened_head(source: str | os.PathLike | bytes, name: str | None = None) -> OpenedImage:
    """Return an image of which only the file's head is read, not decoded.

    Raises ImageError if it is missing, of another format, too large, or its head is damaged.
    """
    shown = shown_name(source, name)
    return opened(read(source, shown), shown)


def stored_size(source: str | os.PathLike | bytes, name: str | None = None) -> tuple[int, int]:
    """Return (width, height) in pixels of an image as it stands upright; raises as `opened_head` does."""
    return opened_head(source, name).upright_size


@lru_cache(maxsize=1)
def sandbox() -> Sandbox:
    """Return the child process that decodes images of which nothing shows the cost beforehand."""
    return Sandbox()

"""The source of an image: its name in messages, and its bytes."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from mmdemo.errors import ImageError
from mmdemo.preprocess.formats import refusal
from mmdemo.storage.reading import Content, NotRegularError, TooLargeError, content, read_bytes

MAX_BYTES = 25_000_000

_LONGEST_NAME = 80


def shown_name(source: str | os.PathLike | bytes, name: str | None = None) -> str:
    """Return an image's name for messages: its file name without folders, printable and not too long.

    >>> shown_name("/home/ann/cat.png"), shown_name(b"...", name="dog.png"), shown_name(b"...")
    ('cat.png', 'dog.png', 'The image')
    """
    if name is None:
        name = "" if isinstance(source, bytes) else os.fsdecode(source)
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    printable = "".join(character if character.isprintable() else "�" for character in last)
    if len(printable) > _LONGEST_NAME:
        printable = f"{printable[:50]}…{printable[-25:]}"
    return printable or "The image"


def read(source: str | os.PathLike | bytes, name: str) -> bytes:
    """Return the bytes of an image file, or the bytes given, at most MAX_BYTES of them.

    Raises ImageError if the file is missing, not a file, not permitted, unreadable or too large.
    """
    if isinstance(source, bytes):
        if len(source) > MAX_BYTES:
            raise _too_large(len(source), name)
        return source
    with _explained(name):
        return read_bytes(os.fsdecode(source), MAX_BYTES)


def image_content(image: str | os.PathLike) -> Content:
    """Return the digest of an image file and why its format is refused; it is read once a process.

    Raises an OSError or ValueError where it cannot be read.
    """
    return content(image, refusal)


def image_digest(image: str | os.PathLike | bytes) -> str:
    """Return the SHA-256 (hex) of an image file or its bytes; raises an ImageError where it cannot be read."""
    if isinstance(image, bytes):
        return hashlib.sha256(image).hexdigest()
    with _explained(shown_name(image)):
        return image_content(image).sha256


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Raise an ImageError in the place of what keeps a file from being read."""
    try:
        yield
    except TooLargeError as error:
        raise _too_large(error.size, name) from error
    except IsADirectoryError as error:
        raise ImageError(f"{name} is a folder, not an image; choose a file inside it.") from error
    except NotRegularError as error:
        raise ImageError(f"{name} is a device or a pipe, not an image; choose a file.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ImageError(f"{name} was not found; check its path and spelling.") from error
    except PermissionError as error:
        raise ImageError(f"{name} cannot be read by this account; change its permissions.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise ImageError(f"{name} cannot be read ({reason}); copy it elsewhere or choose another.") from error


def _too_large(length: int, name: str) -> ImageError:
    return ImageError(
        f"{name} has {length / 1e6:,.1f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read: make the image smaller."
    )

"""Recognise a file by its first bytes, never by its name."""

import codecs
import re

from mmdemo.errors import ImageError
from mmdemo.preprocess import heic
from mmdemo.storage.reading import HEAD

FORMATS = {
    "PNG": ("png", "apng"),
    "JPEG": ("jpg", "jpeg", "jpe", "jfif", "mpo"),
    "WebP": ("webp",),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "TIFF": ("tif", "tiff"),
    "HEIC": ("heic", "heif", "hif"),
    "AVIF": ("avif",),
}
"""The formats that are read → the endings that their files have, without a dot."""

ENDINGS = tuple(ending for endings in FORMATS.values() for ending in endings)
READABLE = "PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF"

_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

_OTHER_IMAGES = (
    (b"II+\x00", "a TIFF image of the kind for more than 4 GB"),
    (b"MM\x00+", "a TIFF image of the kind for more than 4 GB"),
    (b"8BPS", "a Photoshop document"),
    (b"%PDF", "a PDF document"),
    (b"\x00\x00\x01\x00", "an ICO icon"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"qoif", "a QOI image"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x1aE\xdf\xa3", "a video"),
)


def recognise(data: bytes, name: str) -> str:
    """Return the format of an image file's bytes, one of `FORMATS`.

    name: the file's name in messages.

    Raises ImageError, which names the format where it is a known one, if the file is of any other.

    >>> recognise(b"GIF89a" + bytes(20), "cat.png")
    'GIF'
    """
    readable = _readable(data[:HEAD])
    if readable is None:
        raise ImageError(f"{name}{refusal(data)}")
    return readable


def refusal(data: bytes) -> str:
    """Return what is wrong with a file that begins with these bytes, worded to follow its name; "" if it can be read.

    >>> refusal(b"GIF89a"), refusal(b"")
    ('', ' is empty (0 bytes); choose a PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF image.')
    """
    return _refusal(data[:HEAD]) if _readable(data[:HEAD]) is None else ""


def _readable(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WebP"
    # Two letters alone would mistake a text on BMWs for a bitmap.
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return "TIFF"
    kind = _in_iso_container(head)
    return None if kind == "HEIC" and not heic.installed() else kind


def _refusal(head: bytes) -> str:
    if not head:
        return f" is empty (0 bytes); choose a {READABLE} image."
    if _is_svg(head):
        return ": SVG drawings are not read here: export it as PNG first."
    if _in_iso_container(head):
        return ": HEIC images need the package pi-heif, which is not installed here: save it as JPEG."
    if image := _starting(head, _OTHER_IMAGES):
        return f" is {image}, which is not read here; export it as PNG or JPEG first."
    if other := _starting(head, _OTHER_FILES) or ("a video" if _is_iso_container(head) else _text(head)):
        return f" is {other}, not an image; choose a {READABLE} image."
    return f" is not an image of a format read here; choose a {READABLE} image."


def _starting(head: bytes, magics: tuple[tuple[bytes, str], ...]) -> str | None:
    return next((what for magic, what in magics if head.startswith(magic)), None)


def _in_iso_container(head: bytes) -> str | None:
    """Return which image an ISO base media file holds, by the brands in its first box; None if none."""
    if not _is_iso_container(head):
        return None
    brands = head[8 : int.from_bytes(head[:4], "big")]
    if re.search(rb"avi[fs]", brands):
        return "AVIF"
    if re.search(rb"hei[cxms]|hev[cx]|mif1|msf1", brands):
        return "HEIC"
    return None


def _is_iso_container(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _is_svg(head: bytes) -> bool:
    start = head.removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    return start.startswith((b"<svg", b"<!doctype svg")) or (start.startswith((b"<?xml", b"<!--")) and b"<svg" in start)


def _text(head: bytes) -> str | None:
    start = head.removeprefix(_BYTE_ORDER_MARK).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if _CONTROLS.search(head):
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # incremental, as the head may end inside a character
    except UnicodeDecodeError:
        return None
    return "text"

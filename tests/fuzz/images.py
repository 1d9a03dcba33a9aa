"""Image files: decoded in the process, with checksums mended so that damage gets further, and in the sandbox."""

import struct
import zlib
from pathlib import Path

import numpy as np

from mmdemo.errors import MMDemoError
from mmdemo.preprocess.decode import decode, stored_size
from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.sandbox.budget import AbandonedError, BudgetError, BusyError
from mmdemo.sandbox.sandbox import Sandbox
from tests import hostile_images as hostile
from tests.colour_profiles import P3, ink_profile, rgb_profile
from tests.fuzz.target import Reader, Target, all_tried
from tests.picture_files import one_of_each, png_header, resized_jpeg, scan_bomb

_TOKENS = (
    b"\xff\xd8\xff",
    b"\xff\xda",
    b"\xff\xc0",
    b"\xff\xc2",
    b"\xff\xe1",
    b"\xff\xdb",
    b"\xff\xd0",
    b"Exif\0\0",
    b"IHDR",
    b"IDAT",
    b"PLTE",
    b"tRNS",
    b"acTL",
    b"fcTL",
    b"eXIf",
    b"iCCP",
    b"VP8 ",
    b"VP8L",
    b"VP8X",
    b"ANIM",
    b"ANMF",
    b"ALPH",
    b"\x21\xf9\4",
    b"\x21\xfe",
    b",\0\0\0\0",
    b"GIF89a",
    b"BM",
    b"RIFF",
    b"WEBP",
    b"\x89PNG\r\n\x1a\n",
    b"ICC_PROFILE\0",
    b"acsp",
    b"II*\0",
    b"MM\0*",
    b"ftyp",
    b"meta",
    b"pitm",
    b"iloc",
    b"iprp",
    b"ipco",
    b"ipma",
    b"ispe",
    b"irot",
    b"clap",
    b"colr",
    b"hvcC",
    b"av1C",
    b"mdat",
)


def _seeds() -> list[bytes]:
    small = (
        hostile.jpeg_segments(600),
        hostile.jpeg_filled(300),
        hostile.jpeg_scans(20),
        hostile.jpeg_refined(9, 64),
        hostile.png_chunks(20),
        hostile.png_empty_pixels(20),
        hostile.png_deep(40, 30, interlace=1),
        hostile.gif_comments(300),
        hostile.gif_frames(9),
        hostile.gif_blocks(300),
        hostile.bmp_runs(b"\1\0", 90, 90),
        hostile.bmp_runs(b"\xff\x12", 90, 90, 4),
        hostile.webp_plain(2_000),
        hostile.webp_chunks(20),
        hostile.webp_frames(3),
        hostile.tiff_page(64, 64),
        hostile.coloured("PNG", ink_profile(np.full((16, 3), 128))),
        *(hostile.coloured(kind, rgb_profile(P3)) for kind in ("PNG", "JPEG", "WEBP", "TIFF")),
        png_header(5_000, 5_000),
        resized_jpeg(9_000, 9_000),
        scan_bomb(9),
    )
    return [*one_of_each().values(), *small]


def _whole(folder: Path) -> Reader:
    return lambda data: all_tried(data, lambda data: stored_size(data, "it"), lambda data: decode(data, "it"))


def _mended(folder: Path) -> Reader:
    return lambda data: decode(mended(data), "it")


def mended(data: bytes) -> bytes:
    """Return a PNG or WebP with lengths and checksums that fit what it holds; other files as they are."""
    if data.startswith(b"RIFF"):
        return data[:4] + struct.pack("<L", len(data) - 8) + data[8:] if len(data) > 8 else data
    if not data.startswith(b"\x89PNG"):
        return data
    parts, at = [data[:8]], 8
    while at + 8 <= len(data):
        body = data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4], "big")]
        name = data[at + 4 : at + 8]
        parts.append(struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body)))
        at += 12 + len(body)
    return b"".join(parts)


def _sandboxed(folder: Path) -> Reader:
    sandbox = Sandbox()

    def read(data: bytes) -> None:
        try:
            decode_foreign(sandbox, data, "it")
        except (AbandonedError, BusyError) as error:  # nobody else is in line
            raise AssertionError(str(error)) from error
        except MMDemoError as error:
            if isinstance(error.__cause__, BudgetError):  # what it states should have been enough to refuse it
                raise AssertionError(str(error)) from error
            raise

    return read


WHOLE = Target(_whole, _seeds, _TOKENS)
MENDED = Target(_mended, _seeds, _TOKENS)
SANDBOXED = Target(_sandboxed, _seeds, _TOKENS, cpu=2, megabytes=60)  # of the parent

"""Image files that mean harm: small or cheap to send, dear to read; each made by a function of its size."""

import struct
import sys
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess.decode import decode
from tests import colour_profiles, heic_files
from tests.picture_files import chunk, encoded, png, resized_jpeg

MEGABYTE = 10**6


def jpeg_segments(total: int, body: bytes = b"Exif\0\0", marker: int = 0xE1) -> bytes:
    """A small JPEG with as many segments of one kind before its frame as make `total` bytes."""
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return _inside_jpeg(segment * (total // len(segment)))


def jpeg_filled(total: int, fill: bytes = b"\xff") -> bytes:
    """A small JPEG with bytes between two segments that mean nothing."""
    return _inside_jpeg(fill * (total // len(fill)))


def jpeg_scans(count: int, side: int = 64, mode: str = "L", kept: bool = False) -> bytes:
    """A progressive JPEG whose last scan is repeated, empty or whole."""
    data = encoded(Image.effect_noise((side, side), 90).convert(mode), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    header = data[last:-2] if kept else data[last : last + 2 + int.from_bytes(data[last + 2 : last + 4], "big")]
    return data[:-2] + header * count + data[-2:]


def jpeg_refined(count: int, side: int) -> bytes:
    """A progressive JPEG of nothing, refined again and again in a few bytes."""
    data = encoded(Image.new("L", (side, side)), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def jpeg_smooth(side: int, **options: object) -> bytes:
    """A JPEG that is dear by its pixels alone."""
    return encoded(Image.linear_gradient("L").resize((side, side)).convert("RGB"), "JPEG", **options)


def png_chunks(count: int, name: bytes = b"teXt", body: bytes = b"") -> bytes:
    """A small PNG with many chunks before its pixels."""
    return png((4, 3), 8, 2, extra=chunk(name, body) * count)


def png_empty_pixels(count: int) -> bytes:
    """A small PNG whose pixels begin with many empty chunks."""
    data = png((4, 3), 8, 2)
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk(b"IDAT") * count + data[at:]


def png_deep(width: int, height: int, depth: int = 16, colour: int = 6, interlace: int = 0) -> bytes:
    """A PNG whose pixels unpack to much and are filtered the slow way (Paeth)."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = bytes([4]) + bytes(width * channels * depth // 8)
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row) for _ in range(2 * height if interlace else height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    palette = chunk(b"PLTE", bytes(range(255)) * 3) + chunk(b"tRNS", bytes(range(200))) if colour == 3 else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + palette + chunk(b"IDAT", body) + chunk(b"IEND")


def gif_comments(total: int, block: int = 1) -> bytes:
    """A small GIF with a comment of many blocks before its frame."""
    blocks = (bytes([block]) + b"x" * block) * (total // (block + 1))
    return _gif((2, 2), b"!\xfe" + blocks + b"\0")


def gif_extensions(total: int) -> bytes:
    """A small GIF with many empty extensions."""
    return _gif((2, 2), b"!\xfe\0" * (total // 3))


def gif_frames(count: int, side: int = 2) -> bytes:
    """A GIF of many frames."""
    frame = _gif((side, side))[13:-1]
    return _gif((side, side))[:-1] + frame * count + b";"


def gif_after(total: int) -> bytes:
    """A small GIF with a comment of blocks of one byte after its frame."""
    return _gif((2, 2))[:-1] + b"!\xfe" + b"\1x" * (total // 2) + b"\0;"


def gif_blocks(total: int) -> bytes:
    """A GIF whose pixels stand in blocks of one byte."""
    return _gif((2000, 2000))[:-2] + b"\1\0" * (total // 2) + b"\0;"


def gif_large(side: int) -> bytes:
    """A GIF of many pixels, transparent, whose frame hardly begins."""
    return encoded(Image.new("P", (side, side)), "GIF", transparency=0)


def bmp_runs(pixels: bytes, total: int, side: int, bits: int = 8) -> bytes:
    """A run-length BMP of side × side px that repeats one code."""
    body = pixels * (total // len(pixels))
    head = struct.pack("<LllHHLLllLL", 40, side, side, 1, bits, 1 if bits == 8 else 2, len(body), 0, 0, 256, 0)
    palette = bytes(range(1, 5)) * 256
    start = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<LHHL", start + len(body), 0, 0, start) + head + palette + body


def webp_plain(side: int, mode: str = "RGB", **options: object) -> bytes:
    """A WebP of one colour: a kilobyte for millions of pixels."""
    return encoded(Image.new(mode, (side, side), "teal"), "WEBP", method=0, **options)


def webp_chunks(count: int) -> bytes:
    """A small WebP with many empty chunks before its pixels."""
    return _webp(b"XXXX\0\0\0\0" * count + encoded(Image.new("RGB", (4, 3)), "WEBP")[12:])


def webp_frames(count: int, side: int = 64) -> bytes:
    """An animated WebP of many equal frames."""
    data = encoded(
        Image.new("RGB", (side, side)), "WEBP", save_all=True, append_images=[Image.new("RGB", (side, side), "red")]
    )
    at = data.rindex(b"ANMF")
    return _webp(data[12:] + data[at:] * count)


def webp_codes(side: int = 1024) -> bytes:
    """A lossless WebP with a set of Huffman codes for each 4 × 4 pixels: libwebp keeps a table of 12 kB for each."""
    groups = (side // 4) ** 2
    head = [(0x2F, 8), (side - 1, 14), (side - 1, 14), (0, 4), (0, 2), (1, 1), (0, 3), (0, 1)]
    flat = [(0, 1), (8, 4), *[(int(place in (2, 11)), 3) for place in range(12)], (0, 1)]  # lengths are 0 or 8
    greens, reds = [*flat, (2**256 - 1, 280)], [*flat, (2**256 - 1, 256)]
    one_value = [(1, 4)]
    number = np.arange(groups)
    pixels = np.stack([number & 255, number >> 8], axis=1).astype(np.uint8)
    bits = [_bits(head + greens + reds + 3 * one_value), np.unpackbits(pixels), np.tile(_bits(one_value), 5 * groups)]
    data = np.packbits(np.concatenate(bits), bitorder="little").tobytes()
    return _webp(b"VP8L" + struct.pack("<L", len(data)) + data + bytes(len(data) % 2))


def _bits(values: list[tuple[int, int]]) -> np.ndarray:
    """Values and their numbers of bits, the least bit first."""
    return np.array([value >> place & 1 for value, count in values for place in range(count)], np.uint8)


def tiff_page(
    width: int, height: int, bits: int = 8, packing: int = 8, body: bytes = b"", **tags: int
) -> bytes:
    """A TIFF of a grey page; packing: 1 as it is, 5 LZW, 8 deflated, 32773 runs. tags: `t` and a number → its value."""
    entries = {256: width, 257: height, 258: bits, 259: packing, 262: 1, 273: 8, 277: 1, 278: height, 279: len(body)}
    entries |= {int(tag[1:]): value for tag, value in tags.items()}
    directory = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return b"II*\0" + struct.pack("<L", 8 + len(body)) + body + struct.pack("<H", len(entries)) + directory + bytes(4)


def tiff_strips(count: int) -> bytes:
    """A TIFF of many strips, all of them the same byte."""
    data = tiff_page(1, count, packing=1, body=b"x", t278=1)
    places = struct.pack("<L", 8) * count
    for tag in (273, 279):
        at = data.index(struct.pack("<HHL", tag, 4, 1))
        data = data[:at] + struct.pack("<HHLL", tag, 4, count, len(data)) + data[at + 12 :] + places
    return data


def tiff_deflated(side: int, **tags: int) -> bytes:
    """A TIFF of nothing, deflated in one strip."""
    packer = zlib.compressobj(9)
    row = bytes(side * tags.get("t258", 8) // 8) if side > 1000 else bytes(side)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return tiff_page(side, side, body=body, **tags)


def avif_plain(width: int, height: int) -> bytes:
    """An AVIF of one colour."""
    return encoded(Image.new("RGB", (width, height), "teal"), "AVIF", speed=10, quality=10, subsampling="4:4:4")


def heic_claiming(width: int, height: int) -> bytes:
    """A HEIC that says that it has another size."""
    return heic_files.SMALL.replace(struct.pack(">LL", 64, 64), struct.pack(">LL", width, height)).replace(
        b"clap", b"clip"
    )


def heic_boxes(count: int) -> bytes:
    """A HEIC with many empty boxes."""
    head = int.from_bytes(heic_files.SMALL[:4], "big")
    return heic_files.SMALL[:head] + b"\0\0\0\x08free" * count + heic_files.SMALL[head:]


def coloured(kind: str, profile: bytes, side: int = 16) -> bytes:
    """An image with a colour profile."""
    return encoded(Image.effect_noise((side, side), 90).convert("RGB"), kind, icc_profile=profile)


def slow_profile(points: int) -> bytes:
    """A profile of inks whose table is as large as may be."""
    table = b"mft2\0\0\0\0" + bytes([4, 3, points, 0]) + struct.pack(">9l", *np.eye(3, dtype=int).ravel() * 65536)
    table += struct.pack(">HH", 2, 2) + b"\0\0\xff\xff" * 4 + bytes(6 * points**4) + b"\0\0\xff\xff" * 3
    return colour_profiles.profile(b"CMYK", {b"A2B0": table, b"A2B1": table}, b"prtr", b"Lab ")


def _inside_jpeg(extra: bytes) -> bytes:
    data = encoded(Image.new("RGB", (64, 64)), "JPEG")
    return data[:2] + extra + data[2:]


def _gif(size: tuple[int, int], extra: bytes = b"") -> bytes:
    data = encoded(Image.new("P", size), "GIF")
    at = data.rindex(b",\0\0\0\0")
    return data[:at] + extra + data[at:]


def _webp(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<L", 4 + len(body)) + b"WEBP" + body


HOSTILE: dict[str, Callable[[], bytes]] = {
    "jpeg of EXIF segments": lambda: jpeg_segments(24 * MEGABYTE),
    "jpeg of empty segments": lambda: jpeg_segments(24 * MEGABYTE, b""),
    "jpeg of long EXIF": lambda: jpeg_segments(24 * MEGABYTE, b"Exif\0\0" + b"\1" * 65_000),
    "jpeg of colour profiles": lambda: jpeg_segments(24 * MEGABYTE, b"ICC_PROFILE\0\1\1" + bytes(500), 0xE2),
    "jpeg of quantisation tables": lambda: jpeg_segments(24 * MEGABYTE, (b"\0" + b"\1" * 64) * 1000, 0xDB),
    "jpeg of FF": lambda: jpeg_filled(24 * MEGABYTE),
    "jpeg of zeros": lambda: jpeg_filled(24 * MEGABYTE, b"\0"),
    "jpeg of restarts": lambda: jpeg_filled(24 * MEGABYTE, b"\xff\xd0"),
    "jpeg of FF only": lambda: b"\xff\xd8" + b"\xff" * 24 * MEGABYTE,
    "jpeg of 50 scans": lambda: jpeg_scans(43, 4_000),
    "jpeg of 50 whole scans": lambda: jpeg_scans(40, 1_500, "RGB", kept=True),
    "jpeg of empty refinements": lambda: jpeg_refined(43, 5_400),
    "jpeg of 1,000 scans": lambda: jpeg_scans(1000),
    "jpeg of 100 megapixels": lambda: resized_jpeg(10_000, 9_999),
    "jpeg of 81 whole megapixels": lambda: jpeg_smooth(9_000),
    "progressive jpeg of 30 megapixels": lambda: jpeg_smooth(5_480, progressive=True),
    "progressive jpeg without subsampling": lambda: jpeg_smooth(4_000, progressive=True, subsampling=0),
    "jpeg 1 px wide": lambda: encoded(Image.new("RGB", (1, 65_000)), "JPEG"),
    "png of empty chunks": lambda: png_chunks(2_000_000),
    "png of palettes": lambda: png_chunks(30_000, b"PLTE", bytes(768)),
    "png of empty pixels": lambda: png_empty_pixels(2_000_000),
    "png of many empty pixels": lambda: png_empty_pixels(49_000),
    "png of 16 bits": lambda: png_deep(5_000, 5_000),
    "png of 16 grey bits": lambda: png_deep(5_000, 5_000, colour=0),
    "png of colours": lambda: png_deep(5_000, 5_000, depth=8, colour=2),
    "png of transparency": lambda: png_deep(5_000, 5_000, depth=8),
    "png of a transparent palette": lambda: png_deep(5_000, 5_000, depth=8, colour=3),
    "png interlaced": lambda: png_deep(5_000, 5_000, depth=8, colour=2, interlace=1),
    "png 1 px high": lambda: png_deep(65_000, 1),
    "gif of comments": lambda: gif_comments(10 * MEGABYTE),
    "gif of extensions": lambda: gif_extensions(24 * MEGABYTE),
    "gif of frames": lambda: gif_frames(100_000),
    "gif with a comment after": lambda: gif_after(24 * MEGABYTE),
    "gif of blocks": lambda: gif_blocks(24 * MEGABYTE),
    "gif of 25 megapixels": lambda: gif_large(5_000),
    "bmp of runs": lambda: bmp_runs(b"\1\0", 24 * MEGABYTE, 5_000),
    "bmp of small runs": lambda: bmp_runs(b"\1\0", 3_900_000, 1_990),
    "bmp of nothing": lambda: bmp_runs(b"\0\2\0\0", 3_900_000, 1_990),
    "bmp of line ends": lambda: bmp_runs(b"\1\1\0\0", 3_900_000, 1_990),
    "bmp of 4-bit runs": lambda: bmp_runs(b"\xff\x12", 3_900_000, 1_990, 4),
    "webp of one colour": lambda: webp_plain(5_000),
    "webp of one colour, lossless": lambda: webp_plain(5_000, lossless=True),
    "webp of 14 megapixels, lossless": lambda: webp_plain(3_740, lossless=True),
    "webp of 14 megapixels, transparent": lambda: webp_plain(3_740, "RGBA"),
    "webp of chunks": lambda: webp_chunks(3_000_000),
    "webp of codes": lambda: webp_codes(),
    "webp of frames": lambda: webp_frames(40_000),
    "tiff of nothing": lambda: tiff_deflated(4_900),
    "tiff of nothing, on its side": lambda: tiff_deflated(3_700, t274=6),
    "tiff of 16 bits": lambda: tiff_deflated(4_000, t258=16),
    "tiff of strips": lambda: tiff_strips(65_000),
    "tiff of a billion bits": lambda: tiff_deflated(100, t258=2**30, t277=1000),
    "tiff of a giant tile": lambda: tiff_deflated(100, t322=60_000, t323=60_000, t324=8, t325=100),
    "tiff of tags": lambda: b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHLL", 700, 7, 24 * MEGABYTE, 8) * 65_535,
    "avif of 13 megapixels": lambda: avif_plain(4_000, 3_240),
    "heic of 25 megapixels that are not there": lambda: heic_claiming(5_000, 5_000),
    "heic of boxes": lambda: heic_boxes(3_000_000),
    "jpeg of an unusual profile": lambda: encoded(
        Image.new("CMYK", (4_000, 4_000), (1, 2, 3, 4)), "JPEG", icc_profile=slow_profile(22)
    ),
    "png of a profile of nothing": lambda: coloured("PNG", bytes(100_000_000)),
}
"""What is done → the file; each may cost 3 s of a processor and 150 MB at most, whatever is said of it."""


def try_stdin() -> None:
    """Decode stdin as the command line does, and say how it went; the measured half of a test."""
    data = sys.stdin.buffer.read()
    try:
        print(decode(data, name="it").pixels.shape)
    except ImageError as error:
        print(error)

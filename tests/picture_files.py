"""Image files made in memory, whole and hostile, for the tests of the decoder."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from tests import heic_files

PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    """Return an image as Pillow writes it."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    """Return random pixels, the same at each call, without any symmetry."""
    return np.random.default_rng(7).integers(0, 256, (height, width, channels), dtype=np.uint8)


def chunk(name: bytes, data: bytes = b"") -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(size: tuple[int, int], depth: int, colour: int, data: bytes | None = None, extra: bytes = b"") -> bytes:
    """Return a PNG written by hand: its rows are data cut evenly (zeros by default), extra are chunks before them."""
    width, height = size
    row = (width * depth * PNG_CHANNELS[colour] + 7) // 8
    pixels = zlib.compressobj(9)
    parts = [pixels.compress(b"\0" + (data[y * row : (y + 1) * row] if data else bytes(row))) for y in range(height)]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = b"".join(parts) + pixels.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND")


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds nothing of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND")


def resized_jpeg(width: int, height: int, **options) -> bytes:
    """Return a JPEG whose header claims a size that its data does not have."""
    data = bytearray(encoded(Image.new("RGB", (16, 16)), "JPEG", **options))
    frame = data.find(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def scan_bomb(scans: int) -> bytes:
    """Return a progressive JPEG whose last scan is repeated, empty, again and again."""
    data = encoded(Image.new("L", (64, 64), 128), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    header = data[last : last + 2 + int.from_bytes(data[last + 2 : last + 4], "big")]
    return data[:-2] + header * scans + data[-2:]


def exif(orientation: int, order: str = ">") -> bytes:
    """Return an EXIF block that holds nothing but the orientation."""
    head = {">": b"MM\0*\0\0\0\x08", "<": b"II*\0\x08\0\0\0"}[order]
    return b"Exif\0\0" + head + struct.pack(f"{order}HHHLHHL", 1, 0x0112, 3, 1, orientation, 0, 0)


def one_of_each() -> dict[str, bytes]:
    """Return a small valid file of every kind that the decoder reads."""
    rgb = Image.fromarray(noise(11, 17))
    rgba = Image.fromarray(noise(11, 17, 4))
    palette, turned = rgb.quantize(16), rgb.rotate(180)
    return {
        "png": encoded(rgb, "PNG"),
        "png alpha": encoded(rgba, "PNG", exif=exif(6)),
        "png palette": encoded(palette, "PNG", transparency=3),
        "apng": encoded(rgb, "PNG", save_all=True, append_images=[turned.copy()]),
        "jpeg": encoded(rgb, "JPEG", exif=exif(8, "<")),
        "jpeg progressive": encoded(rgb, "JPEG", progressive=True),
        "jpeg cmyk": encoded(rgb.convert("CMYK"), "JPEG"),
        "webp": encoded(rgb, "WEBP", exif=exif(3)),
        "webp lossless": encoded(rgba, "WEBP", lossless=True),
        "webp animated": encoded(rgb, "WEBP", lossless=True, save_all=True, append_images=[turned.copy()]),
        "gif": encoded(palette, "GIF"),
        "gif animated": encoded(palette, "GIF", save_all=True, append_images=[turned.quantize(16)]),
        "bmp": encoded(rgb, "BMP"),
        "bmp palette": encoded(palette, "BMP"),
        "jpeg mpo": encoded(rgb.copy(), "MPO", save_all=True, append_images=[turned.copy()]),
        "tiff": encoded(rgb.copy(), "TIFF", tiffinfo={274: 6}),
        "tiff pages": encoded(rgb.copy(), "TIFF", save_all=True, append_images=[turned.copy()]),
        "tiff lzw": encoded(rgb.copy(), "TIFF", compression="tiff_lzw"),
        "tiff jpeg": encoded(rgb.copy(), "TIFF", compression="jpeg", quality=90),
        "avif": encoded(rgba, "AVIF", exif=exif(6)),
        "avif animated": encoded(rgb, "AVIF", save_all=True, append_images=[turned.copy()]),
        "heic": heic_files.SMALL,
        "heic turned": heic_files.TURNED,
    }

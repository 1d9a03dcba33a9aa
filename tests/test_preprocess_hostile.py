"""Decoding what is no image, or means harm: one clear sentence, never another exception."""

import gzip
import io
import os
import random
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess import source
from mmdemo.preprocess.decode import DecodedImage, decode
from tests import heic_files, hostile_images
from tests.picture_files import chunk, encoded, one_of_each, png, png_header, resized_jpeg, scan_bomb

CHOOSE = "choose a PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF image."
EXPORT = "which is not read here; export it as PNG or JPEG first."
DAMAGED = "data is damaged, incomplete or of a rare kind; open it in an image editor and save it again."
SVG = "{}: SVG drawings are not read here: export it as PNG first."


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cat.txt", "a cat")
    return file.getvalue()


def container(*brands: bytes) -> bytes:
    return struct.pack(">I", 12 + 4 * len(brands)) + b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:]) + bytes(99)


REFUSED = {
    "empty.png": (b"", f"{{}} is empty (0 bytes); {CHOOSE}"),
    "text.jpg": (b"A cat sits on the mat.\n", f"{{}} is text, not an image; {CHOOSE}"),
    "chinese.jpg": ("一只猫。".encode() * 2000, f"{{}} is text, not an image; {CHOOSE}"),
    "cars.bmp": (b"BMWs and other cars I have had.", f"{{}} is text, not an image; {CHOOSE}"),
    "page.jpg": (b"\n<!DOCTYPE html><html></html>", f"{{}} is a web page, not an image; {CHOOSE}"),
    "plain.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', SVG),
    "declared.png": (b'\xef\xbb\xbf <?xml version="1.0"?>\n<!-- drawn --><SVG></SVG>', SVG),
    "doctype.svg": (b"<!DOCTYPE svg PUBLIC><svg/>", SVG),
    "data.xml": (b'<?xml version="1.0"?><cat/>', f"{{}} is text, not an image; {CHOOSE}"),
    "photo.heic": (container(b"heic", b"mif1"), f"{{}} cannot be read: its HEIC {DAMAGED}"),
    "photo.avif": (container(b"mif1", b"avif"), f"{{}} cannot be read: its AVIF {DAMAGED}"),
    "film.mp4": (container(b"mp42", b"isom"), f"{{}} is a video, not an image; {CHOOSE}"),
    "motorola.tif": (b"MM\0*" + bytes(20), f"{{}} cannot be read: its TIFF {DAMAGED}"),
    "halved.tif": (hostile_images.tiff_page(9, 9, body=b"x"), f"{{}} cannot be read: its TIFF {DAMAGED}"),
    "big.tif": (b"II+\0\x08\0\0\0" + bytes(20), f"{{}} is a TIFF image of the kind for more than 4 GB, {EXPORT}"),
    "raw.dng": (
        hostile_images.tiff_page(9, 9, t50706=1),
        "{} is a camera's raw file, or begins with a preview; export it as JPEG first.",
    ),
    "giant.tif": (
        hostile_images.tiff_page(10_000, 10_000),
        "{} has 100.0 megapixels (10,000 × 10,000 px); a TIFF may have at most 25: make it smaller first.",
    ),
    "halved.heic": (heic_files.SMALL[:-60], f"{{}} cannot be read: its HEIC {DAMAGED}"),
    "giant.heic": (
        hostile_images.heic_claiming(10_000, 10_000),
        "{} has 100.0 megapixels (10,000 × 10,000 px); a HEIC may have at most 25: make it smaller first.",
    ),
    "halved.avif": (encoded(Image.new("RGB", (50, 50)), "AVIF")[:-20], f"{{}} cannot be read: its AVIF {DAMAGED}"),
    "large.avif": (
        encoded(Image.new("RGB", (50, 50)), "AVIF").replace(struct.pack(">LL", 50, 50), struct.pack(">LL", 5000, 4000)),
        "{} has 20.0 megapixels (5,000 × 4,000 px); an AVIF may have at most 13: make it smaller first.",
    ),
    "layers.psd": (b"8BPS\0\1" + bytes(20), f"{{}} is a Photoshop document, {EXPORT}"),
    "paper.pdf": (b"%PDF-1.7\n" + bytes(20), f"{{}} is a PDF document, {EXPORT}"),
    "old.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n", f"{{}} is a JPEG 2000 image, {EXPORT}"),
    "new.jxl": (b"\xff\x0a" + bytes(20), f"{{}} is a JPEG XL image, {EXPORT}"),
    "icon.ico": (b"\0\0\1\0" + bytes(20), f"{{}} is an ICO icon, {EXPORT}"),
    "many.zip": (zipped(), f"{{}} is a zip archive, not an image; {CHOOSE}"),
    "drawing.svgz": (gzip.compress(b"<svg/>"), f"{{}} is a gzip archive, not an image; {CHOOSE}"),
    "sound.wav": (b"RIFF\0\0\0\0WAVEfmt " + bytes(20), f"{{}} is not an image of a format read here; {CHOOSE}"),
    "noise.png": (bytes(range(256)), f"{{}} is not an image of a format read here; {CHOOSE}"),
    "halved.png": (encoded(Image.new("RGB", (50, 50)), "PNG")[:-40], f"{{}} cannot be read: its PNG {DAMAGED}"),
    "halved.jpg": (encoded(Image.new("RGB", (50, 50)), "JPEG")[:-40], f"{{}} cannot be read: its JPEG {DAMAGED}"),
    "no palette.png": (png((2, 2), 8, 3), f"{{}} cannot be read: its PNG {DAMAGED}"),
    "bomb.png": (
        png((12_000, 12_000), 1, 0),
        "{} has 144.0 megapixels (12,000 × 12,000 px); a PNG may have at most 25: make it smaller first.",
    ),
    "giant.png": (
        png_header(60_000, 60_000),
        "{} has 3,600.0 megapixels (60,000 × 60,000 px); a PNG may have at most 25: make it smaller first.",
    ),
    "strip.png": (png_header(1, 1_000_000), "{} has 1 × 1,000,000 px; at most 65,535 a side are read: crop it first."),
    "giant.jpg": (
        resized_jpeg(10_800, 10_000),
        "{} has 108.0 megapixels (10,800 × 10,000 px); a JPEG may have at most 100: make it smaller first.",
    ),
    "slow.jpg": (
        resized_jpeg(8_000, 8_000, progressive=True),
        "{} has 64.0 megapixels (8,000 × 8,000 px); a progressive JPEG may have at most 34: make it smaller first.",
    ),
    "scans.jpg": (scan_bomb(500), "{} is a JPEG of 506 scans; open it in an image editor and save it again."),
    "giant.webp": (
        b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f" + struct.pack("<L", 16_382 | 16_382 << 14) + bytes(9),
        "{} has 268.4 megapixels (16,383 × 16,383 px); a lossless or transparent WebP may have at most 14: "
        "make it smaller first.",
    ),
    "giant.gif": (
        b"GIF89a" + struct.pack("<HHBBB", 9000, 9000, 0, 0, 0) + b",\0\0\0\0\x01\0\x01\0\0\2\2\x44\1\0;",
        "{} has 81.0 megapixels (9,000 × 9,000 px); a GIF may have at most 25: make it smaller first.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_refusal_is_one_clear_sentence(name, tmp_path, recwarn):
    data, message = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ImageError) as from_path:
        decode(path)
    with pytest.raises(ImageError) as from_bytes:
        decode(data, name="other name.xyz")
    assert str(from_path.value) == message.format(name)
    assert str(from_bytes.value) == message.format("other name.xyz")
    assert not recwarn.list


def test_the_bomb_is_as_small_as_a_bomb_is():
    assert len(REFUSED["bomb.png"][0]) < 19_000


def refused(picture: object, **options: str) -> str:
    with pytest.raises(ImageError) as caught:
        decode(picture, **options)
    return str(caught.value)


def test_what_is_no_file(tmp_path):
    (tmp_path / "cat.png").write_bytes(b"?")
    os.mkfifo(tmp_path / "pipe.png")
    missing = "dog.png was not found; check its path and spelling."
    assert refused(tmp_path / "dog.png") == missing
    assert refused(tmp_path / "cat.png" / "dog.png") == missing
    assert refused(tmp_path) == f"{tmp_path.name} is a folder, not an image; choose a file inside it."
    assert refused(tmp_path / "pipe.png") == "pipe.png is a device or a pipe, not an image; choose a file."
    assert (
        refused("cat\0.png") == "cat�.png cannot be read (its name is not valid); copy it elsewhere or choose another."
    )
    assert "cannot be read (File name too long)" in refused("x" * 5000)


def test_no_permission(tmp_path, monkeypatch):
    def forbidden(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    (tmp_path / "cat.png").write_bytes(b"?")
    monkeypatch.setattr("mmdemo.storage.reading.os.open", forbidden)  # root, as in a container, may read everything
    assert refused(tmp_path / "cat.png") == "cat.png cannot be read by this account; change its permissions."


def test_too_many_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_BYTES", 2_000_000)
    message = "cat.png has 2.5 MB; at most 2 MB are read: make the image smaller."
    (tmp_path / "cat.png").write_bytes(bytes(2_500_000))
    assert refused(tmp_path / "cat.png") == message
    assert refused(bytes(2_500_000), name="cat.png") == message


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, "The image"),
        ("", "The image"),
        ("/home/ann/cat.png", "cat.png"),
        (r"C:\Users\ann\cat.png", "cat.png"),
        ("cat\n\x1b[31m.png", "cat��[31m.png"),
        ("猫.png", "猫.png"),
        ("x" * 300 + ".png", "x" * 50 + "…" + "x" * 21 + ".png"),
    ],
)
def test_what_a_picture_is_called(name, shown):
    assert refused(b"", name=name) == f"{shown} is empty (0 bytes); {CHOOSE}"


BOMB = b"x\0\0" + zlib.compress(bytes(2**20 - 10), 9)


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"iCCP", BOMB) * 200,
        chunk(b"zTXt", BOMB) * 200,
        chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(50_000_000), 9)),
        chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(bytes(50_000_000), 9)),
        chunk(b"tEXt", b"x\0" + bytes(2_000_000)),
    ],
)
def test_what_hides_in_a_pngs_text_is_not_unpacked(extra, monkeypatch):
    monkeypatch.setattr("PIL.PngImagePlugin._safe_zlib_decompress", None)
    assert decode(png((4, 3), 8, 2, extra=extra)).pixels.shape == (3, 4, 3)


def outcome(data: bytes) -> DecodedImage | None:
    try:
        return decode(data)
    except ImageError as error:
        assert str(error).startswith("The image ")
        assert "\n" not in str(error)
        return None


@pytest.mark.parametrize("name", one_of_each())
def test_a_cut_file_is_refused_or_complete(name):
    data = one_of_each()[name]
    whole = decode(data).pixels
    cut = [outcome(data[:length]) for length in range(0, len(data), 1 + len(data) // 300)]
    assert cut[len(cut) // 3] is None
    assert all(np.array_equal(picture.pixels, whole) for picture in cut if picture)


@pytest.mark.parametrize("name", one_of_each())
def test_a_changed_file_is_a_picture_or_refused(name):
    chance = random.Random(name)
    original = one_of_each()[name]
    for _ in range(150):
        data = bytearray(original)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(min(len(data), chance.choice((64, 10_000))))] = chance.randrange(256)
        picture = outcome(bytes(data))
        assert picture is None or picture.pixels.shape[2] == 3


def test_any_bytes_are_a_picture_or_refused():
    chance = random.Random(0)
    starts = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF....WEBPVP8L", b"RIFF....WEBPVP8X", b"BM"]
    for _ in range(500):
        assert outcome(chance.choice(starts) + chance.randbytes(chance.randrange(400))) is None

"""Small copies of images, and sizes read without decoding."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess import thumbnail as small_copies
from mmdemo.preprocess.decode import decode, stored_size
from mmdemo.preprocess.thumbnail import SIDE, thumbnail


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 20, 20)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("width", "height"), [(640, 320), (20, 400), (160, 160), (1, 1)])
def test_thumbnails_are_square_and_show_all(width: int, height: int) -> None:
    small = decode(thumbnail(png(width, height))).pixels
    assert small.shape == (SIDE, SIDE, 3)
    red = small[..., 1] < 128
    expected = min(width, height) / max(width, height)
    assert red.mean() == pytest.approx(expected, abs=0.02)
    assert red[SIDE // 2, SIDE // 2]


def test_thumbnails_are_small_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "noise.png"
    Image.fromarray(rng.integers(0, 256, (900, 900, 3), np.uint8)).save(path)
    assert len(thumbnail(path)) < 40_000 < path.stat().st_size
    assert len(thumbnail(path, side=64)) < 8_000


def test_a_thumbnail_of_no_picture_is_an_image_error() -> None:
    with pytest.raises(ImageError):
        thumbnail(b"no image")


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_sizes_are_those_of_the_upright_picture(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.new("RGB", (40, 30)).save(file, format, exif=exif)
    height, width = decode(file.getvalue()).pixels.shape[:2]
    assert stored_size(file.getvalue()) == (width, height)


def test_the_size_of_a_missing_or_damaged_picture_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"gone\.png was not found"):
        stored_size(tmp_path / "gone.png")
    with pytest.raises(ImageError, match=r"cut\.png cannot be read"):
        stored_size(png(9, 9)[:20], name="cut.png")


@pytest.mark.parametrize("channels", [3, 4])
def test_a_png_holds_every_pixel(channels: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, channels), np.uint8)
    read = Image.open(io.BytesIO(small_copies.png(pixels)))
    np.testing.assert_array_equal(np.asarray(read), pixels)

"""Copies of images: small, upright, without what else their files hold, and the very bytes where these will do."""

from unittest.mock import MagicMock

import cv2
import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.reencoded import LONG_SIDE, copy_of
from tests.hostile_images import jpeg_scans
from tests.picture_files import chunk, encoded, exif, noise, one_of_each, png


def photo(width: int, height: int) -> Image.Image:
    """An image as smooth as a photo."""
    return Image.fromarray(noise(6, 9)).resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("kind", one_of_each())
def test_every_kind_becomes_a_small_jpeg_or_png_of_the_same_pixels(kind: str) -> None:
    data = one_of_each()[kind]
    copy = copy_of(data)
    again, first = decode(copy.data), decode(data)
    assert (again.format, copy.size) == ({".jpg": "JPEG", ".png": "PNG"}[copy.ending], first.size)
    assert again.pixels.shape == first.pixels.shape
    if copy.ending == ".png" or not copy.changed:
        assert np.array_equal(again.pixels, first.pixels)
    else:
        assert np.abs(again.pixels.astype(int) - first.pixels).mean() < 12  # noise, the worst that JPEG can meet
    assert decode(copy.thumbnail).pixels.shape == first.pixels.shape


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", ".jpg"), ("PNG", ".png")])
def test_a_small_file_is_kept_byte_for_byte(kind: str, ending: str) -> None:
    data = encoded(photo(LONG_SIDE, 300), kind)
    copy = copy_of(data)
    assert (copy.data == data, copy.ending, copy.changed) == (True, ending, False)
    assert decode(copy.thumbnail).size == (160, 75)


def test_a_large_or_turned_file_is_written_anew() -> None:
    large = copy_of(encoded(photo(1300, 650), "JPEG"))
    assert (large.changed, large.size, decode(large.data).size) == (True, (1300, 650), (640, 320))
    turned = copy_of(encoded(photo(64, 48), "JPEG", exif=exif(6)))
    assert (turned.changed, turned.size, decode(turned.data).size) == (True, (64, 48), (48, 64))
    assert b"Exif" not in turned.data


def test_where_an_image_was_taken_is_not_kept_and_its_pixels_are() -> None:
    image = photo(64, 48)
    for kind in ("JPEG", "PNG"):
        data = encoded(image, kind, exif=exif(1), **({"comment": b"secret"} if kind == "JPEG" else {}))
        copy = copy_of(data)
        assert copy.changed and copy.data == encoded(image, kind)


@pytest.mark.parametrize(("kind", "ending"), [("BMP", ".png"), ("WEBP", ".jpg")])
def test_a_drawing_becomes_png_and_a_photo_jpeg(kind: str, ending: str) -> None:
    drawing = Image.fromarray(cv2.circle(np.full((300, 300, 3), 255, np.uint8), (150, 150), 90, (200, 30, 30), -1))
    grain = np.clip(np.asarray(photo(300, 300)).astype(int) + noise(300, 300) // 9, 0, 255).astype(np.uint8)
    assert copy_of(encoded(drawing if ending == ".png" else Image.fromarray(grain), kind)).ending == ending


def test_a_file_far_larger_than_its_pixels_is_written_anew() -> None:
    empty = png((4, 3), 8, 2, extra=chunk(b"PLTE", bytes(768)) * 40)
    assert (len(empty) > 30_000, len(copy_of(empty).data) < 1_000) == (True, True)
    assert copy_of(jpeg_scans(3, 64)).changed is False


def test_what_cannot_be_decoded_is_not_copied() -> None:
    with pytest.raises(ImageError, match=r"^cat\.jpg cannot be read: its JPEG data is damaged"):
        copy_of(encoded(photo(64, 48), "JPEG")[:-200], name="cat.jpg")


def test_only_what_takes_much_memory_is_copied_alone() -> None:
    alone = MagicMock()
    copy_of(encoded(photo(900, 700), "PNG"), alone=alone)
    alone.__enter__.assert_not_called()
    copy_of(encoded(Image.new("L", (3200, 3200)), "PNG"), alone=alone)
    alone.__enter__.assert_called_once()

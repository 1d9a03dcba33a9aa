"""The formats that people have besides PNG, JPEG, WebP, GIF and BMP: TIFF, HEIC and AVIF; and the endings of all."""

import numpy as np
import pytest
from PIL import Image

from mmdemo.errors import ImageError
from mmdemo.preprocess import heic
from mmdemo.preprocess.decode import decode, stored_size
from mmdemo.preprocess.formats import ENDINGS, FORMATS, READABLE, refusal
from mmdemo.preprocess.source import image_content
from tests import heic_files
from tests.picture_files import encoded, exif, noise, one_of_each
from tests.test_preprocess_decode import UPRIGHT

RGB = noise(40, 60)
PACKINGS = [None, "packbits", "tiff_lzw", "tiff_adobe_deflate"]


def tiff(image: Image.Image, **options: object) -> bytes:
    return encoded(image, "TIFF", **{name: value for name, value in options.items() if value})


def test_every_format_has_a_file_here_and_endings_of_its_own() -> None:
    assert {decode(data).format for data in one_of_each().values()} == set(FORMATS)
    assert len(set(ENDINGS)) == len(ENDINGS)
    assert all(kind in READABLE for kind in FORMATS)
    assert {"jfif", "jpe", "mpo", "apng", "heic", "heif", "avif", "tif", "tiff"} < set(ENDINGS)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "P", "LA", "I;16", "CMYK"])
def test_a_tiff_shows_what_a_png_shows(packing: str | None, mode: str) -> None:
    image = Image.fromarray(noise(40, 60, 3 if mode == "P" else 4)).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    stored, alike = decode(tiff(image, compression=packing)), image.convert("RGB") if mode == "CMYK" else image
    assert np.array_equal(stored.pixels, decode(encoded(alike, "PNG")).pixels)


def test_a_tiff_packed_as_jpeg() -> None:
    smooth = Image.fromarray(noise(6, 9)).resize((60, 40), Image.Resampling.BICUBIC)
    found = decode(tiff(smooth, compression="jpeg", quality=95)).pixels
    assert np.abs(found.astype(int) - np.asarray(smooth)).mean() < 6


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["TIFF", "AVIF"])
def test_an_image_stands_upright_as_its_size_says(kind: str, orientation: int) -> None:
    squares = np.kron(noise(5, 7), np.ones((8, 8, 1), np.uint8))
    options = {"quality": 95, "subsampling": "4:4:4", "exif": exif(orientation)}
    data = encoded(Image.fromarray(squares), kind, **(options if kind == "AVIF" else {"tiffinfo": {274: orientation}}))
    image, wanted = decode(data), UPRIGHT[orientation](squares)
    assert image.size == stored_size(data) == wanted.shape[1::-1]
    assert np.abs(image.pixels.astype(int) - wanted).max() <= (0 if kind == "TIFF" else 12)


def test_an_animated_avif_and_one_with_transparency() -> None:
    image = decode(one_of_each()["avif animated"])
    assert image.notes == ("Animated AVIF: its first frame is used.",)
    clear = np.full((32, 48, 4), (200, 30, 30, 0), np.uint8)
    assert decode(encoded(Image.fromarray(clear), "AVIF")).pixels.min() > 250


def test_a_heic_is_read_cut_and_turned() -> None:
    image = decode(heic_files.SMALL)
    assert (image.format, image.size, image.notes, stored_size(heic_files.SMALL)) == ("HEIC", (48, 32), (), (48, 32))
    corners = {(3, 3): (20, 80, 200), (3, 44): (230, 60, 40), (28, 44): (30, 160, 60)}
    assert all(np.abs(image.pixels[place] - np.array(colour)).max() < 6 for place, colour in corners.items())
    turned = decode(heic_files.TURNED)
    assert turned.size == stored_size(heic_files.TURNED) == (32, 48)
    places = ((3, 28), (44, 3), (3, 3))
    assert ["RGB"[turned.pixels[place].argmax()] for place in places] == ["B", "G", "R"]
    assert turned.notes == ("Its colours, “Display P3”, are converted to sRGB.",)


def test_where_heic_cannot_be_read_the_sentence_says_what_is_missing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heic, "installed", lambda: False)
    said = "p.heic: HEIC images need the package pi-heif, which is not installed here: save it as JPEG."
    (tmp_path / "p.heic").write_bytes(heic_files.SMALL)
    with pytest.raises(ImageError) as caught:
        decode(tmp_path / "p.heic")
    assert str(caught.value) == said
    assert f"p.heic{image_content(tmp_path / 'p.heic').refusal}" == said
    assert refusal(encoded(Image.fromarray(RGB), "AVIF")) == ""

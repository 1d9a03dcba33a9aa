"""Decoding: every kind of image comes out as upright 8-bit RGB on white."""

import struct
import threading

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFile

from mmdemo.preprocess.colour import to_rgb
from mmdemo.preprocess.decode import LONG_SIDE, decode
from tests.picture_files import chunk, encoded, exif, noise, one_of_each, png

WHITE = [255, 255, 255]
STILL = {"gif animated": "gif", "apng": "png", "webp animated": "png", "tiff pages": "tiff lzw"}

# What a person sees of a stored array, by EXIF orientation.
UPRIGHT = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: stored.swapaxes(0, 1)[::-1, ::-1],
    8: lambda stored: np.rot90(stored),
}


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WebP", "TIFF"])
def test_lossless_formats_return_the_very_pixels(kind):
    stored = noise(5, 7)
    picture = decode(encoded(Image.fromarray(stored), kind, **({"lossless": True} if kind == "WebP" else {})))
    assert (picture.format, picture.size, picture.notes) == (kind, (7, 5), ())
    assert picture.pixels.dtype == np.uint8
    assert np.array_equal(picture.pixels, stored)


def test_a_path_a_string_and_bytes_give_the_same(tmp_path):
    path = tmp_path / "cat.jpg"  # a PNG in truth: the content decides
    path.write_bytes(encoded(Image.fromarray(noise(5, 7)), "PNG"))
    pictures = [decode(path), decode(str(path)), decode(path.read_bytes())]
    assert {picture.format for picture in pictures} == {"PNG"}
    assert all(np.array_equal(picture.pixels, pictures[0].pixels) for picture in pictures)


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("order", ["<", ">"])
def test_exif_orientation(orientation, order):
    stored = noise(5, 7)
    picture = decode(encoded(Image.fromarray(stored), "PNG", exif=exif(orientation, order)))
    assert picture.size == (7, 5)
    assert np.array_equal(picture.pixels, UPRIGHT[orientation](stored))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_exif_orientation_of_photographs(kind):
    stored = Image.fromarray(noise(16, 32)).resize((320, 160), Image.Resampling.BICUBIC)
    picture = decode(encoded(stored, kind, quality=95, exif=exif(6)))
    assert picture.pixels.shape == (320, 160, 3)
    assert np.abs(picture.pixels.astype(float) - np.rot90(stored, -1)).mean() < 8


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "damage", [b"Exif\0\0", b"Exif\0\0MM\0*", exif(6)[:-9], exif(9), b"Exif\0\0II*\0\xff\xff\xff\xff"]
)
def test_damaged_exif_does_not_cost_the_picture(kind, damage, recwarn):
    assert decode(encoded(Image.new("RGB", (4, 3)), kind, exif=damage)).pixels.shape == (3, 4, 3)
    assert not recwarn.list


def on_white(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    opacity = alpha[..., None] / 255
    return colour * opacity + 255 * (1 - opacity)


def test_alpha_on_white():
    stored = noise(40, 50, 4)
    pixels = decode(encoded(Image.fromarray(stored), "PNG")).pixels
    assert np.abs(pixels - on_white(stored[..., :3].astype(float), stored[..., 3])).max() <= 0.51


def test_grey_with_alpha_on_white():
    stored = noise(40, 50, 2)
    pixels = decode(encoded(Image.fromarray(stored, "LA"), "PNG")).pixels
    assert np.abs(pixels - on_white(stored[..., :1].astype(float), stored[..., 1])).max() <= 0.51


def test_palette_with_alpha_on_white():
    extra = chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60, 70, 80, 90])) + chunk(b"tRNS", bytes([0, 128]))
    pixels = decode(png((3, 1), 8, 3, bytes([0, 1, 2]), extra)).pixels
    assert pixels[0].tolist() == [WHITE, [147, 152, 157], [70, 80, 90]]


@pytest.mark.parametrize(
    ("depth", "colour", "data", "transparent", "second"),
    [
        (1, 0, bytes([0b01000000]), struct.pack(">H", 0), 255),
        (2, 0, bytes([0b10010000]), struct.pack(">H", 2), 85),
        (4, 0, bytes([0x53]), struct.pack(">H", 5), 51),
        (8, 0, bytes([5, 6]), struct.pack(">H", 5), 6),
        (16, 0, struct.pack(">2H", 1285, 60000), struct.pack(">H", 1285), 234),
        (8, 2, bytes([5, 6, 7, 8, 8, 8]), struct.pack(">3H", 5, 6, 7), 8),
        (16, 2, struct.pack(">6H", 1285, 1542, 1799, 2056, 2056, 2056), struct.pack(">3H", 1285, 1542, 1799), 8),
    ],
)
def test_one_transparent_colour_at_every_depth(depth, colour, data, transparent, second):
    pixels = decode(png((2, 1), depth, colour, data, chunk(b"tRNS", transparent))).pixels
    assert pixels[0].tolist() == [WHITE, [second] * 3]


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_sixteen_bits_are_scaled(colour):
    ramp = np.linspace(0, 65535, 600).astype(np.uint16)
    channels = {0: [ramp], 2: [ramp] * 3, 4: [ramp, np.full_like(ramp, 65535)]}
    channels[6] = [*channels[2], channels[4][1]]
    data = np.stack(channels[colour], axis=-1).astype(">u2").tobytes()
    pixels = decode(png((600, 1), 16, colour, data)).pixels[0, :, 0]
    assert np.abs(pixels - ramp / 257.0).max() < 1
    assert (pixels[0], pixels[-1]) == (0, 255)


@pytest.mark.parametrize(
    ("inks", "seen"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((102, 51, 0, 51), (122, 163, 204)),
    ],
)
@pytest.mark.parametrize("side", [16, 2 * LONG_SIDE])
def test_cmyk(inks, seen, side):
    picture = decode(encoded(Image.new("CMYK", (side, 16), inks), "JPEG", quality=95))
    assert np.abs(picture.pixels.astype(int) - seen).max() <= 3


def test_black_and_white_and_grey():
    stored = noise(9, 13, 1)[..., 0]
    assert np.array_equal(decode(encoded(Image.fromarray(stored), "PNG")).pixels, np.stack([stored] * 3, -1))
    bits = Image.fromarray(stored > 127)
    assert bits.mode == "1"
    assert np.array_equal(decode(encoded(bits, "PNG")).pixels[..., 2], np.where(stored > 127, 255, 0))


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBX", "CMYK", "YCbCr", "I", "I;16", "I;16B"]
)
def test_every_mode_becomes_rgb(mode):
    pixels = to_rgb(Image.new(mode, (3, 2)))
    assert (pixels.shape, pixels.dtype) == ((2, 3, 3), np.uint8)


def test_large_pictures_are_converted_in_strips():
    stored = np.tile(noise(100, 100, 4), (15, 15, 1))  # 2.25 megapixels: three strips
    expected = decode(encoded(Image.fromarray(stored[:100, :100]), "PNG")).pixels
    assert np.array_equal(decode(encoded(Image.fromarray(stored), "PNG")).pixels, np.tile(expected, (15, 15, 1)))


@pytest.mark.parametrize("kind", ["PNG", "WebP", "GIF", "BMP", "JPEG"])
@pytest.mark.parametrize("size", [(1501, 700), (999, 2600), (3001, 40), (4700, 800)])
def test_any_large_image_is_shrunk_to_the_mean_of_areas(kind, size):
    small = Image.fromarray(noise(9, 12))
    stored = small.resize(size, Image.Resampling.BICUBIC).convert("L" if kind == "GIF" else "RGB")
    picture = decode(encoded(stored, kind, **({"lossless": True} if kind == "WebP" else {})))
    scale = LONG_SIDE / max(size)
    width, height = (max(1, round(side * scale)) for side in size)
    assert (picture.size, picture.pixels.shape) == (size, (height, width, 3))
    mean = cv2.resize(np.asarray(stored.convert("RGB")), (width, height), interpolation=cv2.INTER_AREA)
    assert np.abs(picture.pixels.astype(float) - mean).max() <= (30 if kind == "JPEG" else 4)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "I;16"])
def test_transparency_is_laid_on_white_before_the_mean(mode):
    image = Image.new("RGBA", (3000, 2), (0, 0, 0, 255)) if mode != "I;16" else Image.new("I;16", (3000, 2), 0)
    if mode == "I;16":
        image.putdata([65535 * (x % 2) for x in range(3000)] * 2)
    else:
        image.putalpha(Image.fromarray(np.tile(np.array([0, 255], np.uint8), (2, 1500))))
        image = image.convert(mode)
    assert np.abs(decode(encoded(image, "PNG")).pixels.astype(int) - 128).max() <= 1


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("gif animated", "Animated GIF: its first frame is used."),
        ("apng", "Animated PNG: its first frame is used."),
        ("webp animated", "Animated WebP: its first frame is used."),
        ("tiff pages", "TIFF of several pages: its first is used."),
    ],
)
def test_first_frame_of_an_animation(name, note):
    files = one_of_each()
    picture, still = decode(files[name]), decode(files[STILL[name]])
    assert (picture.notes, still.notes) == ((note,), ())
    assert np.array_equal(picture.pixels, still.pixels)


@pytest.mark.parametrize(
    ("size", "read"),
    [
        ((1500, 10), (1500, 10)),
        ((3000, 2001), (1500, 1000)),
        ((8000, 6000), (1500, 1125)),
        ((12000, 9), (1500, 1)),
        ((65500, 1), (1500, 1)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_large_jpegs_are_read_at_reduced_size(size, read, mode):
    picture = decode(encoded(Image.new(mode, size, "teal"), "JPEG"))
    assert (picture.size, picture.pixels.shape) == (size, (*read[::-1], 3))
    reduced = f"Read at reduced size, {read[0]:,} × {read[1]:,} of {size[0]:,} × {size[1]:,} px."
    assert picture.notes == (() if size == read else (reduced,))
    colour = Image.new(mode, (1, 1), "teal").convert("RGB").getpixel((0, 0))
    assert np.abs(picture.pixels[:4, :4].astype(int) - colour).max() < 4


def test_a_reduced_photograph_is_turned_upright():
    stored = np.zeros((2000, 3200, 3), np.uint8)
    stored[:, 1600:] = 255
    picture = decode(encoded(Image.fromarray(stored), "JPEG", exif=exif(6)))
    assert (picture.size, picture.pixels.shape) == ((3200, 2000), (1500, 938, 3))
    assert picture.notes == ("Read at reduced size, 1,500 × 938 of 3,200 × 2,000 px.",)
    assert picture.pixels[:740].max() < 10
    assert picture.pixels[760:].min() > 245


def test_a_progressive_jpeg_reads_like_a_plain_one():
    image = Image.fromarray(noise(12, 12)).resize((300, 200), Image.Resampling.BICUBIC)
    plain, progressive = (decode(encoded(image, "JPEG", progressive=way)).pixels for way in (False, True))
    assert np.array_equal(plain, progressive)


def test_a_jpeg_followed_by_other_data_is_still_a_jpeg():
    video = b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 5000  # a motion photo: no scans of the image
    assert decode(encoded(Image.new("RGB", (8, 8)), "JPEG") + video).pixels.shape == (8, 8, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP"])
def test_extreme_shapes(size, kind):
    read = [min(side, LONG_SIDE) for side in size]
    assert decode(encoded(Image.new("RGB", size), kind)).pixels.shape == (*read[::-1], 3)


def test_many_threads_at_once():
    files = one_of_each()
    expected = {name: decode(data).pixels for name, data in files.items()}
    wrong = []

    def work() -> None:
        for name, data in files.items():
            if not np.array_equal(decode(data).pixels, expected[name]):
                wrong.append(name)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_pillows_own_settings_are_left_alone():
    assert Image.MAX_IMAGE_PIXELS == 1024 * 1024 * 1024 // 4 // 3
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_every_stamp_is_read(stamps_dir):
    for path in sorted(stamps_dir.rglob("*.png"))[::8]:
        picture = decode(path)
        assert picture.pixels.shape == (*picture.size[::-1], 3)

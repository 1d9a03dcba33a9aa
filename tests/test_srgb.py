"""Colours: whatever profile an image's file has, its pixels are sRGB."""

import struct

import numpy as np
import pytest
from PIL import Image

from mmdemo.preprocess import opened_image
from mmdemo.preprocess.colour_profile import is_simple, is_srgb
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.reencoded import copy_of
from mmdemo.preprocess.srgb import UNUSABLE
from tests.colour_profiles import P3, SRGB, grey_profile, ink_profile, rgb_profile, to_d50
from tests.pace import cpu_seconds
from tests.picture_files import encoded, exif, noise

DISPLAY_P3 = rgb_profile(P3)
CONVERTED = "Its colours, “Display P3”, are converted to sRGB."
LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}, "TIFF": {"compression": "tiff_lzw"}}
LOSSY = {"JPEG": {"quality": 98, "subsampling": 0}, "AVIF": {"quality": 98, "subsampling": "4:4:4"}}


def light(stored: np.ndarray) -> np.ndarray:
    """sRGB's values (0–1) as light. Source: IEC 61966-2-1."""
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)


def stored(light: np.ndarray) -> np.ndarray:
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def in_srgb(pixels: np.ndarray) -> np.ndarray:
    """What Display P3 pixels are in sRGB, by the formulas."""
    xyz = light(pixels / 255) @ to_d50(P3).T
    return stored(xyz @ np.linalg.inv(to_d50(SRGB)).T) * 255


def patches(channels: int = 3) -> np.ndarray:
    """Large squares of random colours, which JPEG keeps."""
    return noise(6, 8, channels).repeat(16, axis=0).repeat(16, axis=1)


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_display_p3_becomes_srgb_in_every_format(kind: str) -> None:
    options = {**LOSSLESS, **LOSSY}[kind]
    image = decode(encoded(Image.fromarray(patches()), kind, icc_profile=DISPLAY_P3, **options))
    wrong = np.abs(image.pixels - in_srgb(patches()))
    assert (wrong.max() if kind in LOSSLESS else wrong.mean()) < 2
    assert image.notes == (CONVERTED,)
    assert np.abs(patches() - in_srgb(patches())).max() > 20  # so that the test can fail


def test_a_jpeg_that_is_reduced_while_it_is_decoded_is_converted_too() -> None:
    stored = Image.fromarray(patches()).resize((1280, 960), Image.Resampling.NEAREST)
    image = decode(encoded(stored, "JPEG", icc_profile=DISPLAY_P3, exif=exif(3), **LOSSY["JPEG"]), long_side=160)
    inner = np.s_[5::20, 5::20]  # away from the edges of the squares
    assert np.abs(image.pixels[::-1, ::-1][inner] - in_srgb(patches())[5::16, 5::16][:6, :8])[:, :].mean() < 4
    assert image.notes[-1] == CONVERTED


def test_transparency_is_on_white_all_the_same() -> None:
    pixels = patches(4)
    pixels[:16, :16] = (200, 30, 30, 0)
    image = decode(encoded(Image.fromarray(pixels), "PNG", icc_profile=DISPLAY_P3))
    assert image.pixels[8, 8].tolist() == [255, 255, 255]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_srgb_costs_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.ImageCms.buildTransform", None)
    image = Image.fromarray(patches())
    plain, marked = encoded(image, kind), encoded(image, kind, icc_profile=rgb_profile(SRGB, "c2"))
    assert (decode(marked).notes, len(marked) > len(plain)) == ((), True)
    assert np.array_equal(decode(marked).pixels, decode(plain).pixels)
    copies = [copy_of(data) for data in (plain, marked)]
    assert copies[0].data == copies[1].data


def test_a_gamma_or_other_primaries_are_not_srgb() -> None:
    linear = b"curv" + bytes(8)
    table = b"curv\0\0\0\0" + struct.pack(">L1024H", 1024, *(light(np.arange(1024) / 1023) * 65535).round().astype(int))
    power = b"curv\0\0\0\0" + struct.pack(">LHH", 1, round(2.2 * 256), 0)
    assert [is_srgb(rgb_profile(SRGB, curve=curve)) for curve in (table, power, linear)] == [True, True, False]
    assert (is_srgb(DISPLAY_P3), is_simple(DISPLAY_P3), is_srgb(b""), is_simple(b"")) == (False, True, False, True)


def test_grey_with_a_gamma_of_its_own() -> None:
    grey = patches(1)[..., 0]
    image = decode(encoded(Image.fromarray(grey), "PNG", icc_profile=grey_profile(1.8)))
    assert np.abs(image.pixels[..., 1] - stored((grey / 255) ** 1.8) * 255).max() < 2
    assert image.notes == ("Its colours, “Grey gamma”, are converted to sRGB.",)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_are_what_their_profile_says(kind: str) -> None:
    labs = np.full((16, 3), 128)
    labs[:, 0] = 255 - 12 * np.arange(16)  # lighter or darker greys; cyan alone is number 8
    labs[8] = (140, 90, 80)
    image = Image.new("CMYK", (64, 48), (255, 0, 0, 0))
    found = decode(encoded(image, kind, icc_profile=ink_profile(labs), **({"quality": 98} if kind == "JPEG" else {})))
    xyz = lab_to_xyz(140 / 255 * 100, 90 - 128, 80 - 128)
    assert np.abs(found.pixels[20, 20] - stored(np.linalg.inv(to_d50(SRGB)) @ xyz) * 255).max() < 6
    assert found.notes == ("Its colours, “Inks”, are converted to sRGB.",)


def lab_to_xyz(lightness: float, a: float, b: float) -> np.ndarray:
    """CIE Lab → XYZ under D50. Source: CIE 15."""
    y = (lightness + 16) / 116
    roots = np.array([y + a / 500, y, y - b / 200])
    return np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29)) * (0.9642, 1.0, 0.8249)


def test_a_profile_that_costs_more_than_a_matrix_is_applied_in_the_child() -> None:
    data = encoded(Image.new("CMYK", (64, 48)), "JPEG", icc_profile=ink_profile(np.full((16, 3), 128)))
    assert not opened_image.opened(data, "it").bounded
    assert opened_image.opened(encoded(Image.new("RGB", (4, 3)), "JPEG", icc_profile=DISPLAY_P3), "it").bounded


DAMAGED = {
    "no profile": b"nonsense",
    "cut": DISPLAY_P3[:300],
    "of other colours": ink_profile(np.full((16, 3), 128)),
    "without curves": DISPLAY_P3.replace(b"rTRC", b"xTRC"),
    "head alone": DISPLAY_P3[:128],
    "of 4 billion tags": DISPLAY_P3[:128] + b"\xff\xff\xff\xff" + DISPLAY_P3[132:],
    "of many bytes": DISPLAY_P3.ljust(5_000_000, b"x"),
}


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_profile_that_is_damaged_or_wrong_leaves_the_colours_as_they_are(damage: str, kind: str) -> None:
    data = encoded(Image.fromarray(patches()), kind, icc_profile=DAMAGED[damage])
    image = decode(data)
    assert (image.notes, np.array_equal(image.pixels, patches())) == ((UNUSABLE,), True)
    assert cpu_seconds(lambda: decode(data), 1) < 1

"""Rotating, flipping, recolouring and fitting, each against an independent calculation."""

import dataclasses
import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.errors import ConfigError
from mmdemo.preprocess.image import ImageSettings, adjust, prepare, steps, to_square
from mmdemo.preprocess.operations import LONGEST
from tests.picture_files import noise

MODES = ("letterbox", "crop", "stretch")
EXTREME = [(1, 1), (1, 20_000), (20_000, 1), (3, 65_535)]  # height, width


def inside(square):
    """Return the part of the square that the image takes."""
    x, y, width, height = square.box
    return square.pixels[y : y + height, x : x + width]


def plain(height, width, colour=(10, 90, 200)):
    return np.full((height, width, 3), colour, np.uint8)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 80), st.sampled_from(MODES))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_any_shape_becomes_the_square(height, width, size, mode):
    square = to_square(plain(height, width), size, mode)
    x, y, wide, high = square.box
    assert (square.pixels.shape, square.pixels.dtype) == ((size, size, 3), np.uint8)
    assert min(x, y) >= 0 < min(wide, high)
    assert max(x + wide, y + high) <= size
    assert (inside(square) == (10, 90, 200)).all()
    assert (square.pixels == 255).all(axis=2).sum() == size * size - wide * high


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from((1, 64, 224)))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_a_letterbox_keeps_the_proportions_and_is_centred(height, width, size):
    x, y, wide, high = to_square(np.zeros((height, width, 3), np.uint8), size, "letterbox").box
    scale = Fraction(size, max(height, width))
    for side, source in ((wide, width), (high, height)):
        assert abs(side - source * scale) <= Fraction(1, 2) or side == 1
    assert max(wide, high) == size
    assert (size - wide - 2 * x) in (0, 1)
    assert (size - high - 2 * y) in (0, 1)


def test_a_letterbox_by_hand():
    assert to_square(plain(300, 400), 224, "letterbox").box == (0, 28, 224, 168)
    assert to_square(plain(400, 300), 224, "letterbox").box == (28, 0, 168, 224)
    assert to_square(plain(20_000, 1), 224, "letterbox").box == (111, 0, 1, 224)


@pytest.mark.parametrize("shape", EXTREME)
@settings(max_examples=15)
@given(st.sampled_from(MODES), st.sampled_from([0, 0.01, 45, -90]) | st.floats(-180, 180), st.booleans())
def test_extreme_shapes(shape, mode, rotate, grey):
    square = prepare(plain(*shape, (0, 0, 0)), ImageSettings(resize=mode, rotate=rotate, grey=grey, contrast=2), 32)
    assert square.pixels.shape == (32, 32, 3)
    assert square.pixels.min() < 255


def test_crop_keeps_the_centre_only():
    stripes = np.concatenate(
        [plain(10, 10, (255, 0, 0)), plain(10, 10, (0, 255, 0)), plain(10, 10, (0, 0, 255))], axis=1
    )
    for picture in (stripes, stripes.swapaxes(0, 1)):
        square = to_square(picture, 24, "crop")
        assert (square.pixels == (0, 255, 0)).all()
        assert square.box == (0, 0, 24, 24)


def test_shrinking_averages():
    stored = noise(64, 96)
    means = stored.astype(float).reshape(16, 4, 24, 4, 3).mean(axis=(1, 3))
    assert np.abs(inside(to_square(stored, 24, "letterbox")) - means).max() <= 0.51


def test_stretching_averages_one_side_while_it_enlarges_the_other():
    stored = np.repeat(noise(1, 64), 2, axis=0)
    means = stored[:1].astype(float).reshape(1, 16, 4, 3).mean(axis=2)
    assert np.abs(to_square(stored, 16, "stretch").pixels - means).max() <= 0.51


def test_enlarging_is_smooth():
    ramp = np.repeat(np.linspace(0, 255, 8).astype(np.uint8)[None, :, None], 8, axis=0).repeat(3, axis=2)
    enlarged = to_square(ramp, 80, "letterbox").pixels[40, 10:70, 0].astype(int)
    assert (np.diff(enlarged) >= 0).all()
    assert len(np.unique(enlarged)) > 40


def test_what_fits_already_is_left_as_it_is():
    stored = noise(24, 24)
    assert all(np.array_equal(to_square(stored, 24, mode).pixels, stored) for mode in MODES)


@pytest.mark.parametrize(
    ("size", "mode", "message"), [(0, "crop", "The size is 0 px"), (8, "zoom", "resize is 'zoom'")]
)
def test_what_cannot_be_fitted(size, mode, message):
    with pytest.raises(ConfigError, match=message):
        to_square(plain(2, 2), size, mode)


def test_nothing_to_do_returns_the_picture_itself():
    stored = noise(5, 7)
    assert adjust(stored, ImageSettings()) is stored
    assert adjust(stored, ImageSettings(resize="crop")) is stored


@pytest.mark.parametrize(
    "change",
    [{"rotate": 90}, {"rotate": 30}, {"flip": "vertical"}, {"grey": True}, {"brightness": 0.5}, {"contrast": 0}],
)
def test_the_given_picture_is_never_changed(change):
    stored = noise(5, 7)
    stored.setflags(write=False)
    before = stored.copy()
    assert adjust(stored, ImageSettings(**change)) is not stored
    assert np.array_equal(stored, before)


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (-90, -1), (-180, 2), (90.0, 1)])
def test_quarter_turns_are_exact(degrees, turns):
    stored = noise(5, 7)
    assert np.array_equal(adjust(stored, ImageSettings(rotate=degrees)), np.rot90(stored, turns))


@pytest.mark.parametrize("degrees", [-135, -20, 0.5, 45, 100, 179])
def test_rotation_keeps_the_whole_picture_on_white(degrees):
    turned = adjust(plain(60, 100, (0, 0, 0)), ImageSettings(rotate=degrees))
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    assert abs(turned.shape[1] - (100 * cos + 60 * sin)) <= 1
    assert abs(turned.shape[0] - (100 * sin + 60 * cos)) <= 1
    ink = (255 - turned[..., 0].astype(float)).sum() / 255
    assert ink == pytest.approx(60 * 100, rel=0.03)
    if abs(degrees) > 5:
        assert (turned[[0, 0, -1, -1], [0, -1, 0, -1]] == 255).all()


def test_rotation_is_anticlockwise_about_the_centre():
    stored = plain(101, 101, (255, 255, 255))
    stored[48:53, 88:93] = 0  # 40 px to the right of the centre
    turned = adjust(stored, ImageSettings(rotate=30))
    y, x = np.argwhere(turned[..., 0] < 128).mean(axis=0) - (np.array(turned.shape[:2]) - 1) / 2
    assert (x, y) == pytest.approx((40 * math.cos(math.pi / 6), -40 * math.sin(math.pi / 6)), abs=0.5)


def test_rotation_of_a_large_picture_is_reduced():
    turned = adjust(plain(3000, 4000, (0, 0, 0)), ImageSettings(rotate=45))
    assert max(turned.shape[:2]) in (LONGEST - 1, LONGEST, LONGEST + 1)
    assert (turned[..., 0] < 128).mean() == pytest.approx(3000 * 4000 / (7000**2 / 2), rel=0.01)


def test_flips():
    stored = noise(5, 7)
    assert np.array_equal(adjust(stored, ImageSettings(flip="horizontal")), stored[:, ::-1])
    assert np.array_equal(adjust(stored, ImageSettings(flip="vertical")), stored[::-1])


def test_grey_is_luma():
    stored = noise(50, 60)
    grey = adjust(stored, ImageSettings(grey=True))
    assert np.abs(grey - (stored @ [0.299, 0.587, 0.114])[..., None]).max() <= 0.51


@pytest.mark.parametrize(("brightness", "contrast"), [(0.2, 1), (-1, 1), (0, 0), (0, 3), (-0.1, 1.7), (0.5, 0.25)])
def test_brightness_and_contrast(brightness, contrast):
    stored = noise(50, 60)
    expected = np.clip((stored - 127.5) * contrast + 127.5 + 255 * brightness, 0, 255)
    assert (
        np.abs(adjust(stored, ImageSettings(brightness=brightness, contrast=contrast)) - expected).max() <= 0.5 + 1e-9
    )


def test_everything_at_once_is_done_in_order():
    stored = noise(20, 30)
    chosen = ImageSettings("crop", rotate=90, flip="horizontal", grey=True, brightness=0.1, contrast=1.5)
    by_hand = adjust(np.rot90(stored)[:, ::-1].copy(), ImageSettings(grey=True))
    by_hand = adjust(by_hand, ImageSettings(brightness=0.1, contrast=1.5))
    assert np.array_equal(adjust(stored, chosen), by_hand)
    assert np.array_equal(prepare(stored, chosen, 16).pixels, to_square(by_hand, 16, "crop").pixels)


def test_steps_name_only_what_is_done():
    stored = noise(20, 30)
    stages = steps(stored, ImageSettings(), 224)
    assert [stage.name for stage in stages] == ["As in the file", "Made square by white edges (letterboxed)"]
    assert stages[0].pixels is stored


def test_every_step():
    stored = noise(20, 30)
    chosen = ImageSettings("stretch", rotate=-12.5, flip="vertical", grey=True, brightness=-0.25, contrast=1.5)
    stages = steps(stored, chosen, 64)
    assert [stage.name for stage in stages] == [
        "As in the file",
        "Rotated 12.5° clockwise",
        "Mirrored top to bottom",
        "Colours taken away",
        "25% darker, contrast 150%",
        "Stretched to a square",
    ]
    assert np.array_equal(stages[-2].pixels, adjust(stored, chosen))
    assert np.array_equal(stages[-1].pixels, prepare(stored, chosen, 64).pixels)


def test_settings_survive_json():
    chosen = ImageSettings("crop", rotate=-7.5, flip="vertical", grey=True, brightness=0.25, contrast=2)
    assert ImageSettings(**json.loads(json.dumps(dataclasses.asdict(chosen)))) == chosen


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"resize": "zoom"}, "resize is 'zoom'; expected one of letterbox, crop, stretch."),
        ({"flip": "both"}, "flip is 'both'; expected one of none, horizontal, vertical."),
        ({"flip": None}, "flip is None; expected one of none, horizontal, vertical."),
        ({"grey": 1}, "grey is 1; expected one of False, True."),
        ({"rotate": 181}, "rotate is 181; expected a number from -180 to 180."),
        ({"rotate": float("nan")}, "rotate is nan; expected a number from -180 to 180."),
        ({"rotate": "90"}, "rotate is '90'; expected a number from -180 to 180."),
        ({"brightness": -1.1}, "brightness is -1.1; expected a number from -1 to 1."),
        ({"contrast": True}, "contrast is True; expected a number from 0 to 3."),
    ],
)
def test_settings_that_make_no_sense(setting, message):
    with pytest.raises(ConfigError) as caught:
        ImageSettings(**setting)
    assert str(caught.value) == message

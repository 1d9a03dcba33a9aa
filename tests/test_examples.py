import numpy as np
import pytest

from mmdemo.datasets.drawings.curves import box, ellipse
from mmdemo.datasets.drawings.shading import Glow, Shade, render
from mmdemo.datasets.examples import example_pairs

WHOLE = box(-1.1, -1.1, 1.1, 1.1)


def test_there_are_six_pairs_of_different_things():
    pairs = example_pairs()
    assert len(pairs) == 6
    assert len({pair.name for pair in pairs}) == len({pair.caption for pair in pairs}) == 6
    assert len({pair.image.tobytes() for pair in pairs}) == 6


def test_pictures_are_arrays_that_a_browser_and_a_model_can_take():
    for pair in example_pairs():
        assert pair.image.shape == (320, 320, 3)
        assert pair.image.dtype == np.uint8
        assert pair.image.flags.c_contiguous


def test_pictures_are_drawn_from_edge_to_edge_in_many_colours():
    for pair in example_pairs():
        assert not (pair.image == 255).all(axis=2)[[0, -1]].all()
        assert len(np.unique(pair.image.reshape(-1, 3), axis=0)) > 2000


def test_they_are_the_same_each_time_whatever_was_done_to_the_last_ones():
    first = example_pairs()
    kept = [pair.image.copy() for pair in first]
    for pair in first:
        pair.image[:] = 0
    assert all(np.array_equal(pair.image, old) for pair, old in zip(example_pairs(), kept, strict=True))


@pytest.mark.parametrize("name", ["Apple", "Car"])
def test_some_captions_leave_it_to_the_picture(name):
    pair = next(pair for pair in example_pairs() if pair.name == name)
    assert name.lower() not in pair.caption


@pytest.mark.parametrize("name", ["T-shirt", "Fir"])
def test_some_captions_say_what_the_picture_may_not(name):
    pair = next(pair for pair in example_pairs() if pair.name == name)
    assert {"T-shirt": "T-shirt", "Fir": "tree"}[name] in pair.caption


def test_a_glow_fades_from_one_colour_to_the_other():
    """Against a calculation pixel by pixel."""
    drawn = render([Shade(WHOLE, Glow((200, 100, 0), (0, 100, 200), (0.5, -0.5), 1.0))], 32)
    for row, column in ((0, 0), (8, 24), (5, 20), (31, 31), (16, 8)):
        x, y = (column + 0.5) / 16 - 1, (row + 0.5) / 16 - 1
        share = min(np.hypot(x - 0.5, y + 0.5), 1)
        assert drawn[row, column] == pytest.approx([200 * (1 - share), 100, 200 * share], abs=0.51)


def test_opacity_mixes_with_what_is_below():
    drawn = render([Shade(WHOLE, (100, 0, 0)), Shade(WHOLE, (0, 200, 0), opacity=0.25)], 8)
    assert (drawn == (75, 50, 0)).all()


def test_a_piece_is_cut_to_what_it_is_inside_of():
    drawn = render([Shade(WHOLE, (0, 0, 0), inside=box(-1, -1, 0, 1))], 40)
    assert (drawn[:, :18] == 0).all()
    assert (drawn[:, 22:] == 255).all()


def test_blur_spreads_the_edge_and_keeps_the_amount():
    sharp, soft = (255.0 - render([Shade(ellipse(0, 0, 0.4), (0, 0, 0), blur=blur)], 100) for blur in (0, 0.05))
    assert soft.sum() == pytest.approx(sharp.sum(), rel=0.02)
    assert len(np.unique(soft)) > len(np.unique(sharp))


def test_a_piece_outside_of_the_picture_is_left_out():
    assert (render([Shade(ellipse(3, 3, 0.4), (0, 0, 0))], 20) == 255).all()

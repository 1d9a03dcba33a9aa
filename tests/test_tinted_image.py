"""The tinted image on Classify is made once for what it shows."""

from dataclasses import replace

import numpy as np
import pytest

from mmdemo.preprocess.square import Square
from mmdemo.ui.modalities import image_explanation
from tests.every_chart import Seen

PIXELS = np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8)
SEEN = Seen(Square(PIXELS, (0, 4, 32, 24)), np.zeros(4), np.zeros((3, 3, 4)))
VALUES = np.linspace(-1, 1, 9)
OTHERS = {
    "values": (SEEN, -VALUES),
    "pixels": (replace(SEEN, square=Square(255 - PIXELS, SEEN.square.box)), VALUES),
    "box": (replace(SEEN, square=Square(PIXELS, (4, 0, 24, 32))), VALUES),
}


def test_another_caption_leaves_it_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    first = image_explanation._tinted(SEEN, VALUES)
    monkeypatch.setattr(image_explanation, "tinted_webp", lambda *_: pytest.fail("It was made again."))
    again = replace(SEEN, square=Square(PIXELS.copy(), SEEN.square.box), features=np.ones(4))
    assert image_explanation._tinted(again, VALUES.copy()) == first


@pytest.mark.parametrize("what", OTHERS)
def test_another_image_or_class_is_tinted_anew(what: str) -> None:
    assert image_explanation._tinted(*OTHERS[what]) != image_explanation._tinted(SEEN, VALUES)


def test_a_hundred_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    monkeypatch.setattr(image_explanation, "tinted_webp", lambda _, values: made.append(values[0]) or b"webp")
    for number in range(102):
        image_explanation._tinted(SEEN, np.full(9, number + 2.0))
    image_explanation._tinted(SEEN, np.full(9, 2.0))  # has gone, unlike
    image_explanation._tinted(SEEN, np.full(9, 103.0))
    assert len(made) == 103

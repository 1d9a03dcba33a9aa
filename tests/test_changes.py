"""What preparations change, in words."""

from itertools import combinations

import pytest

from mmdemo.preprocess.changes import WHY, changed, in_words
from mmdemo.preprocess.image import ImageSettings
from mmdemo.preprocess.text import TextSettings, clean_steps

IMAGE = {"rotate": 15.0, "flip": "vertical", "grey": True, "brightness": -0.2, "contrast": 1.5, "resize": "crop"}
CAPTION = {"lowercase": False, "accents": True, "stop_words": "english", "ngrams": 2}


def test_every_step_of_cleaning_has_a_reason() -> None:
    names = {step.name for ngrams in (1, 2) for step in clean_steps("A", TextSettings(True, True, "english", ngrams))}
    assert names == WHY.keys()


def test_defaults_change_nothing() -> None:
    assert changed(ImageSettings()) == changed(TextSettings()) == {}
    assert in_words(ImageSettings(), TextSettings()) == []


@pytest.mark.parametrize("name", IMAGE)
def test_each_setting_of_a_picture_has_its_words(name: str) -> None:
    settings = ImageSettings(**{name: IMAGE[name]})
    assert changed(settings) == {name: IMAGE[name]}
    (phrase,) = in_words(settings, TextSettings())
    assert "image" in phrase


@pytest.mark.parametrize("name", CAPTION)
def test_each_setting_of_a_caption_has_its_words(name: str) -> None:
    settings = TextSettings(**{name: CAPTION[name]})
    assert changed(settings) == {name: CAPTION[name]}
    assert len(in_words(ImageSettings(), settings)) == 1


@pytest.mark.parametrize(("first", "second"), [*combinations(IMAGE, 2)])
def test_the_first_phrase_names_the_picture_and_the_others_refer_to_it(first: str, second: str) -> None:
    phrases = in_words(ImageSettings(**{first: IMAGE[first], second: IMAGE[second]}), TextSettings())
    assert ["image" in phrase for phrase in phrases] == [True, False]


def test_in_words() -> None:
    image = ImageSettings(rotate=-90, flip="horizontal", brightness=0.25, resize="stretch")
    assert in_words(image, TextSettings()) == [
        "turning the image by 90° clockwise",
        "exchanging its left and right",
        "making it 25% brighter",
        "stretching it to a square",
    ]
    assert in_words(ImageSettings(contrast=0.5), TextSettings()) == ["lowering the image’s contrast to 50%"]

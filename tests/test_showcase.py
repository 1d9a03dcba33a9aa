"""The Overview's worked example makes sense at a glance: what it was chosen for holds of the shipped model."""

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.example import Example, read_example
from mmdemo.model.heads import FUSED
from tests.models import ROOT

RIGHT = "vehicles"  # what the image shows
EXPECTED = {"jaguar": "animals", "road": RIGHT}  # the words of content, and the class that each is for


@pytest.fixture(scope="module")
def example() -> Example:
    found = read_example(load(ROOT / "models" / "everyday").path)
    assert found is not None
    return found


def test_image_and_caption_alone_differ_and_both_are_right(example: Example) -> None:
    answers = {head: example.explained.classes[int(rows.argmax())] for head, rows in example.answer.heads.items()}
    assert answers["image"] != answers["text"]
    assert answers[FUSED] == example.answer.label == RIGHT
    assert example.answer.heads[FUSED].max() >= 0.9


def test_words_of_content_count_most_and_as_anyone_would_expect(example: Example) -> None:
    words, values = example.explained.units("text", RIGHT)
    assert example.explained.rival(RIGHT) in EXPECTED.values()
    content = np.array([word in EXPECTED for word in words])
    assert content.sum() == len(EXPECTED)
    assert np.abs(values[content]).min() > 2 * np.abs(values[~content]).max()
    for word, value in zip(words, values, strict=True):
        assert word not in EXPECTED or (value > 0) == (EXPECTED[word] == RIGHT)

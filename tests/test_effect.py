"""What a preparation does to a model's answer, and how it is charted."""

import re
from dataclasses import dataclass

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.charts.effect import effect_bars, moved_classes, single_effects_bars
from mmdemo.datasets.examples import example_pairs
from mmdemo.explanation.effect import (
    ANSWER,
    Effect,
    effect,
    prepared,
    probabilities,
    sentence,
    single_effects,
    single_operations,
)
from mmdemo.explanation.palette import AGAINST, FOR
from mmdemo.modalities.image_preparation import side
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import percent
from mmdemo.model.model import Model, Prediction
from mmdemo.preprocess.image import ImageSettings, prepare
from mmdemo.preprocess.text import TextSettings, clean
from tests.test_docs import ROOT

DEFAULT = (ImageSettings(), TextSettings())
SINGLE = {
    **{title: (settings, TextSettings()) for title, settings in MODALITIES["image"].preparation.operations.items()},
    **{title: (ImageSettings(), settings) for title, settings in MODALITIES["text"].preparation.operations.items()},
}
HEADS = (ANSWER, "image", "text", "fused")


@pytest.fixture(scope="module")
def model() -> Model:
    return load(ROOT / "models" / "everyday").model


@dataclass(frozen=True)
class Example:
    pixels: np.ndarray
    caption: str


def effect_of(
    model: Model, pixels: np.ndarray | None, caption: str, image: ImageSettings, text: TextSettings
) -> Effect:
    """The effect of a preparation on a pair, of which something is left before."""
    changed = None if pixels is None else prepared(model, "image", pixels, image)
    left = {"image": changed, "text": clean(caption, text)}
    missing = all(model.is_missing(name, value) for name, value in left.items())
    before = model.examine({"image": pixels, "text": caption})
    return effect(model, before, {} if missing else model.examine(left))


def single_effects_of(model: Model, pixels: np.ndarray | None, caption: str) -> dict[str, Prediction]:
    values = {"image": pixels, "text": caption}
    evidence = model.examine(values)
    return single_effects(model, evidence, {name: single_operations(model, name, values[name]) for name in evidence})


def said_of(
    model: Model, found: Effect, image: ImageSettings, text: TextSettings = TextSettings(), head: str = ANSWER
) -> str:
    return sentence(model, found, {"image": image, "text": text}, head)


@pytest.fixture(params=["Car", "Apple"])
def pair(request: pytest.FixtureRequest) -> Example:
    found = next(pair for pair in example_pairs() if pair.name == request.param)
    return Example(found.image, found.caption)


def test_without_changes_the_answer_stays(model: Model, pair: Example) -> None:
    found = effect_of(model, pair.pixels, pair.caption, *DEFAULT)
    assert found.after is not None
    assert found.after.label == found.before.label
    np.testing.assert_allclose(found.after.probabilities, found.before.probabilities, atol=1e-9)


def test_the_picture_alone_reaches_the_model_prepared(model: Model, pair: Example) -> None:
    settings = ImageSettings(rotate=90, grey=True, resize="crop")
    found = effect_of(model, pair.pixels, pair.caption, settings, TextSettings())
    square = prepare(pair.pixels, settings, side(model.encoders["image"])).pixels
    expected = model.classify({"image": square, "text": pair.caption})
    assert found.after is not None
    np.testing.assert_allclose(found.after.probabilities, expected.probabilities, atol=1e-9)
    np.testing.assert_array_equal(found.after.heads["text"], found.before.heads["text"])
    assert not np.allclose(found.after.heads["image"], found.before.heads["image"])


def test_the_model_resizes_what_it_would_resize_alike(model: Model, pair: Example) -> None:
    flipped = prepared(model, "image", pair.pixels, ImageSettings(flip="horizontal"))
    np.testing.assert_array_equal(flipped, pair.pixels[:, ::-1])
    stretched = prepared(model, "image", pair.pixels[:100], ImageSettings(resize="stretch"))
    assert stretched.shape == (side(model.encoders["image"]), side(model.encoders["image"]), 3)


def test_a_caption_that_loses_all_its_words_is_missing(model: Model, pair: Example) -> None:
    stop = TextSettings(stop_words="english")
    found = effect_of(model, pair.pixels, "it is what it is", ImageSettings(), stop)
    assert found.after is not None
    assert (found.before.head, found.after.head) == ("fused", "image")
    alone = effect_of(model, None, "it is what it is", ImageSettings(), stop)
    assert alone.after is None
    assert said_of(model, alone, ImageSettings(), stop) == "Leaving out very common words leaves nothing to classify."
    assert said_of(model, alone, ImageSettings(), stop, "image") == "This pair lacks what this model reads."


@pytest.mark.parametrize("head", HEADS)
def test_the_sentence_says_what_the_numbers_say(model: Model, pair: Example, head: str) -> None:
    image = ImageSettings(rotate=180, brightness=-0.6, contrast=0.3)
    found = effect_of(model, pair.pixels, pair.caption, image, TextSettings())
    assert found.after is not None
    said = said_of(model, found, image, TextSettings(), head)
    before, after = probabilities(found.before, head), probabilities(found.after, head)
    assert before is not None and after is not None
    best = int(before.argmax())
    assert f"“{model.classes[best]}”" in said
    assert f"{percent(before[best])}" in said
    if head == "text":
        assert said.startswith("Nothing is changed yet")
    else:
        assert said.startswith("Turning the image by 180° anticlockwise, making it 60% darker and lowering")
        assert f"to {percent(after[best])}" in said
        assert ("gets ahead" in said) == (after.argmax() != best)


@pytest.mark.parametrize(
    ("image", "text", "expected"),
    [
        (ImageSettings(), TextSettings(), "Nothing is changed yet beyond the model's usual preparation: “"),
        (ImageSettings(), TextSettings(ngrams=3), "Nothing is changed yet beyond the model's usual preparation: “"),
        (ImageSettings(grey=True), TextSettings(), "Taking the image’s colours away "),
        (ImageSettings(), TextSettings(lowercase=False), "Keeping capitals leaves “"),
        (ImageSettings(grey=True), TextSettings(accents=True), "Taking the image’s colours away and taking "),
    ],
)
def test_sentences(model: Model, pair: Example, image: ImageSettings, text: TextSettings, expected: str) -> None:
    assert said_of(model, effect_of(model, pair.pixels, pair.caption, image, text), image, text).startswith(expected)


def test_single_effects_are_those_of_the_settings_alone(model: Model, pair: Example) -> None:
    found = single_effects_of(model, pair.pixels, pair.caption)
    assert {"Without the image", "Without the caption", "A quarter turn", "No very common words"} <= found.keys()
    assert "Central square" not in found  # the image is a square
    for name in found.keys() & SINGLE.keys():
        expected = effect_of(model, pair.pixels, pair.caption, *SINGLE[name]).after
        assert expected is not None
        np.testing.assert_allclose(found[name].probabilities, expected.probabilities, atol=1e-6)
    expected = model.classify({"text": pair.caption})
    np.testing.assert_allclose(found["Without the image"].probabilities, expected.probabilities, atol=1e-9)


def test_single_effects_of_half_a_pair(model: Model, pair: Example) -> None:
    assert single_effects_of(model, None, "it is a café").keys() == {"No very common words", "No accents"}
    assert single_effects_of(model, None, "cars").keys() == set()
    assert single_effects_of(model, pair.pixels[:200], "").keys() == MODALITIES["image"].preparation.operations.keys()


def test_each_single_operation_is_one() -> None:
    assert all((image == ImageSettings()) != (text == TextSettings()) for image, text in SINGLE.values())


def widths(drawn: str) -> list[float]:
    return [float(width) for width in re.findall(r"width:([\d.]+)%;background", drawn)]


def test_the_classes_that_matter_have_two_bars_each_and_the_others_share_a_row() -> None:
    classes = [f"class {place}" for place in range(40)]
    before, after = np.full(40, 0.002), np.full(40, 0.002)
    before[[3, 7, 9]], after[[3, 7, 9]] = (0.8, 0.1, 0.026), (0.1, 0.8, 0.026)
    drawn = effect_bars(classes, before, after, "Both", 4)
    assert widths(drawn) == [80, 10, 10, 80, 2.6, 2.6, 7.4, 7.4]
    assert [said in drawn for said in ("class 3<", "class 7<", "class 9<", "37 others<")] == [True] * 4
    assert ">80% → 10%<" in drawn and ">2%<" in drawn
    assert "Both, before and after: class 3 80% → 10%; class 7 10% → 80%; class 9 2%; 37 others 7%" in drawn
    everything = effect_bars(classes, before, after, "Both")
    assert len(widths(everything)) == 80 and "others" not in everything and "80.0% → 10.0%" in everything


@pytest.mark.parametrize("seed", range(20))
def test_neither_answer_nor_the_largest_change_is_left_out(seed: int) -> None:
    before, after = np.random.default_rng(seed).dirichlet(np.full(12, 0.2), 2)
    shown = moved_classes(before, after, 3)
    assert shown[0] == before.argmax() and after.argmax() in shown and len(shown) <= 3
    assert len(set(shown)) == len(shown)
    left = sorted(set(range(12)) - set(shown))
    assert max(np.abs(after - before)[left]) <= max(np.abs(after - before)[shown])
    assert sorted(moved_classes(before, after, 11)) == list(range(12)), "one other class has the row of the others"


def test_an_operation_that_changes_the_answer_is_orange_and_names_it() -> None:
    drawn = single_effects_bars("town", 0.9, {"Mirrored": (0.9, "town"), "Grey": (0.2, "food")})
    assert drawn.index("Grey") < drawn.index("Mirrored"), "the most harmful first"
    assert widths(drawn) == [20, 90]
    assert f"width:20.00%;background:{AGAINST}" in drawn and f"width:90.00%;background:{FOR}" in drawn
    assert drawn.count("calc(90.00%") == 2, "a tick for the pair as it is"
    assert "the answer becomes “food”" in drawn and "Mirrored 90%" in drawn


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "W" * 200, "苹果与香蕉" * 30])
def test_foreign_names_are_text_and_shortened(name: str) -> None:
    shares = np.array([0.3, 0.7])
    for drawn in (effect_bars([name, "b"], shares, shares, name), single_effects_bars(name, 0.3, {name: (0.1, name)})):
        assert "<img" not in drawn and 'role="img"' in drawn
    assert name[:100] not in single_effects_bars(name, 0.3, {"Grey": (0.1, "b")})

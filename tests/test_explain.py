"""The parts of an explanation add up to the logit: every class, every encoder, every shape and script."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.encoders.evidence import Evidence, Part
from mmdemo.errors import ConfigError
from mmdemo.explanation.counterfactual import reduced
from mmdemo.explanation.explain import Explanation, against, alone, explain
from mmdemo.modalities.cells import BORDER, cell_grid
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.model import Model
from tests.models import PAIRS, Models
from tests.picture_files import noise

TOLERANCE = 1e-4
SHAPES = [(1, 1), (1, 400), (400, 1), (64, 64), (63, 65), (30, 200), (200, 31), (224, 224), (500, 333)]
CAPTIONS = {
    "english": "The red ball, a ball!",
    "chinese": "一个红色的球和方形的箱子",
    "japanese": "あかいボールとがぎぐ",
    "korean": "빨간 공이 굴러간다",
    "thai": "ลูกบอลกลมๆ ที่เด้ง",
    "hindi": "गोल लाल गेंद",
    "arabic": "كرة حمراء كبيرة",
    "german": "eine übergroße gestreifte Fahne",
    "mixed": "ball 球 box 箱子 flag旗",
    "unknown to tfidf": "zyzzyva quux",
    "html and urls": "<b>A ball</b> at https://example.org &amp; a box",
    "emoji": "🎈 ball 🎈",
    "marks without letters": "\u0301 ball \u3099 \u0e31",
    "long": "the round ball and the wooden box 球 " * 270,
    "one long word": "ball" * 2500,
    "long chinese": "一个红色的球方形箱子" * 1000,
}


def explained(model: Model, image: object = None, text: str | None = None) -> Explanation:
    evidence = model.examine({"image": image, "text": text})
    return explain(model, evidence, model.answer(evidence))


def check(model: Model, image: object = None, text: str | None = None) -> Explanation:
    """Assert that all parts add up, for every class, to the logits of an independent way: whole columns."""
    found = explained(model, image, text)
    for name, part in found.parts.items():
        assert part.values.shape == (len(found.classes), len(part.units))
        if part.units:
            np.testing.assert_allclose(part.values.sum(axis=1), part.total, atol=TOLERANCE)
        assert bool(part.units) == model.encoders[name].additive
    totals = [part.total for part in found.parts.values()]
    np.testing.assert_allclose(found.intercept + sum(totals), found.logits, atol=TOLERANCE)
    present = {name: [value] for name, value in (("image", image), ("text", text)) if value is not None}
    columns = {name: values for name, values in present.items() if name in found.parts}
    head = model.heads["fused" if len(columns) == 2 else next(iter(columns))]
    features = {name: model.encoders[name].transform(values) for name, values in columns.items()}
    np.testing.assert_allclose(head.logits(features)[0], found.logits, atol=TOLERANCE)
    for label, logit in zip(found.classes, found.logits, strict=True):
        written = json.loads(json.dumps(found.contributions(label)))
        assert abs(written["intercept"] + written["image"] + written["text"] - logit) < TOLERANCE
        if "text" in found.parts and not model.encoders["text"].additive:
            tried = written.get("without", {"words": []})["words"]
            assert (written["words"], [unit for unit, _ in tried]) == ([], list(found.units("text", label)[0]))
        else:
            assert abs(sum(part for _, part in written["words"]) - written["text"]) < TOLERANCE
    return found


def check_removals(model: Model, found: Explanation) -> None:
    """Assert that each word's loss is what the whole model loses without it, whichever class is compared with which."""
    without = found.removals["text"]
    for place in range(len(without.units)):
        after = model.answer(reduced(model, found.evidence, {"text": [place]}))
        np.testing.assert_allclose(found.logits - after.logits, without.losses[:, place], atol=TOLERANCE)
    label, other = found.classes[0], found.classes[-1]
    told = against(found, label, other)
    assert told.units("text", label)[0] == without.units and told.rival(label) == other
    np.testing.assert_array_equal(alone(found).units("text", label)[1], without.losses[0])
    np.testing.assert_array_equal(told.units("text", label)[1], without.losses[0] - without.losses[-1])


def grid(found: Explanation) -> np.ndarray:
    """The parts of the image's cells, (k, rows, columns), 0 outside the image."""
    return np.stack([cell_grid(found.evidence["image"], values) for values in found.parts["image"].values])


def border(found: Explanation) -> np.ndarray:
    """The part of the border, (k,), 0 without one."""
    part = found.parts["image"]
    return part.values[:, -1] if part.units[-1] == BORDER else np.zeros(len(found.classes))


@pytest.mark.parametrize(("image", "text"), PAIRS)
def test_every_encoder_on_every_training_pair(image: str, text: str, models: Models) -> None:
    model = models.of_pair(image, text)
    for row in models.dataset.frame.iloc[:12].itertuples():
        found = check(model, None if image == "none" else row.image, None if text == "none" else row.text)
        assert set(found.parts) == set(model.encoders)
        if "text" in found.removals:
            check_removals(model, found)


@pytest.mark.parametrize(("image", "text"), PAIRS)
def test_a_modality_that_is_missing_has_no_part(image: str, text: str, models: Models) -> None:
    model = models.of_pair(image, text)
    if text != "none":
        found = check(model, text="a round ball")
        assert (found.parts.keys(), found.contributions("ball")["image"]) == ({"text"}, 0.0)
    if image != "none":
        found = check(model, image=noise(50, 80))
        assert found.parts.keys() == {"image"}
        assert (found.contributions("ball")["text"], found.contributions("ball")["words"]) == (0.0, [])


@pytest.mark.parametrize("image", ["efficientnet", "article_cnn", "trained_cnn"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_shape_of_picture(image: str, shape: tuple[int, int], models: Models) -> None:
    check(models.of_pair(image, "tfidf+word_vectors"), noise(*shape), "a ball")


@pytest.mark.parametrize("resize", ["letterbox", "crop", "stretch"])
@pytest.mark.parametrize("shape", [(30, 200), (200, 31), (64, 64)], ids=str)
def test_the_border_is_what_lies_outside_the_picture(resize: str, shape: tuple[int, int], models: Models) -> None:
    found = check(models.trained("efficientnet", "tfidf", resize=resize, rotate=10).model, noise(*shape), "a ball")
    x, y, width, height = found.evidence["image"].square.box
    inside = np.zeros((7, 7), bool)
    inside[y // 32 : -(-(y + height) // 32), x // 32 : -(-(x + width) // 32)] = True
    assert (grid(found)[:, ~inside] == 0).all()
    assert (grid(found)[:, inside] != 0).any()
    assert (border(found) != 0).any() == (not inside.all())
    assert resize == "letterbox" or (border(found) == 0).all()


@pytest.mark.parametrize("image", ["efficientnet", "article_cnn", "trained_cnn"])
def test_a_cells_part_is_what_goes_when_the_cell_is_emptied(image: str, models: Models) -> None:
    model = models.of_pair(image, "tfidf")
    evidence = model.examine({"image": noise(90, 90), "text": "a ball"})
    found, seen = explain(model, evidence, model.answer(evidence)), evidence["image"]
    for y, x in [(0, 0), (1, 0), (-1, -1)]:
        emptied = seen.feature_map.copy()
        emptied[y, x] = 0
        features = seen.encoder.pool(emptied[np.newaxis])[0]
        lost = model.heads["fused"].coef["image"].astype(float) @ (seen.features - features).astype(float)
        np.testing.assert_allclose(grid(found)[:, y, x], lost, atol=TOLERANCE)


@pytest.mark.parametrize("text", [MODALITIES["text"].default, "tfidf", "word_vectors"])
@pytest.mark.parametrize("script", CAPTIONS)
def test_every_script_and_length_of_caption(script: str, text: str, models: Models) -> None:
    found = check(models.of_pair("efficientnet", text), noise(40, 60), CAPTIONS[script])
    assert bool(found.units("text", "ball")[0]) == (
        text != MODALITIES["text"].default or script not in ("long", "long chinese")
    )


def test_each_word_is_taken_out_and_of_many_the_first(models: Models) -> None:
    model = models.of_pair("efficientnet", MODALITIES["text"].default)
    found = explained(model, noise(40, 60), "a round, RED ball 球")
    check_removals(model, found)
    assert found.removals["text"].units == ("a", "round", "red", "ball", "球")
    many = explained(model, noise(40, 60), "ball " * 100).removals["text"]
    assert (len(many.units), many.count) == (20, 100)
    assert many.sentences("words").endswith("Only the first 20 of 100 words were tried.")


def test_an_only_word_is_taken_out_with_its_caption(models: Models) -> None:
    model = models.of_pair("efficientnet", MODALITIES["text"].default)
    check_removals(model, explained(model, noise(40, 60), "ball"))
    alone = explained(model, text="ball")
    assert (alone.removals, alone.units("text", "ball")[0]) == ({}, ())
    assert "without" not in alone.contributions("ball")


def test_a_caption_of_which_nothing_is_left_has_no_words(models: Models) -> None:
    for caption in ("", "  \n", "!!! …", "🎈", "https://example.org"):
        found = explained(models.of_pair("efficientnet", "tfidf"), noise(40, 60), caption)
        assert found.parts.keys() == {"image"}
        with pytest.raises(ConfigError, match="There is nothing to classify"):
            explained(models.of_pair("efficientnet", "tfidf"), None, caption)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(caption=st.text(max_size=60), more=st.sampled_from(["ball", "球", "كرة"]))
def test_any_characters(caption: str, more: str, models: Models) -> None:
    check(models.of_pair("none", "tfidf+word_vectors"), text=caption + more)


@pytest.mark.slow
def test_the_articles_network_at_its_own_size(models: Models) -> None:
    found = check(models.trained("article_cnn", "tfidf", size=224).model, noise(50, 120), "a round ball")
    assert grid(found).shape == (3, 111, 111)


@pytest.mark.parametrize("wrong", ["total", "values"])
def test_parts_that_do_not_add_up_are_a_fault(wrong: str, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    def parts(evidence: Evidence, coef: np.ndarray) -> Part:
        return replace(right(evidence, coef), **{wrong: getattr(right(evidence, coef), wrong) + 0.001})

    right = MODALITIES["text"].parts
    monkeypatch.setitem(MODALITIES, "text", replace(MODALITIES["text"], parts=parts))
    with pytest.raises(ArithmeticError, match=r"are off by 0\.00"):
        explained(models.of_pair("efficientnet", "tfidf"), noise(40, 60), "a ball")


def test_two_classes(models: Models) -> None:
    from mmdemo.training.train import train
    from tests.models import config

    frame = models.dataset.frame
    two = replace(models.dataset, frame=frame[frame["label"] != "flag"])
    found = check(train(two, config()).model, frame["image"].iloc[0], "a round ball")
    np.testing.assert_allclose(found.logits.sum(), 0, atol=1e-4)


@pytest.mark.slow
def test_the_command_that_trains_a_network_tells_its_epochs_and_leaves_a_bundle(models: Models) -> None:
    assert (models.cnn() / "bundle" / "encoder.tflite").stat().st_size > 10_000
    assert (models.cnn() / "err").read_text() == ""
    events = [json.loads(line) for line in (models.cnn() / "out").read_text().splitlines()]
    epochs = [event for event in events if event.get("event") == "epoch"]
    assert [(event["epoch"], event["epochs"]) for event in epochs] == [(1, 1), (1, 1)]
    assert [(event["network"], event["networks"]) for event in epochs] == [(1, 2), (2, 2)]
    wholes = [event["whole"] for event in events if "whole" in event]
    assert wholes == sorted(wholes) and wholes[-1] == 1
    assert events[-1]["heads"].keys() == {"image"} and events[-1]["gain"] is None

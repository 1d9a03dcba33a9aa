"""Taking words and cells out, and computing everything again."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.nearest import nearest
from mmdemo.datasets.examples import example_pairs
from mmdemo.errors import ConfigError
from mmdemo.explanation.counterfactual import decisive, reduced, removable
from mmdemo.explanation.explain import against, explain
from mmdemo.modalities.cells import without_cells
from mmdemo.modalities.words import without_words
from mmdemo.preprocess.text import clean, words

EVERYDAY = "models/everyday"
CAPTIONS = ["a jaguar", "a red car and a blue 自行车 by the sea", "an apple, an orange and a pear on a plate", "x"]


@pytest.fixture(scope="module")
def bundle():
    return load(EVERYDAY)


@pytest.fixture(params=example_pairs(), ids=lambda pair: pair.name)
def evidence(request, bundle):
    return bundle.model.examine({"image": request.param.image, "text": request.param.caption})


@pytest.mark.parametrize("caption", CAPTIONS)
def test_what_is_left_is_the_other_words(caption):
    cleaned = clean(caption)
    all_words = [word.text for word in words(cleaned)]
    for i in range(len(all_words)):
        left = without_words(cleaned, [i])
        assert [word.text for word in words(left)] == all_words[:i] + all_words[i + 1 :]
        assert clean(left) == left
    assert without_words(cleaned, range(len(all_words))) == ""


@pytest.mark.parametrize("caption", CAPTIONS[1:3])
def test_without_a_word_the_answer_is_that_of_the_shorter_caption(bundle, caption):
    picture = example_pairs()[0].image
    evidence = bundle.model.examine({"image": picture, "text": caption})
    for i in range(len(evidence["text"].words)):
        shorter = without_words(clean(caption), [i])
        expected = bundle.model.classify({"image": picture, "text": shorter})
        found = bundle.model.answer(reduced(bundle.model, evidence, {"text": [i]}))
        np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-9)


def test_without_any_word_the_picture_answers_alone(bundle, evidence):
    places = range(len(evidence["text"].words))
    assert bundle.model.answer(reduced(bundle.model, evidence, {"text": places})).head == "image"


def test_nothing_left_is_refused(bundle):
    evidence = bundle.model.examine({"text": "apple"})
    with pytest.raises(ConfigError, match="nothing to classify"):
        reduced(bundle.model, evidence, {"text": [0]})


def test_a_painted_cell_changes_those_pixels_and_no_others(evidence):
    image = evidence["image"]
    painted = without_cells(image, [(2, 3)]).square.pixels
    changed = np.zeros(painted.shape[:2], bool)
    changed[64:96, 96:128] = True
    np.testing.assert_array_equal(painted[~changed], image.square.pixels[~changed])
    assert len(np.unique(painted[changed], axis=0)) == 1


def test_no_smaller_set_of_words_changes_the_answer(bundle, evidence):
    prediction = bundle.model.answer(evidence)
    found = decisive(bundle.model, evidence, prediction, "text")
    count = len(evidence["text"].words)
    most = 2 if found is None else len(found.places) - 1
    for size in range(1, min(most, count) + 1):
        for places in combinations(range(count), size):
            assert bundle.model.answer(reduced(bundle.model, evidence, {"text": places})).label == prediction.label
    if found is not None:
        assert found.prediction.label != prediction.label
        again = bundle.model.answer(reduced(bundle.model, evidence, {"text": found.places}))
        np.testing.assert_array_equal(again.probabilities, found.prediction.probabilities)


def test_every_decisive_cell_is_needed(bundle, evidence):
    prediction = bundle.model.answer(evidence)
    found = decisive(bundle.model, evidence, prediction, "image")
    if found is None:
        everything = range(len(removable(evidence, "image")))
        assert bundle.model.answer(reduced(bundle.model, evidence, {"image": everything})).label == prediction.label
        return
    assert bundle.model.answer(reduced(bundle.model, evidence, {"image": found.places})).label != prediction.label
    assert found.units == tuple(removable(evidence, "image")[place] for place in found.places)
    for place in found.places[1:]:
        rest = [other for other in found.places if other != place]
        assert bundle.model.answer(reduced(bundle.model, evidence, {"image": rest})).label == prediction.label


@pytest.mark.slow
def test_where_one_cell_is_enough_no_more_are_named(bundle, evidence):
    prediction = bundle.model.answer(evidence)
    found = decisive(bundle.model, evidence, prediction, "image")
    assert len(removable(evidence, "image")) == evidence["image"].in_image().sum()
    places = range(len(removable(evidence, "image")))
    answers = [bundle.model.answer(reduced(bundle.model, evidence, {"image": [place]})).label for place in places]
    enough = any(label != prediction.label for label in answers)
    assert enough == (found is not None and len(found.places) == 1)


def test_many_words_that_say_the_same_are_taken_out_together(bundle):
    evidence = bundle.model.examine({"text": "car " * 80 + "apple"})
    prediction = bundle.model.answer(evidence)
    found = decisive(bundle.model, evidence, prediction, "text")
    without = bundle.model.answer(bundle.model.examine({"text": "apple"}))
    assert without.label != prediction.label
    assert found is not None and found.prediction.label != prediction.label


def test_parts_against_another_class_add_up_to_the_difference_of_logits(bundle, evidence):
    prediction = bundle.model.answer(evidence)
    explained = explain(bundle.model, evidence, prediction)
    label = prediction.label
    for other in set(bundle.model.classes) - {label}:
        told = against(explained, label, other)
        k, rival = bundle.model.classes.index(label), bundle.model.classes.index(other)
        parts = told.intercept[k] + sum(part.total[k] for part in told.parts.values())
        assert parts == pytest.approx(prediction.logits[k] - prediction.logits[rival], abs=1e-4)
        np.testing.assert_array_equal(told.parts["image"].values[rival], explained.parts["image"].values[rival])
        assert told.rival(label) == other


def test_the_nearest_pair_of_a_training_pair_is_itself(bundle, stamps_dir):
    from mmdemo.datasets.stamps import stamps

    frame = stamps(directory=stamps_dir).frame
    for row_id in bundle.train_ids[::115]:
        row = frame.loc[row_id]
        found = nearest(bundle, bundle.model.examine({"image": row["image"], "text": row["text"]}))
        assert found[0].row_id == row_id
        assert found[0].cosine == pytest.approx(1, abs=1e-3)
        assert [one.cosine for one in found] == sorted((one.cosine for one in found), reverse=True)


def test_nearest_works_with_one_modality(bundle):
    found = nearest(bundle, bundle.model.examine({"text": "a big red fire truck"}))
    assert len(found) == 6


@pytest.mark.parametrize("given", [("image", "text"), ("image",), ("text",)], ids="+".join)
def test_cosines_are_those_of_the_weighted_features(bundle, given):
    pair = example_pairs()[1]
    evidence = bundle.model.examine({name: {"image": pair.image, "text": pair.caption}[name] for name in given})
    weights = bundle.model.heads["fused" if len(given) > 1 else given[0]].weights

    def weighted(blocks):
        return np.hstack([weights[name] * np.asarray(blocks[name], float) for name in given])

    dense = {
        name: np.asarray(block.todense() if name == "text" else block) for name, block in bundle.train_features.items()
    }
    rows, asked = weighted(dense), weighted({name: found.features for name, found in evidence.items()})
    cosines = rows @ asked / np.linalg.norm(rows, axis=1) / np.linalg.norm(asked)
    found = nearest(bundle, evidence, count=len(rows))
    by_id = dict(zip(bundle.train_ids, cosines, strict=True))
    assert len({one.row_id for one in found}) == len(rows)
    np.testing.assert_allclose([one.cosine for one in found], [by_id[one.row_id] for one in found], atol=1e-6)
    np.testing.assert_allclose([one.cosine for one in found], np.sort(cosines)[::-1], atol=1e-6)


def test_nearest_opens_no_file_twice(monkeypatch):
    fresh, opened = load(EVERYDAY), []
    real = np.load
    monkeypatch.setattr(np, "load", lambda *args, **kwargs: opened.append(args) or real(*args, **kwargs))
    monkeypatch.setattr(Path, "open", lambda *args, **kwargs: opened.append(args))
    for caption in ("a", "a red", "a red car"):
        assert nearest(fresh, fresh.model.examine({"text": caption}))
    assert opened == []
    assert isinstance(fresh.train_features["image"], np.memmap)

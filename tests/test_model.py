"""A model answers by the head made for what is there, for one pair as for a column, in one thread as in eight."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from mmdemo.errors import ConfigError, ImageError, TextError
from mmdemo.model.model import Model
from tests.models import Models
from tests.picture_files import noise

WORDLESS = ["", "   ", "!?…", "🎈🎈", "https://example.org/a", "<br>"]


@pytest.fixture
def model(models: Models) -> Model:
    return models.of_pair("efficientnet", "tfidf+word_vectors")


def test_what_is_there_chooses_the_head(model: Model) -> None:
    picture, caption = noise(40, 50), "a round ball"
    assert model.classify(picture, caption).head == "fused"
    assert list(model.classify(picture, caption).heads) == ["image", "text", "fused"]
    assert model.classify(picture).head == "image"
    assert list(model.classify(picture).heads) == ["image"]
    assert model.classify(text=caption).head == "text"
    assert list(model.classify(text=caption).heads) == ["text"]


@pytest.mark.parametrize("caption", WORDLESS)
def test_a_caption_that_cleans_to_nothing_is_missing(model: Model, caption: str) -> None:
    picture = noise(40, 50)
    answer = model.classify(picture, caption)
    assert answer.head == "image"
    np.testing.assert_array_equal(answer.probabilities, model.classify(picture).probabilities)
    with pytest.raises(ConfigError) as caught:
        model.classify(None, caption)
    assert str(caught.value) == (
        "There is nothing to classify: give an image or a caption with at least one word in it."
    )


def test_a_model_of_one_modality_says_which(models: Models) -> None:
    with pytest.raises(ConfigError, match="give a caption with at least one word in it"):
        models.of_pair("none", "tfidf").classify(image=noise(9, 9))
    with pytest.raises(ConfigError, match="give an image"):
        models.of_pair("efficientnet", "none").classify(text="a ball")
    assert models.of_pair("none", "tfidf").classify(noise(9, 9), "a ball").head == "text"


def test_an_answer_is_consistent_with_itself(model: Model) -> None:
    for caption in ("a round ball", "eine Kiste", "quux"):
        answer = model.classify(noise(60, 40), caption)
        np.testing.assert_allclose(answer.probabilities, softmax(answer.logits, axis=-1))
        np.testing.assert_allclose(answer.probabilities.sum(), 1)
        np.testing.assert_array_equal(answer.heads["fused"], answer.probabilities)
        assert answer.label == model.classes[answer.probabilities.argmax()]
        assert answer.sure == (answer.probabilities.max() >= model.heads["fused"].threshold)


def test_a_path_its_bytes_and_its_pixels_are_the_same_picture(model: Model, models: Models) -> None:
    from mmdemo.preprocess.image import decode

    path = models.pictures[4]
    first = model.classify(path, "a ball").probabilities
    for same in (Path(path), Path(path).read_bytes(), decode(path).pixels):
        np.testing.assert_allclose(model.classify(same, "a ball").probabilities, first, atol=1e-6)


@pytest.mark.parametrize(("image", "text"), [("efficientnet", "tfidf+word_vectors"), ("article_cnn", "tfidf")])
def test_a_column_is_answered_as_its_pairs_are(image: str, text: str, models: Models) -> None:
    model, frame = models.of_pair(image, text), models.dataset.frame
    columns = {"image": frame["image"].tolist(), "text": frame["text"].tolist()}
    whole = model.probabilities(columns, batch=7)
    assert {rows.shape for rows in whole.values()} == {(36, 3)}
    for row in range(0, 36, 5):
        one = model.classify(columns["image"][row], columns["text"][row]).heads
        for head, rows in whole.items():
            np.testing.assert_allclose(rows[row], one[head], atol=1e-6)


def test_eight_threads_get_what_one_gets(model: Model, models: Models) -> None:
    pairs = [(picture, caption) for picture in models.pictures[:8] for caption in ("a ball", "一个圆", "", "the flag")]
    serial = [model.classify(*pair) for pair in pairs]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda pair: model.classify(*pair), pairs))
    for one, other in zip(serial, together, strict=True):
        assert (one.label, one.head) == (other.label, other.head)
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-6)


def test_what_cannot_be_read_is_an_error(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.png was not found"):
        model.classify(tmp_path / "none.png", "a ball")
    with pytest.raises(ImageError, match="is text, not an image"):
        model.classify(b"hello", "a ball")
    with pytest.raises(TextError, match="10,001 characters; at most 10,000"):
        model.classify(text="x" * 10_001)

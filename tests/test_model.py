"""A model answers by the head made for what is there, for one pair as for a column, in one thread as in eight."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from mmdemo.errors import ConfigError, ImageError, TextError
from mmdemo.model.certainty import SURE
from mmdemo.model.model import Model
from tests.models import Models
from tests.picture_files import noise

WORDLESS = ["", "   ", "!?…", "🎈🎈", "https://example.org/a", "<br>"]


@pytest.fixture
def model(models: Models) -> Model:
    return models.of_pair("efficientnet", "tfidf+word_vectors")


def test_what_is_there_chooses_the_head(model: Model) -> None:
    picture, caption = noise(40, 50), "a round ball"
    assert model.classify({"image": picture, "text": caption}).head == "fused"
    assert list(model.classify({"image": picture, "text": caption}).heads) == ["image", "text", "fused"]
    assert model.classify({"image": picture}).head == "image"
    assert list(model.classify({"image": picture}).heads) == ["image"]
    assert model.classify({"text": caption}).head == "text"
    assert list(model.classify({"text": caption}).heads) == ["text"]


@pytest.mark.parametrize("caption", WORDLESS)
def test_a_caption_that_cleans_to_nothing_is_missing(model: Model, caption: str) -> None:
    picture = noise(40, 50)
    answer = model.classify({"image": picture, "text": caption})
    assert answer.head == "image"
    np.testing.assert_array_equal(answer.probabilities, model.classify({"image": picture}).probabilities)
    with pytest.raises(ConfigError) as caught:
        model.classify({"image": None, "text": caption})
    assert str(caught.value) == (
        "There is nothing to classify: give an image or a caption with at least one word in it."
    )


def test_a_model_of_one_modality_says_which(models: Models) -> None:
    with pytest.raises(ConfigError, match="give a caption with at least one word in it"):
        models.of_pair("none", "tfidf").classify({"image": noise(9, 9)})
    with pytest.raises(ConfigError, match="give an image"):
        models.of_pair("efficientnet", "none").classify({"text": "a ball"})
    assert models.of_pair("none", "tfidf").classify({"image": noise(9, 9), "text": "a ball"}).head == "text"


def test_an_answer_is_consistent_with_itself(model: Model) -> None:
    for caption in ("a round ball", "eine Kiste", "quux"):
        answer = model.classify({"image": noise(60, 40), "text": caption})
        np.testing.assert_allclose(answer.probabilities, softmax(answer.logits, axis=-1))
        np.testing.assert_allclose(answer.probabilities.sum(), 1)
        np.testing.assert_array_equal(answer.heads["fused"], answer.probabilities)
        assert answer.label == model.classes[answer.probabilities.argmax()]
        assert answer.sure == (answer.probabilities.max() >= SURE)


def test_a_path_its_bytes_and_its_pixels_are_the_same_picture(model: Model, models: Models) -> None:
    from mmdemo.preprocess.image import decode

    path = models.pictures[4]
    first = model.classify({"image": path, "text": "a ball"}).probabilities
    for same in (Path(path), Path(path).read_bytes(), decode(path).pixels):
        np.testing.assert_allclose(model.classify({"image": same, "text": "a ball"}).probabilities, first, atol=1e-6)


@pytest.mark.parametrize(("image", "text"), [("efficientnet", "tfidf+word_vectors"), ("article_cnn", "tfidf")])
def test_a_column_is_answered_as_its_pairs_are(image: str, text: str, models: Models) -> None:
    model, frame = models.of_pair(image, text), models.dataset.frame
    columns = {"image": frame["image"].tolist(), "text": frame["text"].tolist()}
    whole = model.probabilities(columns, batch=7)
    assert {rows.shape for rows in whole.values()} == {(36, 3)}
    for row in range(0, 36, 5):
        one = model.classify({"image": columns["image"][row], "text": columns["text"][row]}).heads
        for head, rows in whole.items():
            np.testing.assert_allclose(rows[row], one[head], atol=1e-6)


def test_eight_threads_get_what_one_gets(model: Model, models: Models) -> None:
    captions = ("a ball", "一个圆", "", "the flag")
    pairs = [{"image": picture, "text": caption} for picture in models.pictures[:8] for caption in captions]
    serial = [model.classify(pair) for pair in pairs]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(model.classify, pairs))
    for one, other in zip(serial, together, strict=True):
        assert (one.label, one.head) == (other.label, other.head)
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-6)


def test_what_cannot_be_read_is_an_error(model: Model, tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"none\.png was not found"):
        model.classify({"image": tmp_path / "none.png", "text": "a ball"})
    with pytest.raises(ImageError, match="is text, not an image"):
        model.classify({"image": b"hello", "text": "a ball"})
    with pytest.raises(TextError, match="10,001 characters; at most 10,000"):
        model.classify({"text": "x" * 10_001})

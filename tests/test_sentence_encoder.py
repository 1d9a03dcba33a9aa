"""The sentence network as an encoder: what it reads, what it remembers, and what many fits share."""

import copy
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mmdemo.encoders import sentence
from mmdemo.encoders.remembered import Remembered
from mmdemo.encoders.sentence import MOST_PIECES, SentenceEncoder
from mmdemo.encoders.tfidf_word_vectors_sentence import TfidfWordVectorSentenceEncoder
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.text import MAX_CHARACTERS
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.encoding import Encodings

CAPTIONS = ["a red car", "the car is red", "a bowl of soup", "", "红色的汽车", "an old tree by the sea", "a red car"]
LENGTHS = [1, 1, 1, 0, 0, 1, 1]  # most of the Chinese characters are unknown to the network


@pytest.fixture
def encoder() -> SentenceEncoder:
    sentence.forget()
    return SentenceEncoder()


def test_rows_are_of_unit_length_where_the_network_knows_the_pieces(encoder: SentenceEncoder) -> None:
    rows = encoder.transform(CAPTIONS)
    assert (rows.shape, rows.dtype) == ((7, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), LENGTHS, atol=1e-6)
    assert encoder.transform([]).shape == (0, 384)
    likeness = rows @ rows.T
    assert likeness[0, 1] > 0.8 > 0.3 > likeness[0, 2]


def test_a_vector_is_shorter_the_more_pieces_are_unknown(encoder: SentenceEncoder) -> None:
    assert encoder.cut("car 红 bus sea") == ("car", "[UNK]", "bus", "sea")
    assert np.linalg.norm(encoder.transform(["car 红 bus sea"])) == pytest.approx(1 - 2 / 4)


def test_a_row_depends_on_its_caption_alone(encoder: SentenceEncoder) -> None:
    together = encoder.transform(CAPTIONS)
    for caption, row in zip(CAPTIONS, together, strict=True):
        sentence.forget()
        np.testing.assert_allclose(encoder.transform([caption])[0], row, atol=1e-5)


def test_threads_get_what_one_gets(encoder: SentenceEncoder) -> None:
    captions = [f"{'a big ' * (number % 5)}car {number}" for number in range(40)]
    expected = encoder.transform(captions)
    sentence.forget()
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda caption: encoder.transform([caption])[0], captions))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_of_a_long_caption_the_first_pieces_are_read(encoder: SentenceEncoder) -> None:
    long = "a red car by the sea " * (MAX_CHARACTERS // 21)
    assert len(encoder.cut(long)) == MOST_PIECES - 2
    np.testing.assert_array_equal(*encoder.transform([long, long[: MAX_CHARACTERS // 2]]))


def test_captions_are_remembered_within_bounds_and_forgotten(encoder: SentenceEncoder, monkeypatch) -> None:
    read: list[list[str]] = []
    right = sentence._encode
    monkeypatch.setattr(sentence, "_encode", lambda cleaned: read.append(list(cleaned)) or right(cleaned))
    for _ in range(2):
        encoder.transform(["a cat", "A cat!", "a dog"])
    assert sorted(read[0]) == ["a cat", "a dog"] and len(read) == 1
    sentence.forget()
    encoder.transform(["a cat"])
    assert read[1:] == [["a cat"]]


def test_the_least_recently_used_row_is_forgotten_first() -> None:
    kept, asked = Remembered(3 * (250 + 4 + 16)), []

    def encode(places: list[int]) -> np.ndarray:
        asked.append(len(places))
        return np.ones((len(places), 4), np.float32)

    for keys in ("abc", "a", "d", "ac", "b"):  # d displaces b, which has not been used for longest
        assert kept.rows(list(keys), encode).shape == (len(keys), 4)
    assert asked == [3, 1, 1]


def test_a_cache_keeps_the_rows_of_a_training(encoder: SentenceEncoder, tmp_path: Path, monkeypatch) -> None:
    encoder.cache = FeatureCache(tmp_path / "cache" / "features")
    (tmp_path / "cache").mkdir()
    first = encoder.transform(CAPTIONS)
    assert len(list(encoder.cache.directory.glob("*.npy"))) == len(set(CAPTIONS))
    sentence.forget()
    monkeypatch.setattr(sentence, "_encode", lambda cleaned: pytest.fail(f"read again: {cleaned}"))
    np.testing.assert_array_equal(encoder.transform(CAPTIONS), first)


def test_what_learns_nothing_is_computed_once_for_all_fits(monkeypatch) -> None:
    config = ModelConfig({"text": "tfidf+word_vectors+sentence"})
    labels, missing = np.arange(len(CAPTIONS)) % 2, np.array([not caption for caption in CAPTIONS])
    encodings = Encodings(config, {"text": CAPTIONS}, {"text": missing}, labels, lambda event: None)
    shares: list[float] = []
    encodings.encode_frozen(None, shares.append)
    assert shares[-1] == 1.0
    expected = TfidfWordVectorSentenceEncoder().fit([caption for caption in CAPTIONS[:4] if caption])
    wanted = expected.transform([caption for caption in CAPTIONS if caption]).toarray()
    sentence.forget()
    monkeypatch.setattr(sentence, "_encode", lambda cleaned: pytest.fail(f"read again: {cleaned}"))
    for _ in range(2):
        found = encodings.fitted_on(np.arange(len(CAPTIONS)) < 4).coordinates["text"].features().toarray()
        np.testing.assert_allclose(found[~missing], wanted, atol=1e-6)
        assert not found[missing].any()


def test_a_copy_and_an_encoder_at_rest_answer_the_same(encoder: SentenceEncoder) -> None:
    before = encoder.transform(CAPTIONS)
    encoder.rest()
    sentence.forget()
    np.testing.assert_array_equal(copy.deepcopy(encoder).transform(CAPTIONS), before)


def test_a_combination_is_a_sum_over_words_only_if_its_parts_are() -> None:
    assert not SentenceEncoder.additive and not TfidfWordVectorSentenceEncoder.additive
    assert [part.additive for part in TfidfWordVectorSentenceEncoder().parts] == [True, True, False]
    assert "tensorflow" not in sys.modules

"""A caption's features, taken apart into pieces and shared among its words, for every text encoder."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer

from mmdemo.encoders.text_encoder import TextEncoder, _shares
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.word_vectors import DIMENSIONS, WordVectorEncoder, nearest_words
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.text import TextSettings, Token, clean, tokens, words

TRAINING = [
    "a red car and a red bus",
    "the chicken, the chicken!",
    "红色的汽车 红色",
    "ein rotes Auto",
    "カラスが鳴く",
    "सड़क पर गाड़ी",
    "car",
]
OPTIONS = [{}, {"ngrams": 3}, {"lowercase": False, "accents": True}, {"stop_words": "english", "ngrams": 2}]
VOCABULARY = sorted({word for caption in TRAINING for word in caption.split()})
CAPTIONS = st.one_of(
    st.lists(st.sampled_from([*VOCABULARY, "unheard", "é", "🎈", "<b>", "色", "汽"]), max_size=12).map(" ".join),
    st.lists(st.sampled_from("红色汽车carの가각ก็ हिé\u0301 "), max_size=15).map("".join),
    st.text(max_size=20),
)
each_encoder = pytest.mark.parametrize("name", MODALITIES["text"].encoders)
FITTED = {
    (name, which): MODALITIES["text"].build(name, options).fit(TRAINING)
    for name in MODALITIES["text"].encoders
    for which, options in enumerate(OPTIONS)
}


@each_encoder
@pytest.mark.parametrize("which", range(len(OPTIONS)))
@settings(max_examples=30)
@given(caption=CAPTIONS)
def test_pieces_add_up_to_the_features_and_words_to_every_logit(name: str, which: int, caption: str) -> None:
    encoder: TextEncoder = FITTED[name, which]
    row = encoder.transform([caption])
    row = np.asarray(row.todense() if hasattr(row, "todense") else row)[0]
    found = encoder.examine(caption)
    np.testing.assert_allclose(found.features, row, atol=1e-6)
    assert found.cleaned == clean(caption, encoder.settings)
    assert list(found.words) == words(found.cleaned)
    spans = found.pieces.spans
    assert ((spans[:, 0] >= 0) & (spans[:, 0] <= spans[:, 1]) & (spans[:, 1] <= len(found.cleaned))).all()
    coef = np.random.default_rng(len(caption)).normal(size=(3, len(row)))
    parts = found.word_parts(coef)
    assert parts.shape == (3, len(found.words))
    np.testing.assert_allclose(parts.sum(axis=1), coef @ row, atol=1e-5)


@given(st.integers(0, 60), st.data())
def test_every_piece_is_shared_out_whole_among_the_words_that_it_overlaps(length: int, data: st.DataObject) -> None:
    cleaned = clean(data.draw(st.text(st.sampled_from("ab 红色ก็"), min_size=1, max_size=60)) + "a")
    units = words(cleaned)
    edges = st.integers(0, len(cleaned))
    spans = np.array([sorted(data.draw(st.tuples(edges, edges))) for _ in range(length % 8)], dtype=int).reshape(-1, 2)
    shares = _shares(spans, units).toarray()
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    for (start, end), row in zip(spans, shares, strict=True):
        overlapped = [i for i, unit in enumerate(units) if unit.start < end and start < unit.end]
        if overlapped:
            expected = np.isin(np.arange(len(units)), overlapped) / len(overlapped)
            np.testing.assert_allclose(row, expected)


def test_a_piece_between_two_words_goes_to_the_word_after_it() -> None:
    units = [Token("a", 0, 1), Token("bc", 2, 4)]
    spans = np.array([[0, 1], [1, 2], [0, 3], [2, 3], [4, 4], [0, 0]])
    assert _shares(spans, units).toarray().tolist() == [[1, 0], [0, 1], [0.5, 0.5], [0, 1], [0, 1], [1, 0]]


@pytest.mark.parametrize("ngrams", [1, 2])
@pytest.mark.parametrize("caption", ["a red red car", "红色的红色", "unheard", "", "the car 汽车 car car"])
def test_tf_idf_is_its_formula(caption: str, ngrams: int) -> None:
    def cut(text: str) -> list[str]:
        return [token.text for token in tokens(clean(text), ngrams)]

    documents = [set(cut(text)) for text in TRAINING]
    vocabulary = sorted(set().union(*documents))
    frequency = {word: sum(word in document for document in documents) for word in vocabulary}
    weights = {
        word: (1 + math.log(count)) * (1 + math.log((1 + len(TRAINING)) / (1 + frequency[word])))
        for word, count in Counter(cut(caption)).items()
        if word in frequency
    }
    length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    encoder = TfidfEncoder(TextSettings(ngrams=ngrams)).fit(TRAINING)
    assert encoder.get_feature_names_out().tolist() == vocabulary
    expected = [weights.get(word, 0.0) / length for word in vocabulary]
    np.testing.assert_allclose(encoder.transform([caption]).toarray()[0], expected, atol=1e-6)


@pytest.mark.parametrize("which", range(len(OPTIONS)))
def test_tf_idf_is_scikit_learns(which: int) -> None:
    encoder = FITTED["tfidf", which]
    theirs = TfidfVectorizer(analyzer=encoder._texts, sublinear_tf=True, dtype=np.float32).fit(TRAINING)
    assert encoder.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(encoder.idf_, theirs.idf_)
    captions = [*TRAINING, "a car, a car and the bus", "unheard", ""]
    np.testing.assert_allclose(encoder.transform(captions).toarray(), theirs.transform(captions).toarray(), rtol=1e-6)


@pytest.mark.parametrize("caption", ["a red chicken", "红色的汽车", "x"])
def test_word_vectors_are_wordllamas_own(caption: str) -> None:
    from importlib.util import find_spec
    from pathlib import Path

    import wordllama

    folder = Path(str(find_spec("wordllama").origin)).parent
    theirs = wordllama.WordLlama.load(cache_dir=folder, disable_download=True).embed([caption], norm=True)[0]
    np.testing.assert_allclose(WordVectorEncoder().transform([caption])[0], theirs, atol=2e-3)


def test_word_vectors_have_unit_length_unless_nothing_is_left() -> None:
    rows = WordVectorEncoder().transform(["a red car", "?!", ""])
    assert rows.shape == (3, DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 0], atol=1e-6)


def test_alike_words_are_near() -> None:
    near = nearest_words("dog", ["puppy", "guitar", "economy", "dog", "cat"], count=3)
    assert [word for word, _ in near] == ["dog", "puppy", "cat"]
    assert near[0][1] == pytest.approx(1, abs=1e-6)


def test_side_by_side_is_one_after_the_other() -> None:
    both = FITTED["tfidf+word_vectors", 0]
    tfidf, vectors = FITTED["tfidf", 0], FITTED["word_vectors", 0]
    expected = np.hstack([tfidf.transform(TRAINING).toarray(), vectors.transform(TRAINING)])
    np.testing.assert_array_equal(both.transform(TRAINING).toarray(), expected)
    names = [f"tfidf__{name}" for name in tfidf.get_feature_names_out()]
    names += [f"word_vectors__{name}" for name in vectors.get_feature_names_out()]
    assert both.get_feature_names_out().tolist() == names
    assert [type(part) for part in both.parts] == [type(tfidf), type(vectors)]
    assert [type(part) for part in clone(both).parts] == [type(tfidf), type(vectors)]  # unfitted, too

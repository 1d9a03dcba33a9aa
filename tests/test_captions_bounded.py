"""A caption of 10,000 characters costs at most one CPU second and 40 MB, whatever it holds, wherever it is used."""

import json
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmdemo.bundles.bundle import load
from mmdemo.encoders.side_by_side import TfidfWordVectorEncoder
from mmdemo.encoders.tfidf import TfidfEncoder, _remembered
from mmdemo.encoders.word_vectors import _word_llama
from mmdemo.explanation.explain import explain
from mmdemo.explanation.strongest import MOST, others, strongest
from mmdemo.preprocess.text import MAX_CHARACTERS, TextSettings, clean, clean_steps, cut_short, tokens, words
from mmdemo.ui.modalities.any_explanation import coloured
from tests.budget import ROOT, run_within
from tests.hostile_captions import ALL, CAPTIONS, CPU, HOSTILE, OPERATIONS

MEGABYTES = 40.0  # of each caption
_PROCESS = {"cpu": 60.0, "megabytes": 1_000.0}  # of all captions, with what is loaded before them

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of one call is known on Linux alone")


def check(output: str) -> None:
    costs = [json.loads(line) for line in output.splitlines() if line.startswith("[")]
    assert costs
    assert [one for one in costs if one[1] > CPU or one[2] > MEGABYTES] == []


@needs_linux
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_hostile_caption_costs_no_more_than_others(operation: str) -> None:
    check(run_within("tests.hostile_captions:measure", operation, **_PROCESS).output)


@needs_linux
@pytest.mark.thorough
@pytest.mark.parametrize("operation", ["clean", "explain"])
def test_a_mixture_of_hostile_captions_costs_no_more(operation: str) -> None:
    check(run_within("tests.hostile_captions:measure_mixtures", operation, "4", **_PROCESS).output)


@needs_linux
def test_a_page_with_a_hostile_caption_costs_no_more() -> None:
    check(run_within("tests.hostile_captions:measure_pages", **_PROCESS).output)


@settings(max_examples=20, deadline=None)
@given(caption=CAPTIONS, how=st.sampled_from([TextSettings(), ALL, TextSettings(lowercase=False)]))
def test_no_step_of_cleaning_exceeds_the_limit(caption: str, how: TextSettings) -> None:
    steps = clean_steps(caption, how)
    assert all(len(step.text) <= MAX_CHARACTERS for step in steps)
    cleaned = clean(caption, how)
    assert clean(cleaned, how) == cleaned
    assert bool(cut_short(caption, how)) == any(step.beyond for step in steps)


def test_what_is_not_read_is_said() -> None:
    assert cut_short("\ufdfa" * 10_000) == (
        "Cleaning makes this caption 180,000 characters long; only the first 10,000 are read.",
    )
    assert cut_short("a red car " * 1_000) == ()
    found = load(ROOT / "models" / "everyday").model.encoders["text"].examine("\ufdfa" * 10_000)
    assert found.notes == cut_short("\ufdfa" * 10_000)


def test_a_letter_keeps_its_first_marks() -> None:
    assert clean("a" + "\u0323" * 9_000 + " b") == "ạ" + "\u0323" * 29 + " b"
    assert clean("ạ\u0301 क्षि ก็") == "ạ\u0301 क्षि ก็"


def test_no_cache_keeps_a_caption_of_many_tokens() -> None:
    assert _remembered("a red car", TextSettings()) == ("a", "red", "car")
    assert _remembered("\ufdfa" * 300, TextSettings()) is None
    assert len(TfidfEncoder().analysed("\ufdfa" * 300)) == 3 * 300 + 1


LONG = " ".join(["a red car by the sea 红色的汽车 and, a red bus", "the chicken sees an unheard whoooosh", "car"] * 16)


def dense_parts(encoder: TfidfWordVectorEncoder, caption: str, coef: np.ndarray) -> np.ndarray:
    """Return what each word adds, (k, words), from a dense row of all features for every piece."""
    counted, _ = encoder.parts
    cleaned = clean(caption, encoder.settings)
    known = [token for token in tokens(cleaned, encoder.settings.ngrams) if token.text in counted.vocabulary_]
    count = np.zeros(len(counted.idf_))
    for token in known:
        count[counted.vocabulary_[token.text]] += 1
    weight = np.where(count > 0, 1 + np.log(np.maximum(count, 1)), 0) * counted.idf_
    rows = np.zeros((len(known), len(count) + 256))
    for row, token in zip(rows, known, strict=True):
        column = counted.vocabulary_[token.text]
        row[column] = weight[column] / np.linalg.norm(weight) / count[column]
    tokenizer, table = _word_llama()
    cut = tokenizer.encode(cleaned, add_special_tokens=False)
    vectors = table[cut.ids].astype(float)
    averaged = np.zeros((len(vectors), rows.shape[1]))
    averaged[:, len(count) :] = vectors / np.linalg.norm(vectors.sum(axis=0))
    spans = [(token.start, token.end) for token in known] + cut.offsets
    parts = np.zeros((len(coef), len(words(cleaned))))
    for (start, end), row in zip(spans, np.concatenate([rows, averaged]), strict=True):
        overlapped = [i for i, word in enumerate(words(cleaned)) if word.start < end and start < word.end]
        overlapped = overlapped or [next(i for i, word in enumerate(words(cleaned)) if word.end > start)]
        parts[:, overlapped] += (coef @ row)[:, np.newaxis] / len(overlapped)
    return parts


@pytest.mark.parametrize("ngrams", [1, 3])
def test_the_parts_of_a_long_caption_are_those_of_dense_rows(ngrams: int) -> None:
    encoder = TfidfWordVectorEncoder(TextSettings(ngrams=ngrams)).fit([LONG[:80], "a car", "the sea", "红色", "a bus"])
    coef = np.random.default_rng(ngrams).normal(size=(4, encoder.n_features_out))
    found = encoder.examine(LONG)
    assert len(found.words) >= 300
    np.testing.assert_allclose(found.word_parts(coef), dense_parts(encoder, LONG, coef), atol=1e-9)


@pytest.mark.parametrize("kind", HOSTILE)
def test_parts_of_a_hostile_caption_add_up_to_the_logits(kind: str) -> None:
    model = load(ROOT / "models" / "everyday").model
    if model.is_missing("text", HOSTILE[kind]):
        return
    evidence = model.examine({"text": HOSTILE[kind]})
    prediction = model.answer(evidence)
    found = explain(model, evidence, prediction)
    np.testing.assert_allclose(found.intercept + found.parts["text"].total, prediction.logits, atol=1e-6)
    units, values = found.units("text", prediction.label)
    assert len(units) == len(values) <= 64


def test_the_units_that_say_most_are_drawn_and_the_others_summed_up() -> None:
    parts = np.random.default_rng(0).normal(size=1_000)
    shown = strongest(parts)
    assert len(shown) == MOST and (np.diff(shown) > 0).all()
    assert np.abs(parts[shown]).min() >= np.abs(np.delete(parts, shown)).max()
    assert f"add up to {np.delete(parts, shown).sum():+.2f}.".replace("-", "−") in others(parts, "words")
    assert others(parts[:MOST], "words") == ""
    drawn = coloured([f"word{i}" for i in range(1_000)], parts)
    assert drawn.count("<span") == MOST and f">word{shown[0]}<" in drawn and "…" in drawn

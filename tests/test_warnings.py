"""What an answer is warned of: the planted cases are, held-out pairs are not, and each modality's judge by hand."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mmdemo
from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.doubts_file import DOUBTS, doubt_arrays, read_doubts
from mmdemo.commands.classify import classify_one
from mmdemo.datasets.examples import example_pairs
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.encoders.article_cnn import ArticleCNNEncoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.encoders.sentence import SentenceEncoder
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.errors import BundleError
from mmdemo.modalities import familiar_image, familiar_text
from mmdemo.modalities.outliers import plane_of, side_of
from mmdemo.model.batch import answers
from mmdemo.model.config import ModelConfig
from mmdemo.model.doubts import Doubts, agreement_limit, overlap
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.storage.shipped import shipped_models
from mmdemo.training.train import train
from tests.planted.captions import SOUND
from tests.planted.measured import (
    KINDS,
    UNTUNED,
    disagreeing,
    false_alarms,
    parted,
    planted,
    planted_last,
    planted_later,
    sound,
)
from tests.planted.pairs import contradictions

PLANTED, FALSE = 0.8, 0.05
BOTH = {"disagree": 0.65, "unknown": 0.9, "language": 0.9, "unlike": 0.95}  # of both sets, less than was measured
ENGLISH = [f"a {size} {thing} on the {place}" for size in ("red", "blue", "large", "small") for thing in
           ("car", "cat", "chair", "cake") for place in ("road", "table", "floor", "beach")]  # fmt: skip


@cache
def everyday() -> Bundle:
    return load(shipped_models() / "everyday")


@cache
def fired() -> tuple[dict[str, list[bool]], dict[str, list[bool]]]:
    return planted(everyday()), planted_later(everyday())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_planted_cases_are_warned_of(kind: str) -> None:
    first, later = fired()
    assert (len(first[kind]), len(later[kind])) == (50, 25)
    assert np.mean(first[kind] + later[kind]) >= BOTH[kind]
    if kind != "disagree":  # of images that the model had not seen, fewer do
        assert np.mean(first[kind]) >= PLANTED


@pytest.mark.slow
def test_cases_that_were_written_last_and_looked_at_once_are_warned_of() -> None:
    drawings = train(homonyms(), ModelConfig(C=100.0), cache=FeatureCache(cache_dir() / "features")).model
    found = planted_last(everyday(), drawings)
    assert {len(cases) for cases in found.values()} == {25}
    assert np.mean(found["unknown"]) >= PLANTED
    assert np.mean(found["unlike"]) >= PLANTED


@pytest.mark.slow
def test_contradictions_are_warned_of_where_the_model_knows_the_image() -> None:
    pairs = contradictions(mmdemo.load_dataset("stamps").frame)
    assert np.mean(disagreeing(pairs, lambda row: everyday().model)) >= PLANTED


def test_real_words_and_names_are_not_called_foreign_and_seldom_unknown() -> None:
    model = everyday().model
    found = {caption: model.classify({"text": caption}).warnings for caption in SOUND}
    assert not [caption for caption, warnings in found.items() if any(one.kind == "language" for one in warnings)]
    assert "a stapler" not in sound(model) and len(sound(model)) <= FALSE * len(SOUND) + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", UNTUNED)
def test_pairs_that_neither_training_nor_calibration_has_seen_are_seldom_warned_of(name: str) -> None:
    model, rest = parted(name)
    assert len(rest) >= 100
    found = false_alarms(model, rest)
    assert max(found.values()) <= FALSE, found


def test_a_contradiction_names_both_answers_and_says_what_to_do() -> None:
    apple = next(pair for pair in example_pairs() if pair.name == "Apple")
    (warning,) = everyday().model.classify({**apple.values, "text": "a red car driving on the road"}).warnings
    assert (warning.kind, warning.modality) == ("disagree", "")
    assert warning.sentence.startswith("The image says food, the caption says vehicles:")
    assert warning.sentence.endswith("Check whether they belong together.")


def test_a_foreign_caption_is_named_and_not_said_to_disagree() -> None:
    apple = next(pair for pair in example_pairs() if pair.name == "Apple")
    (warning,) = everyday().model.classify({**apple.values, "text": "一辆红色的汽车"}).warnings
    assert (warning.kind, warning.modality) == ("language", "text")
    assert "seems to be Chinese; the model was trained on English captions" in warning.sentence


def test_a_pair_of_the_data_itself_is_not_warned_of() -> None:
    warned = [pair.name for pair in example_pairs() if everyday().model.classify(pair.values).warnings]
    assert not warned


def _caption_judge(captions: list[str], encoder: Any) -> familiar_text.CaptionJudge:
    judge = familiar_text.learn(encoder, captions, np.arange(len(captions)) % 5)
    assert judge is not None
    return judge


def test_what_the_encoder_reads_decides_which_words_are_unknown() -> None:
    tfidf = TfidfEncoder().fit(ENGLISH)
    counted, read = _caption_judge(ENGLISH, tfidf), _caption_judge(ENGLISH, SentenceEncoder())
    told = [judge.doubt(encoder, "a stapler") for judge, encoder in ((counted, tfidf), (read, SentenceEncoder()))]
    assert told[0] is not None and told[0].kind == "unknown"
    assert told[1] is None and counted.languages == ("English",)
    unread = read.doubt(SentenceEncoder(), "a zibbelfrunk")
    assert unread is not None and unread.kind == "unknown"
    assert counted.doubt(tfidf, "a red car") is None and counted.doubt(tfidf, "it is") is None


def test_where_new_words_are_usual_none_is_called_unknown() -> None:
    captions = [f"thing{i} other{i}" if i % 3 == 0 else caption for i, caption in enumerate(ENGLISH * 2)]
    tfidf = TfidfEncoder().fit(captions)
    assert _caption_judge(captions, tfidf).doubt(tfidf, "stapler") is None


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("ein rotes auto auf der strasse", "German"),
        ("une voiture rouge sur la route", "French"),
        ("красная машина", "Russian or a related language"),
        ("빨간 자동차", "Korean"),
        ("赤い車", "Japanese"),
        ("a red car", ""),
        ("croissant", ""),
        ("la traviata", ""),
        ("volkswagen käfer", ""),
        ("42", ""),
    ],
)
def test_languages(caption: str, said: str) -> None:
    judge = _caption_judge(ENGLISH, SentenceEncoder())
    assert judge.other_language(caption, caption.split()) == said


def test_a_model_of_several_scripts_calls_none_of_them_foreign() -> None:
    mixed = [*ENGLISH, *(f"一辆红色的汽车{place}" for place in "路桌地海" * 10)]
    judge = _caption_judge(mixed, SentenceEncoder())
    assert set(judge.scripts) == {"LATIN", "CJK"}
    assert judge.other_language("两只猫", ["两", "只", "猫"]) == ""
    assert judge.other_language("красная машина", ["красная", "машина"])


def test_distances_from_a_plane_are_those_of_least_squares() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 12)) + rng.normal(size=(40, 12)) * 0.1
    plane, query = plane_of(rows, 3), rng.normal(size=(5, 12))
    axes = np.linalg.svd(rows - rows.mean(axis=0))[2][:3]
    for one, found in zip(query, plane.distances(query), strict=True):
        left = one - rows.mean(axis=0)
        nearest = axes.T @ np.linalg.lstsq(axes.T, left, rcond=None)[0]
        assert found == pytest.approx(np.linalg.norm(left - nearest), rel=1e-2)


@pytest.mark.parametrize("count", [4, 40])  # fewer rows than columns, and more
def test_sides_are_those_of_a_weighted_ridge_regression(count: int) -> None:
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(0)
    own, strange, query = rng.normal(size=(count, 12)) + 1, rng.normal(size=(count // 2, 12)), rng.normal(size=(5, 12))
    side = side_of(own, strange)
    rows = np.vstack([own, strange])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    centred = np.hstack([rows - rows[:count].mean(axis=0), np.ones((len(rows), 1))])
    each = np.r_[np.full(count, 1 / count), np.full(count // 2, 1 / (count // 2))]
    target = np.r_[np.full(count, -1.0), np.ones(count // 2)]
    fitted = Ridge(alpha=1e-2, fit_intercept=False).fit(centred, target, sample_weight=each)
    asked = query / np.linalg.norm(query, axis=1, keepdims=True) - rows[:count].mean(axis=0)
    assert side.scores(query) == pytest.approx(fitted.predict(np.hstack([asked, np.ones((5, 1))])), abs=1e-5)


def test_an_earlier_versions_file_is_read_for_what_still_holds() -> None:
    judge = everyday().model.doubts.judges["text"]
    old = {key: value for key, value in judge.arrays().items() if key in ("words", "scripts", "languages")}
    read = familiar_text.restore({**old, "bits": np.array(1.5)})
    foreign, unknown = (read.doubt(everyday().model.encoders["text"], one) for one in ("ein rotes auto", "zibbelfrunk"))
    assert foreign is not None and foreign.kind == "language" and unknown is None
    assert familiar_image.restore({"scales": np.ones(4), "mean0": np.zeros(3, np.float32)}) is None


def test_the_overlap_and_its_limit() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.dirichlet(np.ones(4), 99), rng.dirichlet(np.ones(4), 99)
    by_hand = [sum((p * q) ** 0.5 for p, q in zip(*pair, strict=True)) for pair in zip(one, other, strict=True)]
    assert overlap(one, other) == pytest.approx(by_hand)
    limit = agreement_limit(overlap(one, other))
    assert sum(value < limit for value in by_hand) < 0.02 * len(by_hand) <= 2
    assert agreement_limit(np.ones(10)) == 0.0  # too few to say



def test_what_is_written_is_read(tmp_path: Path) -> None:
    doubts = everyday().model.doubts
    np.savez_compressed(tmp_path / DOUBTS, allow_pickle=False, **doubt_arrays(doubts))
    found = read_doubts(tmp_path, everyday().model.encoders)
    assert dict(found.agreement) == dict(doubts.agreement)
    for name, judge in doubts.judges.items():
        read = found.judges[name].arrays()
        assert all((read[key] == array).all() for key, array in judge.arrays().items())


def test_a_model_without_the_file_warns_of_nothing(tmp_path: Path) -> None:
    assert read_doubts(tmp_path, ("image", "text")) == Doubts()
    bare = replace(everyday().model, doubts=Doubts())
    assert not bare.classify({"text": "一辆红色的汽车"}).warnings


@pytest.mark.parametrize(
    "forged",
    [
        {"agreement/image+text": np.array(2.0)},
        {"agreement/image+text": np.array(np.nan)},
        {"agreement/image+text": np.zeros(3)},
        {"text/words": np.zeros(60_000, np.uint32)},
        {"text/words": np.zeros(3)},
        {"text/languages": np.array(["Klingon"])},
        {"text/scripts": np.zeros(3)},
        {"text/weights": np.zeros(20_000, np.float32)},
        {"text/weights": np.full(640, np.nan, np.float32)},
        {"text/numbers": np.array([np.inf, 0.0])},
        {"text/numbers": np.zeros(3)},
        {"image/numbers": np.array([1.0, 0.0])},
        {"image/numbers": np.array([np.nan, 0.0, 1.0])},
        {"image/axes": np.zeros((3, 5), np.float16)},
        {"image/axes": np.full((32, 1280), np.nan, np.float16)},
        {"image/mean": np.zeros((2, 100), np.float32)},
        {"image/weights": np.zeros(1280)},
        {"image/axes": np.zeros((900, 1280), np.float16)},
    ],
)
def test_a_forged_file_is_refused(forged: dict[str, np.ndarray], tmp_path: Path) -> None:
    arrays = doubt_arrays(everyday().model.doubts)
    np.savez_compressed(tmp_path / DOUBTS, allow_pickle=False, **{**arrays, **forged})
    with pytest.raises(BundleError, match=DOUBTS):
        read_doubts(tmp_path, ("image", "text"))


def test_planes_of_another_encoder_judge_nothing() -> None:
    judge = everyday().model.doubts.judges["image"]
    model: Model = everyday().model
    assert judge.doubt(model.encoders["image"], np.zeros(12, np.float32)) is None
    assert model.doubts.judges["text"].doubt(SentenceEncoder(), "zibbelfrunk") is None


def test_only_frozen_networks_whose_features_are_averages_judge_images() -> None:
    applies = familiar_image.FAMILIAR.applies
    found = [applies(encoder) for encoder in (EfficientNetEncoder(), ArticleCNNEncoder(), TrainedCNNEncoder())]
    assert found == [True, False, False]


def test_the_fold_models_doubt_as_the_served_one_does() -> None:
    bundle = everyday()
    assert bundle.model_for(str(bundle.held_out.ids[0])).doubts is bundle.model.doubts


def test_json_and_tables_carry_the_warnings() -> None:
    model, values = everyday().model, {"text": "一辆红色的汽车"}
    result, _ = classify_one(model, values)
    (warning,) = result["warnings"]
    assert (warning["kind"], warning["modality"]) == ("language", "text") and "Chinese" in warning["sentence"]
    rows = [TableRow("1", (), values), TableRow("2", (), {"text": "a red car"})]
    foreign, usual = answers(model, rows)
    assert foreign.warned == warning["sentence"] and usual.warned == ""
    assert classify_one(model, {"text": "a red car"})[0]["warnings"] == []

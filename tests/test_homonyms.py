"""Whether the homonyms keep what they promise: known limits, and nothing else to learn from."""

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier

from mmdemo.datasets import homonym_images
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.drawings.drawing import KINDS, drawing
from mmdemo.datasets.homonym_captions import SENSES, TEMPLATES
from mmdemo.datasets.homonym_images import image_paths
from mmdemo.datasets.homonym_table import homonym_alone, homonym_table, image_stream
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import load
from mmdemo.errors import ConfigError, DatasetError

ROOT = Path(__file__).parents[1]
WORDS = {"bat", "mouse", "crane", "bass"}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> Dataset:
    return homonyms(directory=tmp_path_factory.mktemp("pairs"))


def pixels(dataset: Dataset, size: int = 128) -> np.ndarray:
    """Return the images, float (n, size · size · 3)."""
    pictures = [cv2.imread(path) for path in dataset.frame["image"]]
    return np.array([cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA).ravel() for p in pictures], float)


def folder_of(dataset: Dataset) -> Path:
    return Path(dataset.frame["image"].iloc[0]).parent


def contents(dataset: Dataset) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder_of(dataset).iterdir()}


def chance(n: int, p: float, deviations: float = 4) -> float:
    """Return what an accuracy by chance of `p` on `n` pairs stays below."""
    return p + deviations * np.sqrt(p * (1 - p) / n)


# What it is made of


def test_it_is_described_by_what_it_was_made_with(pairs):
    assert pairs.name == "homonyms"
    assert pairs.licence == "Apache-2.0"
    assert dict(pairs.options) == {"n": 600, "q_text": 0.5, "q_image": 0.4, "seed": 42}
    assert pairs.notes == ("300 captions are ambiguous and 240 images are covered; 120 pairs are both.",)
    assert list(pairs.frame.columns) == ["image", "text", "label", "ambiguous", "covered"]
    assert list(pairs.frame.index[[0, 1, 599]]) == ["0001", "0002", "0600"]


def test_pictures_are_128_pixel_png_in_colour(pairs):
    for path in pairs.frame["image"].head(40):
        decoded = cv2.imread(path, cv2.IMREAD_UNCHANGED)
        assert Path(path).suffix == ".png"
        assert decoded.shape == (128, 128, 3)
        assert decoded.dtype == np.uint8


def test_every_kind_is_drawn_and_no_two_pictures_are_the_same(pairs):
    assert set(pairs.classes) == set(KINDS) == {sense.label for sense in SENSES}
    assert len(set(contents(pairs).values())) == 600


@pytest.mark.parametrize("n", [40, 48, 600, 1200])
def test_classes_are_exactly_balanced(n):
    counts = Counter(homonym_table(n, 0.5, 0.4, seed=7)["label"])
    assert set(counts.values()) == {n // 8}
    assert len(counts) == 8


@pytest.mark.parametrize(("q_text", "q_image"), [(0.5, 0.4), (0.3, 0.7), (0, 0.4), (0.5, 0), (1, 1), (0.333, 0.123)])
def test_shares_are_exact_to_a_pair_and_a_half(q_text, q_image):
    table = homonym_table(600, q_text, q_image, seed=1)
    assert abs(table["ambiguous"].sum() - 600 * q_text) <= 0.5
    assert abs(table["covered"].sum() - 600 * q_image) <= 1.5
    assert abs((table["ambiguous"] & table["covered"]).sum() - 600 * q_text * q_image) <= 0.5


def test_rows_drawn_alone_have_the_shares_in_expectation_and_independently():
    """Each of the 32 cells of class × ambiguous × covered is as large as it must be, within four deviations."""
    n = 12_000
    cells = Counter(homonym_alone(number, 0.5, 0.4, seed=3) for number in range(n))
    assert len(cells) == 32
    for (_, _, covered), count in cells.items():
        share = 0.5 * (0.4 if covered else 0.6) / 8
        assert abs(count - n * share) < 4 * np.sqrt(n * share * (1 - share))


@pytest.mark.parametrize("share", [0, 1])
def test_rows_drawn_alone_are_all_or_none_at_the_ends(share):
    drawn = [homonym_alone(number, share, 1 - share, seed=3) for number in range(200)]
    assert {row[1:] for row in drawn} == {(bool(share), not share)}


# Determinism


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    first, second = homonyms(80, directory=tmp_path / "a"), homonyms(80, directory=tmp_path / "b")
    assert contents(first) == contents(second)
    assert first.frame.drop(columns="image").equals(second.frame.drop(columns="image"))
    assert first.fingerprint() == second.fingerprint()


def test_another_process_gives_the_same_bytes(tmp_path):
    made = f"homonyms(40, directory={str(tmp_path / 'b')!r})"
    code = f"from mmdemo.datasets.homonyms import homonyms; print({made}.fingerprint())"
    env = os.environ | {"PYTHONHASHSEED": "123"}
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == homonyms(40, directory=tmp_path / "a").fingerprint()


def test_the_options_are_enough_to_make_it_again(tmp_path):
    first = homonyms(48, q_text=0.25, q_image=0.75, seed=9, directory=tmp_path / "a")
    assert homonyms(**first.options, directory=tmp_path / "b").fingerprint() == first.fingerprint()


def test_each_seed_gives_other_pairs(tmp_path):
    first, second = (homonyms(40, seed=seed, directory=tmp_path) for seed in (1, 2))
    assert not set(contents(first).values()) & set(contents(second).values())
    assert list(first.frame["label"]) != list(second.frame["label"])


# Independence


@pytest.fixture(scope="module")
def tables():
    return [homonym_table(1200, 0.5, 0.4, seed) for seed in range(20)]


def test_ambiguity_and_covering_are_dealt_without_regard_to_the_class(tables):
    """Each of the 32 cells of class × ambiguous × covered is as large as it must be, within four deviations."""
    cells = Counter(row for t in tables for row in zip(t["label"], t["ambiguous"], t["covered"], strict=True))
    for (_, _, covered), count in cells.items():
        share = 0.5 * (0.4 if covered else 0.6)
        expected = 20 * 150 * share
        assert abs(count - expected) < 4 * np.sqrt(expected * (1 - share))
    assert len(cells) == 32


def test_test_rows_do_not_mirror_the_training_rows():
    """Whoever answers an ambiguous caption with its commoner sense in the training pairs is right half of the time.

    If each class had an exact share of ambiguous captions, then it would be about 43 % of the time.
    """
    right = [hit for seed in range(40) for hit in _hits_of_the_commoner_sense(homonym_table(600, 0.5, 0.4, seed))]
    assert abs(np.mean(right) - 0.5) < 4 * np.sqrt(0.25 / len(right))


def _hits_of_the_commoner_sense(table) -> list[bool]:
    train, test = train_test_split(table, test_size=0.2, random_state=42, stratify=table["label"])
    seen = defaultdict(Counter)
    for label in train["label"][train["ambiguous"]]:
        seen[label.split()[0]][label] += 1
    return [seen[label.split()[0]].most_common(1)[0][0] == label for label in test["label"][test["ambiguous"]]]


def test_the_order_of_the_files_says_nothing_of_the_class(pairs):
    number = np.arange(600)[:, None]
    assert [Path(path).stem for path in pairs.frame["image"]] == list(pairs.frame.index)
    assert nearest(number, pairs.frame["label"]) < chance(600, 1 / 8)


def nearest(features: np.ndarray, labels) -> float:
    """Return the accuracy of the nearest other pair."""
    return cross_val_score(KNeighborsClassifier(1), features, labels, cv=10).mean()


def test_covered_pictures_say_nothing_of_the_class(pairs):
    covered = pairs.frame["covered"].to_numpy()
    features, labels = pixels(pairs, size=16)[covered], pairs.frame["label"][covered]
    assert nearest(features, labels) < chance(len(labels), 1 / 8)


def test_a_picture_that_is_seen_tells_its_class(pairs):
    """So that the test above could have failed: outlines, blurred, of the nearest neighbour."""
    seen = ~pairs.frame["covered"].to_numpy()
    features = np.array([_outline(cv2.imread(path, cv2.IMREAD_GRAYSCALE)) for path in pairs.frame["image"][seen]])
    assert nearest(features, pairs.frame["label"][seen]) > 0.5


def _outline(grey: np.ndarray) -> np.ndarray:
    edges = cv2.Canny(grey, 150, 300)
    return cv2.resize(cv2.GaussianBlur(np.maximum(edges, edges[:, ::-1]), (0, 0), 5), (16, 16)).ravel().astype(float)


def test_a_covered_picture_is_the_same_whatever_the_class(tmp_path):
    """Bit for bit, when the same row has another class."""
    table = homonym_table(80, 0.5, 0.4, seed=1)
    other = table.assign(label=np.roll(table["label"], 1))
    one, two = ([Path(path).read_bytes() for path in image_paths(t, "t", 1, tmp_path)] for t in (table, other))
    same = np.array([a == b for a, b in zip(one, two, strict=True)])
    assert same[table["covered"]].all()
    assert np.array_equal(same[~table["covered"]], (table["label"] == other["label"])[~table["covered"]])


@pytest.mark.parametrize("number", range(6))
def test_background_and_pose_do_not_depend_on_the_class(number):
    """In the same row, every kind stands on the same ground: where neither covers it, pixels are equal."""
    drawn = [drawing(kind, image_stream(5, number)) for kind in KINDS]
    for other in drawn[1:]:
        assert (drawn[0] == other).all(axis=2).mean() > 0.25


# Captions


def test_ambiguous_captions_are_the_same_sentences_for_both_senses():
    table = homonym_table(10_000, 0.5, 0.4, seed=3)
    captions = table[table["ambiguous"]].groupby("label")["text"].agg(set)
    for word in WORDS:
        sentences = {template.format(word) for template in TEMPLATES}
        assert [found for label, found in captions.items() if label.split()[0] == word] == [sentences, sentences]


def test_ambiguous_captions_name_no_sense(tables):
    for text in {text for table in tables for text in table["text"][table["ambiguous"]]}:
        assert phrases_in(text) == []


def test_clear_captions_name_their_sense_by_two_phrases(tables):
    for table in tables[:4]:
        clear = table[~table["ambiguous"]]
        for text, label in zip(clear["text"], clear["label"], strict=True):
            found = phrases_in(text)
            assert len(found) >= 2
            assert set(found) == {label}


def phrases_in(text: str) -> list[str]:
    """Return the sense of each phrase in a caption, out of the senses of its word."""
    tokens = f" {text.lower().strip('.!?')} "
    return [
        sense.label
        for sense in SENSES
        if f" {sense.word} " in tokens
        for phrase in (*sense.looks, *sense.deeds, *sense.places)
        if f" {phrase.lower()} " in tokens
    ]


def content_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower())) - ENGLISH_STOP_WORDS - WORDS - {"s"}


def test_no_word_that_matters_is_in_both_senses_of_a_word():
    for word in WORDS:
        first, second = (
            content_words(" ".join((*sense.looks, *sense.deeds, *sense.places)))
            for sense in SENSES
            if sense.word == word
        )
        assert not first & second


def test_no_word_gives_a_sense_away_all_the_time(tables):
    clear = tables[0][~tables[0]["ambiguous"]]
    for _, captions in clear.groupby("label")["text"]:
        counts = Counter(word for text in captions for word in content_words(text))
        assert counts.most_common(1)[0][1] < 0.35 * len(captions)
        assert captions.nunique() > 0.95 * len(captions)


def test_no_template_says_what_a_sense_says():
    said = set().union(*(content_words(template) for template in TEMPLATES))
    assert not said & {w for s in SENSES for w in content_words(" ".join((*s.looks, *s.deeds, *s.places)))}


def test_gaps_after_an_article_are_filled_with_consonants():
    for sense in SENSES:
        assert all(look[0] not in "aeiou" for look in (*sense.looks, sense.word))


# Limits


def test_limits_are_what_an_ideal_reader_gets(pairs):
    """The reader knows which classes a caption and an image leave open, and guesses among those that are in both."""
    scores = defaultdict(list)
    for row in pairs.frame.itertuples():
        said = set(phrases_in(row.text)) or {label for label in KINDS if label.split()[0] in row.text}
        seen = set(KINDS) if row.covered else {row.label}
        assert row.label in said & seen
        for head, left in (("text", said), ("image", seen), ("fused", said & seen)):
            scores[head].append(1 / len(left))
    assert {head: np.mean(values) for head, values in scores.items()} == pytest.approx(dict(pairs.limits), abs=1e-12)


@pytest.mark.parametrize(("q_text", "q_image"), [(0.5, 0.4), (0.2, 0.9), (0, 1), (1, 0), (0.37, 0.61)])
def test_limits_agree_with_a_simulation(tmp_path, q_text, q_image):
    """A Bayes-optimal reader on 200,000 pairs drawn independently, from the description alone."""
    rng, n = np.random.default_rng(0), 200_000
    label, ambiguous, covered = rng.integers(8, size=n), rng.random(n) < q_text, rng.random(n) < q_image
    word, any_sense, any_class = label // 2 * 2, rng.integers(2, size=n), rng.integers(8, size=n)
    guesses = {
        "text": np.where(ambiguous, word + any_sense, label),
        "image": np.where(covered, any_class, label),
        "fused": np.where(ambiguous & covered, word + any_sense, label),
    }
    limits = homonyms(40, q_text, q_image, directory=tmp_path).limits
    assert {head: (guess == label).mean() for head, guess in guesses.items()} == pytest.approx(dict(limits), abs=0.005)


# What is not allowed


@pytest.mark.parametrize("n", [0, -8, 32, 44, 601, 10_008, 600.0, "600", None])
def test_a_number_of_pairs_that_is_not_allowed(tmp_path, n):
    expected = f"Got n={n!r}, but homonyms needs a multiple of 8 from 40 to 10,000, such as 600."
    with pytest.raises(DatasetError, match=f"^{re.escape(expected)}$"):
        homonyms(n, directory=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["q_text", "q_image"])
@pytest.mark.parametrize("share", [-0.1, 1.01, float("nan"), float("inf"), "0.5", None])
def test_a_share_that_is_not_allowed(tmp_path, name, share):
    expected = f"Got {name}={share!r}, but homonyms needs a share from 0 to 1, such as 0.5."
    with pytest.raises(DatasetError, match=f"^{re.escape(expected)}$"):
        homonyms(40, directory=tmp_path, **{name: share})


@pytest.mark.parametrize("seed", [-1, 1.5, "42", None])
def test_a_seed_that_is_not_allowed(tmp_path, seed):
    expected = f"Got seed={seed!r}, but homonyms needs a whole number of at least 0, such as 42."
    with pytest.raises(DatasetError, match=f"^{re.escape(expected)}$"):
        homonyms(40, seed=seed, directory=tmp_path)


# The folder


def test_it_lies_in_the_cache_folder_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path))
    assert folder_of(homonyms(40)).parent == tmp_path / "homonyms"


def test_a_second_call_uses_the_pictures_of_the_first(tmp_path, monkeypatch):
    first = homonyms(40, directory=tmp_path)
    monkeypatch.setattr(homonym_images, "drawing", None)  # drawing again would fail
    monkeypatch.setattr(homonym_images, "cover", None)
    assert homonyms(40, directory=tmp_path).frame.equals(first.frame)


def test_other_arguments_have_a_folder_of_their_own(tmp_path):
    made = [
        homonyms(40, directory=tmp_path),
        homonyms(48, directory=tmp_path),
        homonyms(40, 0.6, directory=tmp_path),
        homonyms(40, 0.5, 0.5, directory=tmp_path),
        homonyms(40, seed=1, directory=tmp_path),
    ]
    assert len({folder_of(dataset) for dataset in made}) == len(made)


def test_other_drawings_have_a_folder_of_their_own(tmp_path, monkeypatch):
    first = homonyms(40, directory=tmp_path)
    monkeypatch.setattr(homonym_images.cv2, "__version__", "0.0.0")
    assert folder_of(homonyms(40, directory=tmp_path)) != folder_of(first)


def test_lost_and_empty_pictures_are_drawn_again(tmp_path):
    first = homonyms(40, directory=tmp_path)
    whole = contents(first)
    (folder_of(first) / "0007.png").unlink()
    (folder_of(first) / "0011.png").write_bytes(b"")
    assert contents(homonyms(40, directory=tmp_path)) == whole
    assert list(tmp_path.iterdir()) == [folder_of(first)]


def test_a_file_in_the_place_of_the_folder_is_replaced(tmp_path):
    first = homonyms(40, directory=tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / folder_of(first).name).write_text("in the way")
    assert contents(homonyms(40, directory=tmp_path / "b")) == contents(first)


def test_an_interrupted_call_leaves_nothing_behind(tmp_path, monkeypatch):
    drawn = iter(range(10))

    def interrupted(*arguments):
        if next(drawn, None) is None:
            raise KeyboardInterrupt
        return drawing(*arguments)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(homonym_images, "drawing", interrupted)
        homonyms(40, directory=tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(contents(homonyms(40, directory=tmp_path))) == 40


def test_what_a_killed_process_left_is_never_used(tmp_path):
    first = homonyms(40, directory=tmp_path / "a")
    half = tmp_path / "b" / f".{folder_of(first).name}-x1" / "fresh"
    half.mkdir(parents=True)
    (half / "0001.png").write_bytes(b"half")
    assert contents(homonyms(40, directory=tmp_path / "b")) == contents(first)


def test_calls_at_once_do_not_disturb_each_other(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: homonyms(40, directory=tmp_path), range(8)))
    assert len({dataset.fingerprint() for dataset in made}) == 1
    assert list(tmp_path.iterdir()) == [folder_of(made[0])]


def test_a_place_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatasetError, match=r"^Cannot write images to .*file.*set MMDEMO_CACHE_DIR to a folder"):
        homonyms(40, directory=tmp_path / "file")


def test_only_the_folders_last_used_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.datasets.homonym_images.MOST_DRAWN_FOLDERS", 2)
    for number, seed in enumerate((1, 2, 1, 3)):  # 1 is used again, so 2 has to go
        made = homonyms(n=40, seed=seed, directory=tmp_path)
        folder = Path(made.frame["image"].iloc[0]).parent
        os.utime(folder, (number, number))
    assert sorted(path.name.split("-")[3] for path in tmp_path.iterdir()) == ["1", "3"]


def test_drawing_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path))
    told: list[float] = []
    load("homonyms", told.append, n=160)
    assert told == [0.0, 64 / 160, 128 / 160]
    with pytest.raises(ConfigError, match="does not take the option 'report'"):
        load("homonyms", report=0)  # type: ignore[arg-type]

"""Labels tossed by coin for things that stand five times: only memory of copies could beat chance, and it must not."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.groups import Groups
from mmdemo.datasets.registry import load
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.decode import decode
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training import split
from mmdemo.training.train import train
from tests.test_look_alikes import photo, saved

THINGS, COPIES = 60, 5
CHANCE = 0.66  # of 60 tosses, that many are guessed right once in a hundred times
SAVED = ((95, 1.0), (75, 1.0), (50, 1.0), (85, 0.6), (60, 0.75))  # quality and scale
WORDS = [a + b for a in ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki") for b in ("lan", "ter", "vik", "son", "mar")]
CONFIG = ModelConfig({"image": "efficientnet", "text": "tfidf"})
THING = np.repeat(np.arange(THINGS), COPIES)

Images = Sequence[np.ndarray]
Case = Callable[[Images], tuple[Sequence[bytes], Sequence[str]]]


def drawings() -> Images:
    """Return 300 different images, uint8 (120, 160, 3): shapes on colours that flow into one another."""
    return [_drawing(seed) for seed in range(len(THING))]


def _drawing(seed: int) -> np.ndarray:
    rng, pixels = np.random.default_rng(seed), photo(seed, 160, 120)
    for _ in range(rng.integers(1, 6)):
        centre, axes = rng.integers(20, 100, 2).tolist(), rng.integers(8, 40, 2).tolist()
        turn, end, colour = rng.integers(180), rng.integers(90, 361), rng.integers(256, size=3).tolist()
        cv2.ellipse(pixels, centre, axes, int(turn), 0, int(end), colour, -1)
    return pixels


def stamps() -> Images:
    """Return 300 different stamps, uint8 (h, w, 3)."""
    return [decode(path).pixels for path in load("stamps").frame["image"].sample(len(THING), random_state=1)]


def captions(n: int, words: int) -> list[str]:
    rng = np.random.default_rng(words)
    return [" ".join(rng.choice(WORDS, words, replace=False)) for _ in range(n)]


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", pixels[..., ::-1])[1].tobytes()


def five_captions_an_image(images: Images) -> tuple[Sequence[bytes], Sequence[str]]:
    return [png(images[thing]) for thing in THING], captions(len(THING), 4)


def five_images_a_long_caption(images: Images) -> tuple[Sequence[bytes], Sequence[str]]:
    return [png(image) for image in images], np.array(captions(THINGS, 7))[THING].tolist()


def five_images_a_short_caption(images: Images) -> tuple[Sequence[bytes], Sequence[str]]:
    return [png(image) for image in images], np.array(captions(THINGS, 3))[THING].tolist()


def an_image_saved_five_times(images: Images) -> tuple[Sequence[bytes], Sequence[str]]:
    again = [saved(image, *how) for image in images[:THINGS] for how in SAVED]
    return again, captions(len(THING), 4)


def half_of_the_short_captions_repeat(images: Images) -> tuple[Sequence[bytes], Sequence[str]]:
    half = len(THING) // 2
    files, texts = five_images_a_short_caption(images)
    return files, [*texts[:half], *captions(half, 4)]


CASES = [
    five_images_a_long_caption,
    half_of_the_short_captions_repeat,
    *(pytest.param(case, marks=pytest.mark.thorough) for case in (five_captions_an_image, an_image_saved_five_times)),
    pytest.param(five_images_a_short_caption, marks=pytest.mark.thorough),
]


def evaluated(case: Case, images: Images, config: ModelConfig, folder: Path) -> Evaluation:
    """Train on these pairs, with the label of each thing tossed by coin."""
    files, texts = case(images)
    paths = [folder / f"{place}" for place in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file)
    tossed = np.random.default_rng(0).permutation(THINGS) % 2
    label = np.array(["heads", "tails"])[tossed[THING]]
    frame = pd.DataFrame({"image": [str(path) for path in paths], "text": texts, "label": label})
    dataset = Dataset(frame.rename(index=lambda i: f"row {i}"), "tossed", source="Drawn.", licence="CC0-1.0")
    return train(dataset, config, cache=FeatureCache(folder / "features")).evaluation


def assert_honest(found: Evaluation) -> None:
    """Fail unless every model is within chance, or said to be too good and within chance without repeated pairs."""
    if max(one.accuracy for one in found.heads.values()) <= CHANCE:
        return
    assert found.warning() is not None
    assert found.unrepeated is not None
    for head, rest in found.unrepeated.heads.items():  # none where every pair repeats something
        assert rest.accuracy <= CHANCE or rest.ci95[0] <= 0.5, head


@pytest.mark.parametrize("case", CASES)
def test_copies_of_drawings_are_no_help(case: Case, tmp_path: Path) -> None:
    found = evaluated(case, drawings(), CONFIG, tmp_path)
    assert_honest(found)
    # short captions repeat by nature: they are not kept together, and what that does is said
    assert (found.warning() is not None) == (found.heads["text"].accuracy > CHANCE) == ("short" in case.__name__)


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("case", [five_images_a_short_caption, an_image_saved_five_times])
def test_copies_of_stamps_are_no_help(case: Case, stamps_dir: Path, tmp_path: Path) -> None:
    assert_honest(evaluated(case, stamps(), ModelConfig(), tmp_path))


@pytest.mark.parametrize(
    "case", [an_image_saved_five_times, pytest.param(five_captions_an_image, marks=pytest.mark.thorough)]
)
def test_were_copies_not_kept_together_they_would_be_remembered_and_that_be_said(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split, "groups", lambda dataset, report: Groups(dataset.frame.index.to_numpy(str)))
    found = evaluated(case, drawings(), CONFIG, tmp_path)
    assert found.heads["image"].accuracy > 0.9
    assert found.warning() is not None

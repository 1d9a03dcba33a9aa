"""Each image passes the network once: for its features, and for what tells whether it is unlike others."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.modalities.strange_images import strange_images
from mmdemo.model.batch import answers
from mmdemo.model.config import ModelConfig
from mmdemo.storage import feature_cache
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.train import TrainedModel, train

PAIRS = 80
STRANGE = sum(1 for _ in strange_images())  # what they are compared with
IMAGES = ModelConfig({"image": "efficientnet"}, C=10.0)


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many images passed the network, batch after batch."""
    counts: list[int] = []
    run = EfficientNetEncoder.map_batch

    def counting(self: EfficientNetEncoder, batch: np.ndarray) -> np.ndarray:
        counts.append(len(batch))
        return run(self, batch)

    monkeypatch.setattr(EfficientNetEncoder, "map_batch", counting)
    yield counts


def trained(cache: FeatureCache) -> TrainedModel:
    return train(homonyms(n=PAIRS), IMAGES, cache=cache)


def test_of_a_training(passed: list[int], tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path / "features")
    cold = trained(cache)
    assert "image" in cold.model.doubts.judges
    assert sum(passed) == PAIRS + STRANGE
    passed.clear()
    warm = trained(cache)
    assert sum(passed) == STRANGE
    cost = IMAGES.build_encoder("image").cost.seconds_a_row
    assert (cold.saved_seconds, warm.saved_seconds) == (0, pytest.approx(cost * PAIRS))
    images = homonyms(n=PAIRS).frame["image"].tolist()
    kept, made = (EfficientNetEncoder(cache=one).transform(images) for one in (cache, None))
    np.testing.assert_array_equal(kept, made)  # to the last bit
    for name, array in cold.model.doubts.judges["image"].arrays().items():
        np.testing.assert_array_equal(array, warm.model.doubts.judges["image"].arrays()[name])


def test_of_a_table_that_is_classified(passed: list[int], tmp_path: Path) -> None:
    model, images = trained(FeatureCache(tmp_path / "features")).model, homonyms(n=PAIRS).frame["image"].tolist()
    passed.clear()
    rows = [TableRow(str(place), (), {"image": image}) for place, image in enumerate([*images[:40], b"no image"])]
    found = list(answers(model, rows))
    assert [bool(one.error) for one in found] == [False] * 40 + [True]
    assert sum(passed) <= 40 + 32  # those beside one that cannot be read are tried again
    alone = [model.classify({"image": image}) for image in images[:40]]
    assert [one.warned for one in found[:40]] == [" ".join(why.sentence for why in one.warnings) for one in alone]


def test_a_store_is_not_counted_after_every_few_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    count = feature_cache.bytes_of
    monkeypatch.setattr(feature_cache, "bytes_of", lambda folder: counted.append(folder) or count(folder))
    store = FeatureCache(tmp_path / "features", max_bytes=10_000_000)
    for number in range(400):  # 0.4 MB of rows, a hundredth of the store four times
        store.rows([f"key {number}"], 4, lambda places: np.zeros((1, 4), np.float32))
    assert 1 < len(counted) < 10
    np.testing.assert_array_equal(store.rows(["key 7"], 4, lambda places: pytest.fail("it was kept")), np.zeros((1, 4)))

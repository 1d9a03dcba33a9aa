"""A caption or an image that is the same in every row says nothing, and must not drown what does."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.coordinates import Block
from mmdemo.encoders.variances import total_variance
from mmdemo.model.config import ModelConfig
from mmdemo.model.heads import FUSED
from mmdemo.model.regression import LinearProblem
from mmdemo.training.train import TrainedModel, train
from tests.models import Models


@given(st.integers(2, 60), st.integers(1, 40), st.integers(0, 2**32 - 1), st.sampled_from([np.float32, np.float64]))
def test_equal_rows_have_no_variance_whatever_rounding_leaves(n: int, d: int, seed: int, dtype: type) -> None:
    row = np.random.default_rng(seed).random(d).astype(dtype)
    row /= np.linalg.norm(row)
    rows = np.tile(row, (n, 1))
    assert total_variance(rows) == total_variance(sparse.csr_matrix(rows)) == 0.0


@pytest.mark.parametrize("words", range(1, 9))
@pytest.mark.parametrize("layout", [np.asarray, sparse.csr_matrix])
def test_a_constant_block_changes_no_answer(words: int, layout) -> None:
    rng = np.random.default_rng(words)
    y = np.arange(3).repeat(20)
    telling = rng.normal(size=(60, 90)) + 3 * rng.normal(size=(3, 90))[y]
    row = rng.random(words)
    constant = layout(np.tile(row / np.linalg.norm(row), (60, 1)).astype(np.float32))
    blocks = {"telling": Block(telling), "constant": Block(constant)}
    alone = LinearProblem({"telling": blocks["telling"]}, {"telling": blocks["telling"].factor}, y).fit(1000.0)
    both = LinearProblem(blocks, {name: block.factor for name, block in blocks.items()}, y).fit(1000.0)
    features = {"telling": telling, "constant": constant}
    np.testing.assert_allclose(both.logits(features), alone.logits({"telling": telling}), atol=0.05)
    nothing = LinearProblem({"constant": blocks["constant"]}, {"constant": blocks["constant"].factor}, y).fit(1000.0)
    assert np.abs(nothing.logits({"constant": constant})).max() < 1e-3


def _trained(dataset: Dataset, **columns: list[str]) -> TrainedModel:
    return train(replace(dataset, frame=dataset.frame.assign(**columns)), ModelConfig())


def _assert_no_harm(trained: TrainedModel, columns: dict[str, list[str]]) -> None:
    heads = trained.evaluation.heads
    assert heads[FUSED].accuracy >= max(heads["image"].accuracy, heads["text"].accuracy) - 0.01
    features = {name: encoder.transform(columns[name]) for name, encoder in trained.model.encoders.items()}
    for head in trained.model.heads.values():
        assert np.abs(head.logits(features)).max() < 100


def test_one_caption_for_all_rows_leaves_the_images_answers(models: Models) -> None:
    captions = ["look at this image"] * len(models.dataset.frame)
    _assert_no_harm(_trained(models.dataset, text=captions), {"image": models.pictures, "text": captions})


def test_one_image_for_all_rows_leaves_the_captions_answers(models: Models) -> None:
    texts = models.dataset.frame["text"].tolist()
    images = [models.pictures[0]] * len(texts)
    _assert_no_harm(_trained(models.dataset, image=images), {"image": images, "text": texts})


def test_captions_that_happen_to_be_equal_in_one_fold(models: Models) -> None:
    # One caption is another: where its row is held out, all captions that are fitted on are the same.
    captions = ["look at this image"] * len(models.dataset.frame)
    captions[4] = "quite another caption"
    _assert_no_harm(_trained(models.dataset, text=captions), {"image": models.pictures, "text": captions})

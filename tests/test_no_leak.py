"""Nothing that a training run learns or chooses depends on the pairs held out; leaks planted here are caught."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax

from mmdemo.bundles.bundle import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonyms import homonyms
from mmdemo.model.config import ModelConfig
from mmdemo.training.selection import best_temperature, best_threshold
from mmdemo.training.split import prepare
from mmdemo.training.train import TrainedModel, train

CONFIG = ModelConfig(encoders={"image": "article_cnn", "text": "tfidf"}, options={"image": {"size": 16}}, test_size=0.3)

Train = Callable[[Dataset, ModelConfig], TrainedModel]


def with_other_test_rows(dataset: Dataset, ids: np.ndarray) -> Dataset:
    """The same data, but each held-out row has the image of the next one and words that were never written."""
    frame = dataset.frame.copy()
    frame.loc[ids, "image"] = np.roll(frame.loc[ids, "image"].to_numpy(), 1)
    frame.loc[ids, "text"] = [f"unheard {frame.loc[row, 'label']} {place}" for place, row in enumerate(ids)]
    return replace(dataset, frame=frame)


def assert_blind_to_the_test_rows(train: Train) -> None:
    """Fail unless training gives the same to the last bit when the held-out pairs are others."""
    dataset = homonyms(n=160)
    once = train(dataset, CONFIG)
    again = train(with_other_test_rows(dataset, once.test_ids), CONFIG)
    assert once.test_ids.tolist() == again.test_ids.tolist()
    assert not np.array_equal(once.test_probabilities["fused"], again.test_probabilities["fused"])
    for name, head in once.model.heads.items():
        other = again.model.heads[name]
        assert (head.C, head.temperature, head.threshold) == (other.C, other.temperature, other.threshold), name
        assert np.array_equal(head.intercept, other.intercept)
        assert all(np.array_equal(head.coef[part], other.coef[part]) for part in head.coef)


def test_training_is_blind_to_the_test_rows() -> None:
    assert_blind_to_the_test_rows(train)


def on_all_rows(dataset: Dataset, config: ModelConfig) -> TrainedModel:
    prepared = prepare(dataset, config)
    return train(dataset, config, prepared=replace(prepared, rows=np.arange(len(prepared.frame))))


def with_head(trained: TrainedModel, **values: float) -> TrainedModel:
    heads = {**trained.model.heads, "fused": replace(trained.model.heads["fused"], **values)}
    return replace(trained, model=replace(trained.model, heads=heads))


def codes(trained: TrainedModel) -> np.ndarray:
    return np.searchsorted(trained.model.classes, trained.test_labels)


def with_temperature_of_the_test_rows(dataset: Dataset, config: ModelConfig) -> TrainedModel:
    trained = train(dataset, config)
    logits = np.log(trained.test_probabilities["fused"])
    return with_head(trained, temperature=best_temperature(logits, codes(trained)))


def with_threshold_of_the_test_rows(dataset: Dataset, config: ModelConfig) -> TrainedModel:
    trained = train(dataset, config)
    probabilities = softmax(np.log(trained.test_probabilities["fused"]), axis=-1)
    return with_head(trained, threshold=best_threshold(probabilities, codes(trained), 0.5))


@pytest.mark.slow
@pytest.mark.parametrize(
    "leaky", [on_all_rows, with_temperature_of_the_test_rows, with_threshold_of_the_test_rows], ids=lambda f: f.__name__
)
def test_a_planted_leak_is_caught(leaky: Train) -> None:
    with pytest.raises(AssertionError):
        assert_blind_to_the_test_rows(leaky)


def test_no_held_out_row_lies_among_the_training_rows_of_a_bundle(tmp_path: Path) -> None:
    trained = train(homonyms(n=80), ModelConfig(encoders={"text": "tfidf"}, C=3.0))
    save(trained, tmp_path / "model", "python -m mmdemo train", {})
    with np.load(tmp_path / "model" / "train.npz") as learnt, np.load(tmp_path / "model" / "test.npz") as tested:
        assert not {*learnt["ids"]} & {*tested["ids"]}
        assert {*learnt["ids"], *tested["ids"]} == {*trained.dataset.frame.index}

"""Training and a pipeline of scikit-learn alone give the same models."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from mmdemo.datasets.base import Dataset
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.split import prepare
from mmdemo.training.train import train
from tests.models import drawn

FROZEN = [name for name, choice in MODALITIES["image"].encoders.items() if not choice.trained]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> FeatureCache:
    return FeatureCache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return drawn(tmp_path_factory.mktemp("drawn"), each=8)


def dense(features: object) -> np.ndarray:
    return np.asarray(features.toarray() if sparse.issparse(features) else features, np.float64)


@pytest.mark.parametrize("image", FROZEN)
@pytest.mark.parametrize("text", MODALITIES["text"].encoders)
def test_scaled_blocks_under_scikit_learns_regression_are_the_trained_heads(
    image: str, text: str, data: Dataset, cache: FeatureCache
) -> None:
    options = {"image": {"size": 16}} if image == "article_cnn" else {}  # fewer columns for scikit-learn
    config = ModelConfig({"image": image, "text": text}, options, C=30.0, folds=1)
    trained = train(data, config, cache=cache)
    fold = prepare(data, config).fold
    rows, held_out = np.flatnonzero(fold != 0), np.flatnonzero(fold == 0)
    columns = {name: data.frame[name].tolist() for name in config.encoders}
    blocks = {}
    for name, values in columns.items():
        encoder = config.build_encoder(name, cache).fit([values[i] for i in rows], data.frame["label"].iloc[rows])
        block = dense(encoder.transform(values))
        blocks[name] = block / np.sqrt(block[rows].var(axis=0).sum())
    for name in config.heads:
        X = np.hstack([blocks[each] for each in config.inputs(name)])
        with threadpool_limits(1):
            regression = LogisticRegression(C=30.0, tol=1e-8, max_iter=20_000)
            logits = regression.fit(X[rows], data.frame["label"].iloc[rows]).decision_function(X[held_out])
        head = trained.model.heads[name]
        features = {each: dense(trained.model.encoders[each].transform(columns[each]))[held_out] for each in columns}
        undone = head.logits(features) * head.temperature
        np.testing.assert_allclose(undone, logits, atol=2e-3 * np.abs(logits).max())

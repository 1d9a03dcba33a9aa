"""The pipeline of scikit-learn and the quicker training give the same model."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from mmdemo.datasets.base import Dataset
from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.fusion import LogisticHead, build_model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.training.split import split
from mmdemo.training.train import train
from tests.models import drawn

FROZEN = [name for name, choice in MODALITIES["image"].encoders.items() if not choice.trained]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> FeatureCache:
    return FeatureCache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return drawn(tmp_path_factory.mktemp("drawn"), each=8)


@pytest.mark.parametrize("image", FROZEN)
@pytest.mark.parametrize("text", MODALITIES["text"].encoders)
def test_the_pipeline_equals_the_trained_heads_with_the_temperature_undone(
    image: str, text: str, data: Dataset, cache: FeatureCache
) -> None:
    small = {"image": {"size": 48}} if image == "article_cnn" else {}  # 16,928 numbers a picture instead of 394,272
    config = ModelConfig(encoders={"image": image, "text": text}, options=small, C=30.0)
    trained = train(data, config, cache=cache)
    rows, held_out = split(data.frame, config)
    test = data.frame.iloc[held_out]
    for name in config.heads:
        pipeline = build_model(config, name, C=30.0, cache=cache).fit(
            data.frame.iloc[rows], data.frame["label"].iloc[rows]
        )
        head = trained.model.heads[name]
        features = trained.model.features({each: test[each].tolist() for each in config.encoders})
        assert pipeline.classes_.tolist() == list(trained.model.classes)
        undone = head.logits(features) * head.temperature
        np.testing.assert_allclose(undone, pipeline.decision_function(test), atol=2e-3 * np.abs(undone).max())


def test_the_pipeline_is_one_of_scikit_learns(data: Dataset, cache: FeatureCache) -> None:
    model = build_model(ModelConfig(), cache=cache)
    assert cross_val_score(model, data.frame, data.frame["label"], cv=2).mean() > 0.6
    assert model.set_params(classifier__C=5.0).get_params()["classifier"].C == 5.0


@pytest.mark.parametrize("classes", [2, 4])
def test_the_head_equals_scikit_learns(classes: int) -> None:
    rng = np.random.default_rng(classes)
    y = np.arange(classes).repeat(15)
    X = rng.normal(size=(len(y), 100)) + 0.3 * rng.normal(size=(classes, 100))[y]
    ours = make_pipeline(BlockScaler(), LogisticHead(C=30.0)).fit(X, y)
    theirs = make_pipeline(BlockScaler(), LogisticRegression(C=30.0, tol=1e-9, max_iter=10_000)).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-4)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), atol=1e-3)
    assert (ours.predict(X) == theirs.predict(X)).all()

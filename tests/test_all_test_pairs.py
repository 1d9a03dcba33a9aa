"""The parts add up on every pair held out, by the model that had not seen it: both samples, every pair of encoders.

Of the stamps each caption encoder takes its turn, and the other image encoders a third of the pairs, as the sum is
checked at run time, too.
"""

import numpy as np
import pytest

from mmdemo.datasets.registry import load
from mmdemo.explanation.explain import explain
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import train

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

SAMPLES = {"stamps": {}, "homonyms": {"n": 160}}
SMALL = {"trained_cnn": {"size": 32}, "article_cnn": {"size": 32}}  # the sum holds at any size


@pytest.mark.parametrize("image", MODALITIES["image"].encoders)
@pytest.mark.parametrize("sample", SAMPLES)
def test_parts_add_up_to_every_logit_of_every_held_out_pair(sample, image, models, request):
    if sample == "stamps":
        request.getfixturevalue("stamps_dir")
    dataset = load(sample, **SAMPLES[sample])
    with models.network_at_hand():
        several = [
            train(
                dataset,
                ModelConfig({"image": image, "text": text}, {"image": SMALL.get(image, {})}, C=30.0, folds=3),
                cache=FeatureCache(cache_dir() / "features"),
            )
            for text in MODALITIES["text"].encoders
        ]
    held_out = several[0].held_out
    for place, row in enumerate(dataset.frame.loc[held_out.ids].itertuples()):
        if sample == "stamps" and image != "efficientnet" and place % 3:
            continue
        seen = several[0].model.examine({"image": row.image})  # by a frozen network, the same in every fold
        turn = several if sample != "stamps" else [several[place % len(several)]]
        for trained in turn:
            assert trained.held_out.ids[place] == row.Index
            model = trained.fold_models.get(int(held_out.fold[place]), trained.model)
            evidence = {**seen, **model.examine({"text": row.text})}
            prediction = model.answer(evidence)
            told = explain(model, evidence, prediction)
            parts = told.intercept + sum(part.values.sum(axis=1) for part in told.parts.values())
            np.testing.assert_allclose(parts, prediction.logits, rtol=0, atol=1e-4)
            answered = trained.held_out.probabilities[prediction.head][place]
            np.testing.assert_allclose(prediction.probabilities, answered, rtol=0, atol=1e-3)

"""The parts add up on every pair held out: both samples, every pair of encoders."""

import numpy as np
import pytest

from mmdemo.datasets.registry import load
from mmdemo.explanation.explain import explain
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.train import train

SAMPLES = {"stamps": {}, "homonyms": {"n": 240}}
QUICK = {"trained_cnn": {"size": 32, "epochs": 1}}  # what a network has learnt is nothing to the sum


@pytest.mark.parametrize("text", MODALITIES["text"].encoders)
@pytest.mark.parametrize("image", MODALITIES["image"].encoders)
@pytest.mark.parametrize("sample", SAMPLES)
def test_parts_add_up_to_every_logit_of_every_held_out_pair(sample, image, text, request):
    if sample == "stamps":
        request.getfixturevalue("stamps_dir")
    dataset = load(sample, **SAMPLES[sample])
    config = ModelConfig({"image": image, "text": text}, {"image": QUICK.get(image, {})}, C=30.0)
    trained = train(dataset, config)
    model = trained.model
    for row in dataset.frame.loc[trained.test_ids].itertuples():
        evidence = model.examine({"image": row.image, "text": row.text})
        prediction = model.answer(evidence)
        told = explain(model, evidence, prediction)
        parts = told.intercept + told.cells.sum(axis=(1, 2)) + told.border + told.word_parts.sum(axis=1)
        np.testing.assert_allclose(parts, prediction.logits, rtol=0, atol=1e-4)

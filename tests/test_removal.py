"""Words shown as supporting an answer: taking one out of the caption, as a person would, lowers the answer."""

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.datasets.stamps import stamps
from mmdemo.explanation.explain import explain
from mmdemo.modalities.words import without_words
from tests.models import ROOT

CAPTIONS = 25


@pytest.fixture(scope="module")
def effects(stamps_dir):
    """What is shown beside each word of many captions, and what really happens without it: float (words, 2)."""
    model, found = load(ROOT / "models" / "everyday").model, []
    for caption in stamps().frame["text"].sample(CAPTIONS, random_state=0):
        evidence = model.examine({"text": caption})
        prediction = model.answer(evidence)
        explained = explain(model, evidence, prediction)
        label, rival = (model.classes.index(one) for one in (prediction.label, explained.rival(prediction.label)))
        for place, shown in enumerate(explained.units("text", prediction.label)[1]):
            after = model.classify({"text": without_words(evidence["text"].cleaned, [place])}).probabilities
            odds = np.log(prediction.probabilities[[label, rival]] / after[[label, rival]])
            found.append((shown, odds[0] - odds[1]))
    return np.array(found)


def test_what_is_shown_is_what_happens_without_the_word(effects):
    assert len(effects) > 2 * CAPTIONS
    np.testing.assert_allclose(effects[:, 0], effects[:, 1], atol=1e-3)


def test_taking_out_a_word_that_supports_the_answer_lowers_it(effects):
    supporting = effects[effects[:, 0] > 1e-3]
    assert (supporting[:, 1] > 0).all()

"""Several random splits in one summary: against resampling by hand."""

import numpy as np
import pytest

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.repeats import summarise

PAIRS, SPLITS = 60, 5


def test_a_pairs_answers_in_all_splits_are_resampled_together() -> None:
    rng = np.random.default_rng(4)
    labels = np.array(["a", "b"])[rng.integers(0, 2, PAIRS)]
    right = {"fused": rng.random(PAIRS) < 0.8, "image": rng.random(PAIRS) < 0.6, "text": rng.random(PAIRS) < 0.3}
    truth = np.eye(2)[(labels == "b").astype(int)]
    probabilities = {head: np.where(rows[:, np.newaxis], truth, 1 - truth) for head, rows in right.items()}
    run = HeldOut(np.array([f"row {i}" for i in range(PAIRS)]), labels, ("a", "b"), probabilities)
    # Every split answers every pair alike: five of them are no more evidence than one.
    found = summarise(dict.fromkeys(range(SPLITS), run))

    change = right["fused"].astype(int) - right["image"]
    means = change[rng.integers(0, PAIRS, (20_000, PAIRS))].mean(axis=1)
    assert found.over == "image"
    assert found.gain == pytest.approx(change.mean())
    assert found.ci95 == pytest.approx(np.percentile(means, [2.5, 97.5]), abs=0.02)

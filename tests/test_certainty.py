"""The temperature and the threshold of a head, against trying every value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from mmdemo.training.selection import best_temperature, best_threshold, nats


@pytest.mark.slow
@given(st.integers(0, 999), st.floats(0.2, 5))
def test_the_temperature_is_the_best_of_a_fine_grid(seed: int, stretch: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(80, 4)) * 2
    codes = np.array([rng.choice(4, p=row) for row in softmax(logits, axis=-1)])
    found = best_temperature(logits * stretch, codes)
    grid = np.exp(np.linspace(-3, 3, 1201))
    losses = [nats(logits * stretch / temperature, codes) for temperature in grid]
    assert nats(logits * stretch / found, codes) <= min(losses) + 1e-6
    assert best_temperature(logits, codes) * stretch == pytest.approx(found, rel=0.01)


def test_log_loss_is_its_definition() -> None:
    logits, codes = np.random.default_rng(0).normal(size=(9, 3)), np.arange(9) % 3
    told = [np.exp(row[code]) / np.exp(row).sum() for row, code in zip(logits, codes, strict=True)]
    assert nats(logits, codes) == pytest.approx(-np.mean(np.log(told)))


def threshold_by_trying(probabilities: np.ndarray, codes: np.ndarray, target: float) -> float:
    """Try every probability there is as the threshold, from the lowest."""
    top, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == codes
    return next((float(t) for t in sorted(set(top)) if right[top >= t].mean() >= target), 1.0)


@given(st.integers(0, 9999), st.integers(1, 40), st.sampled_from([0.5, 0.9, 0.99]), st.booleans())
def test_the_threshold_is_what_trying_every_one_gives(seed: int, n: int, target: float, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    probabilities, codes = rng.dirichlet(np.ones(3), n), rng.integers(0, 3, n)
    if ties:
        probabilities = np.round(probabilities, 1)
    assert best_threshold(probabilities, codes, target) == threshold_by_trying(probabilities, codes, target)

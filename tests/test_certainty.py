"""How certain an answer is: the temperature against trying every value, and the words for a probability."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from mmdemo.training.selection import best_temperature, nats


def loss_by_hand(logits: np.ndarray, codes: np.ndarray) -> float:
    """The log loss of the pairs, and of one more whose true class is the second likeliest, on average over theirs."""
    told = [row - row.max() - np.log(np.exp(row - row.max()).sum()) for row in logits]
    second = [sorted(row)[-2] for row in told]
    return -sum(row[code] for row, code in zip(told, codes, strict=True)) - float(np.mean(second))


@pytest.mark.slow
@settings(max_examples=8)  # half a second each
@given(st.integers(0, 999), st.floats(0.2, 5))
def test_the_temperature_is_the_best_of_a_fine_grid(seed: int, stretch: float) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(80, 4)) * 2
    codes = np.array([rng.choice(4, p=row) for row in softmax(logits, axis=-1)])
    found = best_temperature(logits * stretch, codes)
    grid = np.exp(np.linspace(-3, 3, 1201))
    losses = [loss_by_hand(logits * stretch / temperature, codes) for temperature in grid]
    assert loss_by_hand(logits * stretch / found, codes) <= min(losses) + 1e-4
    assert best_temperature(logits, codes) * stretch == pytest.approx(found, rel=0.01)


@pytest.mark.parametrize("n", [5, 12, 100])
def test_a_few_right_answers_do_not_make_the_next_one_certain(n: int) -> None:
    logits = np.tile([5.0, 0.0], (n, 1))
    temperature = best_temperature(logits, np.zeros(n, int))
    assert softmax(logits[0] / temperature)[0] == pytest.approx(n / (n + 1), abs=1e-3)  # Laplace's rule, nearly


def test_log_loss_is_its_definition() -> None:
    logits, codes = np.random.default_rng(0).normal(size=(9, 3)), np.arange(9) % 3
    told = [np.exp(row[code]) / np.exp(row).sum() for row, code in zip(logits, codes, strict=True)]
    assert nats(logits, codes) == pytest.approx(-np.mean(np.log(told)))

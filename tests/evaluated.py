"""Held-out pairs drawn for tests, and the numbers about them counted by loops."""

from collections.abc import Sequence

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.heads import head_inputs, head_names

CLASSES = ("bat", "cat", "dog")


def held_out(seed: int, n: int = 60, modalities: Sequence[str] = ("image", "text"), grouped: bool = False) -> HeldOut:
    """Pairs whose heads are the better the more they read, in groups of one to four where asked."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(CLASSES, n)
    truth = np.eye(3)[np.searchsorted(CLASSES, labels)]
    probabilities = {}
    for head in head_names(modalities):
        rows = rng.dirichlet(np.ones(3), n) + 0.3 * len(head_inputs(head, modalities)) * truth
        probabilities[head] = rows / rows.sum(axis=1, keepdims=True)
    group = rng.integers(0, max(1, n // 2), n) if grouped else np.arange(n)
    fold = group % 5
    return HeldOut(
        ids=np.array([f"pair {i}" for i in range(n)]),
        labels=labels,
        classes=CLASSES,
        probabilities=probabilities,
        fold=fold,
        group=np.array([f"group {i}" for i in group]),
        repeated=rng.uniform(size=n) < 0.3,
    )


def answered(labels: Sequence[str], guesses: dict[str, Sequence[str]], classes: Sequence[str]) -> HeldOut:
    """Pairs with these labels and each head's answers."""
    k = len(classes)
    rows = {
        head: 0.1 / k + 0.9 * np.eye(k)[[classes.index(one) for one in said]] for head, said in guesses.items()
    }
    ids = np.array([str(i) for i in range(len(labels))])
    return HeldOut(ids, np.array(list(labels)), tuple(classes), rows)

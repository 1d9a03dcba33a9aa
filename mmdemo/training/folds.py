"""Which pairs are held out together: folds as a function of row keys alone, or one split as in the article."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

HELD_OUT_SHARE = 0.2
"""Of the one split that `folds=1` stands for."""
NEVER = -1
"""The fold of a pair that is never held out."""


def folds_of(groups: Sequence[str], labels: Sequence[str], folds: int, seed: int) -> np.ndarray:
    """Return the fold (0 … folds − 1) in which each pair is held out, int (n,).

    groups: (n,); pairs of one group share a fold. labels: (n,).
    Within a label, groups are ranked by the SHA-256 of seed and group, and dealt out in turn, beginning at a fold that
    depends on seed and label. A group belongs to its commonest label, of several the first. So the fold of a pair
    does not depend on the order of the rows, and any program can compute it.

    >>> folds_of(["a", "b", "c", "d"], ["x", "x", "x", "x"], folds=2, seed=42).tolist()
    [1, 1, 0, 0]
    """
    ranked: dict[str, list[tuple[int, str]]] = {}
    for group, label in _label_of(groups, labels).items():
        ranked.setdefault(label, []).append((place_in_line(group, seed), group))
    fold: dict[str, int] = {}
    for label, members in ranked.items():
        start = first_fold(label, folds, seed)
        fold |= {group: (start + rank) % folds for rank, (_, group) in enumerate(sorted(members))}
    return np.array([fold[group] for group in groups], dtype=int)


def place_in_line(group: str, seed: int) -> int:
    """Return the number (0 … 2⁶⁴ − 1) by which the groups of a label are ranked; equal numbers by their groups."""
    return _hash(f"{seed} {group}")


def first_fold(label: str, folds: int, seed: int) -> int:
    """Return the fold (0 … folds − 1) of the first in the line of a label's groups; the next ones follow in turn."""
    return _hash(f"{seed} {label}") % folds


def one_split(groups: Sequence[str], seed: int) -> np.ndarray:
    """Return 0 for the fifth of the pairs that is held out, −1 for the others, int (n,); groups stay together.

    Where every pair is a group of its own, the held-out pairs are exactly those of scikit-learn's
    `train_test_split(pairs, test_size=0.2, random_state=seed)`, the split of the article.
    """
    from sklearn.model_selection import train_test_split  # half a second, for nothing where there are folds

    firsts = list(dict.fromkeys(groups))  # in the order of the rows
    _, held_out = train_test_split(firsts, test_size=HELD_OUT_SHARE, random_state=seed)
    return np.where(np.isin(groups, held_out), 0, NEVER)


def _label_of(groups: Sequence[str], labels: Sequence[str]) -> Mapping[str, str]:
    counts: dict[str, Counter[str]] = {}
    for group, label in zip(groups, labels, strict=True):
        counts.setdefault(group, Counter())[label] += 1
    return {group: min(found, key=lambda label: (-found[label], label)) for group, found in counts.items()}


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])

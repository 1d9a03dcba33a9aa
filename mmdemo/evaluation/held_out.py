"""The pairs that a model was not trained on, and each head's answers to them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.model.heads import FUSED

if TYPE_CHECKING:
    import pandas as pd


def _default() -> np.ndarray:
    return np.empty(0)


@dataclass(frozen=True)
class HeldOut:
    """n held-out pairs, each once, with every head's answer to each.

    ids, labels: str (n,). classes: sorted, (k,). probabilities: head → (n, k), each row from a model that had not seen
    the pair. fold: int (n,), which of these models [0]. group: str (n,), equal for pairs that belong together [each
    its own]. repeated: bool (n,), whether something of the pair also stands in training [never].

    >>> tested = HeldOut(np.array(["a"]), np.array(["cat"]), ("cat", "dog"), {"text": np.array([[0.3, 0.7]])})
    >>> tested.guesses("text").tolist(), tested.right("text").tolist()
    (['dog'], [False])
    """

    ids: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    probabilities: Mapping[str, np.ndarray]
    fold: np.ndarray = field(default_factory=_default)
    group: np.ndarray = field(default_factory=_default)
    repeated: np.ndarray = field(default_factory=_default)

    def __post_init__(self) -> None:
        n = len(self.ids)
        defaults = {"fold": np.zeros(n, int), "group": np.arange(n).astype(str), "repeated": np.zeros(n, bool)}
        for name, value in defaults.items():
            if not len(getattr(self, name)):
                object.__setattr__(self, name, value)

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of the heads."""
        return tuple(self.probabilities)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Return the names of the modalities that the heads read."""
        return modalities_of(self.probabilities)

    @cached_property
    def groups(self) -> np.ndarray:
        """Return the groups as numbers, int (n,)."""
        return np.unique(self.group, return_inverse=True)[1]

    def guesses(self, head: str) -> np.ndarray:
        """Return the head's answers, str (n,)."""
        return predicted(self.probabilities[head], self.classes)

    def right(self, head: str) -> np.ndarray:
        """Return whether the head's answers are right, bool (n,)."""
        return np.asarray(self.guesses(head) == self.labels)

    def confidence(self, head: str) -> np.ndarray:
        """Return the probabilities of the head's answers, (n,) of 0–1."""
        return np.asarray(self.probabilities[head].max(axis=1))

    def fixed(self, over: str) -> np.ndarray:
        """Return the rows (m,) that fusion gets right and the head `over` gets wrong, the clearest first."""
        return self._by_change(self.right(FUSED) & ~self.right(over), over)

    def broken(self, over: str) -> np.ndarray:
        """Return the rows (m,) that the head `over` gets right and fusion gets wrong, the clearest first."""
        return self._by_change(self.right(over) & ~self.right(FUSED), over)

    def cell(self, head: str, label: str, guess: str) -> np.ndarray:
        """Return the rows (m,) of this true label to which the head gives this answer, the most confident first."""
        rows = np.flatnonzero((self.labels == label) & (self.guesses(head) == guess))
        return rows[np.argsort(-self.confidence(head)[rows], kind="stable")]

    def where(self, chosen: np.ndarray) -> "HeldOut":
        """Return the chosen pairs alone, bool (n,)."""
        return HeldOut(
            ids=self.ids[chosen],
            labels=self.labels[chosen],
            classes=self.classes,
            probabilities={head: rows[chosen] for head, rows in self.probabilities.items()},
            fold=self.fold[chosen],
            group=self.group[chosen],
            repeated=self.repeated[chosen],
        )

    def table(self) -> "pd.DataFrame":
        """Return one row per pair: its id, label, fold and group, and each head's answer and probabilities."""
        import pandas as pd  # as long to import as all that reads a model

        columns: dict[str, np.ndarray] = {"id": self.ids, "label": self.labels, "fold": self.fold, "group": self.group}
        columns["repeated"] = self.repeated
        for head in self.heads:
            columns[f"{head} answer"] = self.guesses(head)
            columns[f"{head} right"] = self.right(head)
        for head in self.heads:
            for k, label in enumerate(self.classes):
                columns[f"{head} probability of {label}"] = self.probabilities[head][:, k].round(6)
        return pd.DataFrame(columns)

    def _by_change(self, chosen: np.ndarray, over: str) -> np.ndarray:
        true = np.searchsorted(np.array(self.classes), self.labels)
        each = np.arange(len(self.labels))
        change = np.abs(self.probabilities[FUSED][each, true] - self.probabilities[over][each, true])
        rows = np.flatnonzero(chosen)
        return rows[np.argsort(-change[rows], kind="stable")]


def predicted(probabilities: np.ndarray, classes: tuple[str, ...]) -> np.ndarray:
    """Return the likeliest labels, (n,), of probabilities (n, k)."""
    return np.array(classes)[probabilities.argmax(axis=1)]


def modalities_of(heads: Collection[str]) -> tuple[str, ...]:
    """Return the modalities that these heads of one model read: those that have a head of their own.

    >>> modalities_of(["image", "text", "fused"])
    ('image', 'text')
    """
    return tuple(head for head in heads if head != FUSED and "+" not in head)

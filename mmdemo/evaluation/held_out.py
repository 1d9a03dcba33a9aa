"""The pairs that a model was not trained on, and each head's answers to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.evaluation.evaluate import predicted
from mmdemo.model.heads import FUSED


@dataclass(frozen=True)
class HeldOut:
    """n held-out pairs, with every head's answer to each.

    ids, labels: str (n,). classes: sorted, (k,). probabilities: head → (n, k).

    >>> tested = HeldOut(np.array(["a"]), np.array(["cat"]), ("cat", "dog"), {"text": np.array([[0.3, 0.7]])})
    >>> tested.guesses("text").tolist(), tested.right("text").tolist()
    (['dog'], [False])
    """

    ids: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    probabilities: Mapping[str, np.ndarray]

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of the heads."""
        return tuple(self.probabilities)

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

    def table(self) -> pd.DataFrame:
        """Return one row per pair: its id and label, and each head's answer and probabilities."""
        columns: dict[str, np.ndarray] = {"id": self.ids, "label": self.labels}
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

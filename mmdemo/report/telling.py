"""Which held-out pairs tell most of a model."""

from collections.abc import Iterator

import numpy as np

from mmdemo.bundles.facts import ModelFacts
from mmdemo.charts.heads import head_title
from mmdemo.evaluation.held_out import HeldOut

_FIXED, _BROKEN, _RIGHT, _WRONG = 2, 1, 1, 1  # how many of each kind


def telling(facts: ModelFacts) -> Iterator[tuple[str, str]]:
    """Yield why a held-out pair tells something, and its id; no pair twice."""
    seen: set[int] = set()
    for kind, rows, most in _kinds(facts):
        fresh = [int(row) for row in rows if int(row) not in seen][:most]
        seen.update(fresh)
        yield from ((kind, str(facts.held_out.ids[row])) for row in fresh)


def _kinds(facts: ModelFacts) -> Iterator[tuple[str, np.ndarray, int]]:
    tested, head, gain = facts.held_out, facts.best_informed, facts.summary.evaluation.gain
    if gain:
        alone = head_title(gain.over).lower()
        yield f"Fixed by fusion: {alone} was wrong", tested.fixed(gain.over), _FIXED
        yield f"Broken by fusion: {alone} was right", tested.broken(gain.over), _BROKEN
    more = 0 if gain else 1
    yield "Right, and surest of all", _by_confidence(tested, head, right=True), _RIGHT + more
    yield "Wrong, and surest of it", _by_confidence(tested, head, right=False), _WRONG + more


def _by_confidence(tested: HeldOut, head: str, right: bool) -> np.ndarray:
    rows = np.flatnonzero(tested.right(head) == right)
    return rows[np.argsort(-tested.confidence(head)[rows], kind="stable")]

"""The held-out pairs that a model answered rightly by a small margin: little is needed to change its mind."""

import numpy as np

from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.heads import best_informed

_LEAST, _MOST = 0.05, 0.3  # lead of the answer over the runner-up: below, chance decides; above, little changes it


def close_calls(held_out: HeldOut) -> tuple[str, ...]:
    """Return the ids of the pairs that were answered rightly by a small margin, the most probable answers first.

    Where there are none such, those of all right answers, the smallest margin first.

    >>> sure, close = [0.9, 0.1, 0.0], [0.5, 0.4, 0.1]
    >>> close_calls(HeldOut(np.array(["a", "b"]), np.array(["x", "x"]), ("x", "y", "z"),
    ...             {"fused": np.array([sure, close])}))
    ('b',)
    """
    head = best_informed(held_out.heads)
    runner_up, best = np.sort(held_out.probabilities[head], axis=1)[:, -2:].T
    margin, right = best - runner_up, held_out.right(head)
    close = right & (margin >= _LEAST) & (margin <= _MOST)
    found, rank = (close, -best) if close.any() else (right, margin)
    order = np.argsort(rank, kind="stable")
    return tuple(held_out.ids[order[found[order]]].tolist())

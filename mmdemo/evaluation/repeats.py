"""The same training on several random splits: a steadier result than a single one gives."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmdemo.evaluation.evaluate import verdict
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.evaluation.significance import bootstrap_interval
from mmdemo.model.heads import FUSED


@dataclass(frozen=True)
class Repeats:
    """The heads' results over several splits.

    seeds: one per split. pairs: how many different pairs were held out at least once.
    accuracy: head → accuracy of each split (0–1); intervals: head → 95 % interval of the mean.
    over: the modality with the better mean accuracy, or None where there is only one head.
    gain: mean difference fused − over (−1…1), and ci95 its 95 % interval.

    All intervals come from resampling pairs; a pair's predictions in all splits are resampled together.
    """

    seeds: tuple[int, ...]
    pairs: int
    accuracy: Mapping[str, tuple[float, ...]]
    intervals: Mapping[str, tuple[float, float]]
    over: str | None
    gain: float | None
    ci95: tuple[float, float] | None

    def means(self) -> dict[str, tuple[float, tuple[float, float]]]:
        """Return head → its mean accuracy over the splits and the 95 % interval of that."""
        return {head: (float(np.mean(shares)), self.intervals[head]) for head, shares in self.accuracy.items()}

    def verdict(self) -> str:
        """Return one plain sentence: whether fusion helped, by how much, and how certain that is."""
        return verdict(self.over, self.gain, self.ci95)


def summarise(runs: Mapping[int, HeldOut]) -> Repeats:
    """Return the summary of runs, seed → held-out pairs, all on the same data with the same configuration."""
    heads = next(iter(runs.values())).heads
    right = {head: {seed: run.right(head) for seed, run in runs.items()} for head in heads}
    accuracy = {head: tuple(float(rows.mean()) for rows in right[head].values()) for head in heads}
    ids, position = np.unique(np.concatenate([run.ids for run in runs.values()]), return_inverse=True)
    counts = np.bincount(position)
    intervals = {}
    for head in heads:
        pooled = np.concatenate(list(right[head].values())).astype(float)
        intervals[head] = bootstrap_interval(np.bincount(position, pooled), counts)
    if FUSED not in heads:
        return Repeats(tuple(runs), len(ids), accuracy, intervals, None, None, None)
    over = max((head for head in heads if head != FUSED), key=lambda head: float(np.mean(accuracy[head])))
    difference = np.concatenate([right[FUSED][seed].astype(int) - right[over][seed] for seed in runs])
    interval = bootstrap_interval(np.bincount(position, difference), counts)
    return Repeats(tuple(runs), len(ids), accuracy, intervals, over, float(difference.mean()), interval)

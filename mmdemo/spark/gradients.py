"""The gradients of regressions, summed over rows in the workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from mmdemo.model.softmax import losses
from mmdemo.spark.blocks import Block

if TYPE_CHECKING:
    from pyspark import RDD

_MOST_BYTES = 100_000_000  # of gradients that reach the driver at each step: of more, their sum alone


@dataclass(frozen=True)
class Asked:
    """Where one regression's gradient is asked for: modality → weights (k, d), and intercepts, −∞ without any row."""

    weights: Mapping[str, np.ndarray]
    intercept: np.ndarray


@dataclass
class Sums:
    """One regression's loss, modality → gradient (k, d), and how far probabilities are off (k,), summed over rows."""

    loss: float
    gradients: dict[str, np.ndarray]
    residuals: np.ndarray

    @classmethod
    def none(cls, asked: Asked) -> "Sums":
        """Return the sums over no rows."""
        gradients = {name: np.zeros(part.shape) for name, part in asked.weights.items()}
        return cls(0.0, gradients, np.zeros(len(asked.intercept)))

    def add(self, other: "Sums") -> None:
        """Add the sums over other rows."""
        self.loss += other.loss
        self.residuals += other.residuals
        for name, part in other.gradients.items():
            self.gradients[name] += part


def sums_of_rows(blocks: "RDD[Block]", asked: Sequence[Asked]) -> list[Sums]:
    """Return what each regression asks, summed over the rows of all blocks."""
    size = 8 * sum(part.size for one in asked for part in one.weights.values())
    told = blocks.context.broadcast(asked)
    try:
        partial = blocks.mapPartitions(_Gradients(told))
        if size * partial.getNumPartitions() > _MOST_BYTES:
            partial = partial.map(lambda found: (0, found)).reduceByKey(_added, 1).values()
        return partial.treeReduce(_added)
    finally:
        told.destroy()


class _Gradients:
    """Sums up the gradients of a task's rows; told: a broadcast of what each regression asks."""

    def __init__(self, told: Any) -> None:
        self._told = told

    def __call__(self, blocks: Iterable[Block]) -> Iterator[list[Sums]]:
        asked: list[Asked] = self._told.value
        whole = [Sums.none(one) for one in asked]
        with threadpool_limits(1):
            for block in blocks:
                for one, sums in zip(asked, whole, strict=True):
                    sums.add(_gradient(block, one))
        yield whole


def _gradient(block: Block, asked: Asked) -> Sums:
    dtype = asked.intercept.dtype
    logits = np.repeat(asked.intercept[:, np.newaxis], len(block.codes), axis=1)
    for name, weights in asked.weights.items():
        dense, rest = block.dense[name].astype(dtype, copy=False), block.rest[name]
        logits += weights[:, : dense.shape[1]] @ dense.T
        if rest is not None:
            logits += (rest @ weights[:, dense.shape[1] :].T).T
    member = np.any([block.held[name] for name in asked.weights], axis=0)
    loss, found = losses(logits[np.newaxis][:, :, member], block.codes[member])
    residuals = np.zeros_like(logits)
    residuals[:, member] = found[0]
    gradients = {}
    for name in asked.weights:
        dense, rest = block.dense[name].astype(dtype, copy=False), block.rest[name]
        gradients[name] = residuals @ dense
        if rest is not None:
            gradients[name] = np.hstack([gradients[name], (rest.T @ residuals.T).T])
    return Sums(float(loss[0]), gradients, residuals.sum(axis=1, dtype=np.float64))


def _added(one: list[Sums], other: list[Sums]) -> list[Sums]:
    for whole, part in zip(one, other, strict=True):
        whole.add(part)
    return one

"""Which pairs each fit leaves out: all that is chosen is chosen on pairs that neither a fit nor its judge has seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import NEVER, folds_of
from mmdemo.training.split import Prepared

INNER_FOLDS = 5
_TWO_JUDGES, _ONE_JUDGE = 20_000, 100_000  # answers: pairs times classes
Leave = frozenset[int]
"""The parts that a fit leaves out."""


@dataclass(frozen=True)
class Plan:
    """The parts of n pairs, and the fits that are needed.

    part: int (n,). judged: parts whose pairs are held out, each answered by the models fitted without it.
    served: the parts that the model for new pairs leaves out. judges: fit → the parts on which its settings are
    chosen: by fits that leave one of these out as well. A fit that leaves out two parts serves either. A fit without
    judges takes the settings that the others agree on.
    """

    part: np.ndarray
    judged: tuple[int, ...]
    served: Leave
    judges: Mapping[Leave, tuple[int, ...]]

    def rows(self, leave: Leave) -> np.ndarray:
        """Return the pairs that a fit is made on, bool (n,)."""
        return ~np.isin(self.part, list(leave))

    def fits(self, target: Leave) -> list[Leave]:
        """Return the fits on which the settings of this one are chosen, in the order of its judges."""
        return [target | {part} for part in self.judges.get(target, ())]

    @cached_property
    def targets(self) -> tuple[Leave, ...]:
        """The fits that remain: one a judged part, and the one for new pairs."""
        return tuple(dict.fromkeys([*(frozenset({part}) for part in self.judged), self.served]))

    @cached_property
    def all_fits(self) -> frozenset[Leave]:
        """All fits that are made, each once."""
        return frozenset(leave for target in self.targets for leave in (target, *self.fits(target)))

    def lacking(self, prepared: Prepared) -> str | None:
        """Return a modality of which some fit would have no value at all, None where there is none."""
        rows = [self.rows(leave) for leave in self.all_fits]
        return next((name for name, gone in prepared.missing.items() if any(gone[fit].all() for fit in rows)), None)

    def check(self, prepared: Prepared) -> None:
        """Raise a DatasetError where `lacking` names a modality."""
        if (name := self.lacking(prepared)) is None:
            return
        held, nouns = int((~prepared.missing[name]).sum()), MODALITIES[name].nouns
        raise DatasetError(
            f"Only {held:,} of the {len(prepared.frame):,} pairs hold {MODALITIES[name].wanted}, too few to train with "
            f"{nouns}. Add {nouns} to more pairs, or train without them."
        )


def plan_of(prepared: Prepared, config: ModelConfig) -> Plan:
    """Return the plan of `config.n_folds` folds, or of the article's one split, whose held-out pairs are part 0."""
    if config.n_folds == 1:
        inner = _inner(prepared.labels, prepared.group, prepared.fold == NEVER, config)
        held_out = frozenset({0})
        return Plan(inner, (0,), held_out, {held_out: _judges(inner, config)})
    folds = tuple(np.unique(prepared.fold).tolist())  # of few pairs, not every fold may have one
    answers = len(prepared.frame) * len(np.unique(prepared.labels))
    judges = {}
    for place, fold in enumerate(folds):
        beside = judges_beside(place, len(folds), answers, config.trains_network)
        judges[frozenset({fold})] = tuple(folds[other] for other in beside)
    return Plan(prepared.fold, folds, frozenset(), judges)


def plan_of_all(prepared: Prepared, config: ModelConfig) -> Plan:
    """Return the plan of a model fitted on all pairs, none of them held out."""
    return inner_plan(prepared.labels, prepared.group, config)


def inner_plan(labels: np.ndarray, group: np.ndarray, config: ModelConfig) -> Plan:
    """Return the same of pairs of which only labels and groups are known, (n,) each."""
    inner = _inner(labels, group, np.ones(len(labels), bool), config)
    return Plan(inner, (), frozenset(), {frozenset(): _judges(inner, config)})


def judges_beside(place: int, folds: int, answers: int, trains_network: bool) -> tuple[int, ...]:
    """Return the folds that judge the settings of this one of several: the more answers to judge by, the fewer.

    answers: pairs times classes. Judges are mutual where they can be, so that most fits serve two folds.

    >>> judges_beside(0, 5, answers=1_000, trains_network=False), judges_beside(0, 5, 200_000, False)
    ((1, 2, 3, 4), (1,))
    """
    if trains_network or answers > _ONE_JUDGE:
        return (place ^ 1 if place ^ 1 < folds else 0,)
    if answers > _TWO_JUDGES:
        return tuple(dict.fromkeys(((place - 1) % folds, (place + 1) % folds)))
    return tuple(fold for fold in range(folds) if fold != place)


def _judges(inner: np.ndarray, config: ModelConfig) -> tuple[int, ...]:
    """Return the inner folds that settings are chosen on: those with pairs, only one where a network is trained."""
    folds = tuple(np.unique(inner[inner > 0]).tolist())
    return folds[:1] if config.trains_network else folds


def _inner(labels: np.ndarray, group: np.ndarray, rows: np.ndarray, config: ModelConfig) -> np.ndarray:
    """Return 1 … 5 for each of these pairs, 0 for the others."""
    part = np.zeros(len(rows), int)
    part[rows] = 1 + folds_of(group[rows].tolist(), labels[rows], INNER_FOLDS, config.seed)
    return part

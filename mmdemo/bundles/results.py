"""Whether the results that a manifest states are those of the held-out pairs beside it."""

import math
from dataclasses import fields
from typing import Any, get_type_hints

import numpy as np

from mmdemo.bundles.manifest_kinds import is_count, is_number, is_text
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.heads import FUSED

_TOLERANCE = 1e-6


def check_evaluation(stated: Evaluation, tested: HeldOut) -> None:
    """Raise a ValueError unless counts and accuracies are what the answers to the held-out pairs give.

    Intervals and tests would take longer than reading the model; `check_numbers` keeps them within their range.
    """
    check_numbers(stated)
    labels, counts = np.unique(tested.labels, return_counts=True)
    found = {str(label): int(count) for label, count in zip(labels, counts, strict=True)}
    parts = len(np.unique(tested.groups)), len(np.unique(tested.fold))
    if (stated.n, dict(stated.classes), (stated.groups, stated.folds)) != (len(tested.ids), found, parts):
        raise ValueError("its results are of other held-out pairs")
    right = {head: tested.right(head) for head in tested.heads}
    accuracy = {head: float(rows.mean()) for head, rows in right.items()}
    balanced = {head: float(np.mean([rows[tested.labels == label].mean() for label in labels]))
                for head, rows in right.items()}  # fmt: skip
    pairs = [(one.accuracy, accuracy[head]) for head, one in stated.heads.items()]
    pairs += [(one.balanced_accuracy, balanced[head]) for head, one in stated.heads.items()]
    pairs += [(one.accuracy, accuracy[FUSED] - accuracy[one.over]) for one in stated.adds.values()]
    if not all(math.isclose(said, is_, abs_tol=_TOLERANCE) for said, is_ in pairs):
        raise ValueError("its results are not those of its held-out pairs")


def check_numbers(stated: Evaluation) -> None:
    """Raise a ValueError where something in an evaluation is not a number in its range, or of no such head."""
    counts = [stated.n, stated.groups, stated.folds, *stated.classes.values()]
    found: list[Any] = [*stated.heads.values(), *stated.adds.values()]
    adds = [*stated.adds.values()]
    if stated.unrepeated:
        counts += [stated.unrepeated.n, stated.unrepeated.repeated]
        found += [*stated.unrepeated.heads.values(), *stated.unrepeated.adds.values()]
        adds += stated.unrepeated.adds.values()
    named = all(one.over in stated.heads and one.modality in stated.heads for one in adds)
    if not (stated.heads and stated.classes and all(map(is_count, counts)) and all(map(_fits, found)) and named):
        raise ValueError("its results are not numbers in their range")


def _fits(one: Any) -> bool:
    """Return whether a dataclass of metrics holds what it says: shares and their intervals are from −1 to 1."""
    kinds = get_type_hints(type(one))
    values = [(part.name, kinds[part.name], getattr(one, part.name)) for part in fields(one)]
    return all(_is_of(kind, value, math.inf if name == "log_loss" else 1) for name, kind, value in values)


def _is_of(kind: Any, value: Any, most: float) -> bool:
    if kind is float:
        return is_number(value, -1, most)
    if kind is int:
        return is_count(value)
    if kind is str:
        return is_text(value)
    return isinstance(value, tuple) and len(value) == 2 and all(is_number(bound, -1, 1) for bound in value)

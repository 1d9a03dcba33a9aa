"""Pairs that belong together, and so must stay on one side of every split."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from mmdemo.datasets.base import GROUP, Dataset
from mmdemo.datasets.data_frame import modalities_of, values_of
from mmdemo.modalities.copies import codes_of
from mmdemo.modalities.registry import MODALITIES

_ALWAYS_TIED = 5  # pairs: a group of so few is never too large


@dataclass(frozen=True)
class Groups:
    """Which pairs belong together.

    keys: str (n,), the smallest row id of each pair's group; equal keys must stay on one side of every split.
    notes: what a person should know, such as which pairs could not be kept together.
    ties: modality → the codes of its ties, int (n,), those that are not kept among them.
    """

    keys: np.ndarray
    notes: tuple[str, ...] = ()
    ties: Mapping[str, np.ndarray] = field(default_factory=dict)


def groups(dataset: Dataset | pd.DataFrame, report: Callable[[float], None] = lambda share: None) -> Groups:
    """Return the groups of the pairs: tied directly or through others, by their column `group` or a modality.

    A modality's ties are not kept where they would make a group larger than its `most_tied` share of all pairs.
    report: called with the share (0–1) done.

    >>> caption = "a small red house in winter"
    >>> frame = pd.DataFrame({"text": [caption, "a cat", caption], "label": ["a", "b", "b"]}, index=["x", "y", "z"])
    >>> groups(frame).keys.tolist()
    ['x', 'y', 'x']
    """
    frame = dataset.frame if isinstance(dataset, Dataset) else dataset
    given = codes_of(values_of(frame, GROUP) if GROUP in frame else [None] * len(frame))
    found = _ties(frame, report)
    keys, notes = joined(np.array([str(row) for row in frame.index]), given, found, len(frame))
    return Groups(keys, notes, found)


def joined(
    ids: np.ndarray, given: np.ndarray, ties: Mapping[str, np.ndarray], count: int
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return each pair's group, the smallest id in it, str (n,), and notes on ties that are not kept.

    ids: str (n,), of all pairs that are tied, or more. given: codes of the column `group`, int (n,), −1 for none.
    ties: modality → codes, int (n,), −1 for none. count: of all pairs, of which a group may hold only a share.
    """
    kept = dict(ties)
    notes = [note for name in reversed(kept) if (note := _loosen(name, kept, given, count))]
    of = _components([given, *kept.values()])
    order = np.argsort(ids, kind="stable")
    first = np.full(int(of.max(initial=-1)) + 1, len(ids))
    np.minimum.at(first, of[order], np.arange(len(ids)))
    return ids[order][first[of]], tuple(notes)


def repeated(codes: Mapping[str, np.ndarray], fold: np.ndarray) -> np.ndarray:
    """Return bool (n,): whether a held-out pair's value, in any modality, stands among what its model was trained on.

    codes: modality → int (n,), equal where values are, −1 where missing; see `Likeness.repeats`.
    fold: int (n,), in which a pair is held out; −1 for pairs that are always trained on.

    >>> repeated({"text": np.array([0, 1, 0, 2])}, np.array([0, 0, 1, -1])).tolist()
    [True, False, True, False]
    """
    found = np.zeros(len(fold), dtype=bool)
    for values in codes.values():
        present = np.flatnonzero(values >= 0)
        places = np.unique(values[present], return_inverse=True)[1]
        least, most = np.full(len(fold), len(fold), np.int64), np.full(len(fold), -2, np.int64)
        np.minimum.at(least, places, fold[present])
        np.maximum.at(most, places, fold[present])
        found[present] |= least[places] != most[places]
    return found & (fold >= 0)


def _ties(frame: pd.DataFrame, report: Callable[[float], None]) -> dict[str, np.ndarray]:
    """Return modality → the codes of its ties, int (n,)."""
    names, found = modalities_of(frame), {}
    for place, name in enumerate(names):
        on_share = partial(_told, report, place, len(names))
        found[name] = MODALITIES[name].likeness.ties(values_of(frame, name), on_share)
        on_share(1.0)
    return found


def _told(report: Callable[[float], None], place: int, places: int, share: float) -> None:
    report((place + share) / places)


def _loosen(name: str, ties: dict[str, np.ndarray], given: np.ndarray, count: int) -> str:
    """Take away one modality's ties that make groups too large; return a note on them, "" where there are none."""
    modality, codes = MODALITIES[name], ties[name]
    most = max(_ALWAYS_TIED, modality.most_tied * count)
    before = _components([given, *ties.values()])
    ties[name] = np.where(_sizes(codes) > most, -1, codes)  # first, so that one common value costs no other its tie
    ties[name] = np.where(_sizes(_components([given, *ties.values()])) > most, -1, ties[name])
    after = _components([given, *ties.values()])
    loose = int(((ties[name] != codes) & (_sizes(after) < _sizes(before))).sum())
    if not loose:
        return ""
    return (
        f"{loose:,} pairs with the same {modality.noun} as others are not kept together: "
        f"their group would hold more than {modality.most_tied:.0%} of all pairs."
    )


def _sizes(codes: np.ndarray) -> np.ndarray:
    """Return how many pairs have each pair's code, int (n,); 1 for −1."""
    places, counts = np.unique(codes, return_inverse=True, return_counts=True)[1:]
    return np.where(codes < 0, 1, counts[places])


def _components(ties: list[np.ndarray]) -> np.ndarray:
    """Return each pair's connected component, int (n,); pairs are tied where any of the arrays has an equal code."""
    edges, nodes = [], len(ties[0])  # the first n nodes are the pairs, every further one is a code
    for codes in ties:
        tied = np.flatnonzero(codes >= 0)
        known, places = np.unique(codes[tied], return_inverse=True)
        edges.append(np.stack([tied, nodes + places]))
        nodes += len(known)
    rows, columns = np.concatenate(edges, axis=1)
    from scipy.sparse.csgraph import connected_components  # with all of linear algebra, which no page needs

    graph = coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1][: len(ties[0])])

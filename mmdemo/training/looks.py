"""What the judges of a model look at: where nothing has to be fitted for it, before the features that come with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.progress import Report, portion

_TOLD = 64  # values after which progress is reported


@dataclass(frozen=True)
class Looked:
    """The traits of some of n values.

    rows: which, int (m,). traits: m of them.
    """

    rows: np.ndarray
    traits: Sequence[Any]


class Looks:
    """Each modality's values are looked at once, at most as many as its judge takes.

    columns: modality → n values. holds: modality → bool (n,). fold: int (n,), in which each is held out, or −1.
    """

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], holds: Mapping[str, np.ndarray], fold: np.ndarray
    ) -> None:
        self._columns, self._holds, self._fold = columns, holds, fold
        self._found: dict[str, Looked | None] = {}

    def first(self, name: str, encoder: Encoder, report: Report) -> Report:
        """Look at values by an encoder that is about to encode them all, and keeps the features met on the way.

        Return what reports the rest of that.
        """
        familiar, values = MODALITIES[name].familiar, max(int(self._holds[name].sum()), 1)
        share = min(familiar.most / values, 1.0) if familiar.seconds else 0.0
        self._found[name] = self._look(name, encoder, partial(portion, report, 0.0, share))
        return partial(portion, report, share, 1 - share) if self._found[name] else report

    def of(self, encoders: Mapping[str, Encoder]) -> dict[str, Looked]:
        """Return modality → what was looked at, by fitted encoders where it was not before; none where it cannot be."""
        for name in encoders.keys() - self._found.keys():
            self._found[name] = self._look(name, encoders[name], lambda done: None)
        return {name: looked for name in encoders if (looked := self._found[name])}

    def _look(self, name: str, encoder: Encoder, report: Report) -> Looked | None:
        familiar, holds = MODALITIES[name].familiar, self._holds[name]
        if not familiar.traits or not familiar.applies(encoder):
            return None
        if np.count_nonzero(holds & (self._fold >= 0)) < familiar.fewest:
            return None
        rows, traits = np.flatnonzero(holds), list[Any]()
        if len(rows) > familiar.most:
            rows = np.sort(np.random.default_rng(0).choice(rows, familiar.most, replace=False))
        for start in range(0, len(rows), _TOLD):
            values = [self._columns[name][i] for i in rows[start : start + _TOLD].tolist()]
            traits.extend(familiar.traits(encoder, values))
            report(len(traits) / len(rows))
        return Looked(rows, traits)

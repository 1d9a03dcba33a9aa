"""Regularisation and temperature, chosen by the local solver on a sample of the training pairs that fits in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from mmdemo.encoders.encoder import Encoder
from mmdemo.model.config import ModelConfig
from mmdemo.spark.features import holds, parts_of, values_of
from mmdemo.spark.split import LABEL
from mmdemo.spark.ties import GROUP_KEY
from mmdemo.training.encoding import Encodings
from mmdemo.training.plan import inner_plan
from mmdemo.training.selection import Choice, Selection

SAMPLE = 2_000
"""Training pairs on which C is chosen where there are more; some of them judge the temperature, and no model is fitted
on those."""


def choices_on(rows: pa.Table, encoders: Mapping[str, Encoder], config: ModelConfig) -> dict[str, Choice]:
    """Return head → settings, chosen as the local engine does, by cross-validation among these encoded rows."""
    labels, group = (np.array(rows.column(name).to_pylist(), dtype=str) for name in (LABEL, GROUP_KEY))
    held = holds(rows, encoders)
    plan = inner_plan(labels, group, config)
    encodings = Encodings(config, _values(rows, encoders), {name: ~one for name, one in held.items()}, labels, _unheard)
    for name, encoder in encoders.items():
        for place, (part, features) in enumerate(zip(encoder.parts, parts_of(rows, name, encoder), strict=True)):
            if part.frozen:
                encodings.take(name, place, part, features[np.flatnonzero(held[name])])
    codes = np.unique(labels, return_inverse=True)[1]
    return Selection(config, plan, encodings, codes, held).choose(plan.served)


def _values(rows: pa.Table, encoders: Mapping[str, Encoder]) -> dict[str, Sequence[Any]]:
    learning = {name: any(not part.frozen for part in encoder.parts) for name, encoder in encoders.items()}
    return {name: values_of(rows, name) if learns else [None] * len(rows) for name, learns in learning.items()}


def _unheard(event: Mapping[str, Any]) -> None:
    """Report to nobody."""

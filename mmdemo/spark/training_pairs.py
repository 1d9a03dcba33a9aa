"""The pairs that one fit is made on, the sample that its settings are chosen on, and those that judge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.spark.choosing import SAMPLE
from mmdemo.spark.encoded_columns import missing_column
from mmdemo.spark.left_out import in_row_order
from mmdemo.spark.split import DRAW, FOLD, LABEL, LOT, Split

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_FEW = 4  # of the sample that is wanted, one of so many has to be there
_JUDGES = 5  # one of so many training pairs, at most, judges the temperature in the place of being fitted on


@dataclass(frozen=True)
class TrainingPairs:
    """The training pairs of one fit.

    sample: some training pairs. judges: those by which the temperature is chosen, None where there are too few.
    counts: (label, modalities held) → rows. share: of `lot`, below which pairs are judges.
    """

    rows: "DataFrame"
    sample: pa.Table
    judges: pa.Table | None
    counts: Mapping[tuple[str, tuple[str, ...]], int]
    share: float

    def holding(self, names: tuple[str, ...]) -> dict[str, int]:
        """Return label → how many rows hold at least one of these modalities."""
        found: dict[str, int] = {}
        for (label, held), count in self.counts.items():
            if set(held) & set(names):
                found[label] = found.get(label, 0) + count
        return found


def training_pairs(
    pairs: "DataFrame", split: Split, config: ModelConfig, fold: int | None, judged: bool = True
) -> TrainingPairs:
    """Return the pairs that a fit is made on: all but a fold, and but those that judge it where there are many.

    judged: whether a temperature has to be chosen; a model whose settings are known is fitted on the judges, too.
    Raises a DatasetError where none holds some modality.
    """
    from pyspark.sql import functions as F

    chosen = pairs if fold is None else pairs.where(F.col(FOLD) != fold)
    count = split.rows() - (0 if fold is None else split.rows(fold))
    share = min(SAMPLE, count // _JUDGES) / count if count > SAMPLE else 0.0
    drawn = in_row_order((chosen.where(F.col(LOT) < SAMPLE / count) if share else chosen).toArrow())
    if share and len(drawn) < SAMPLE / _FEW:  # most pairs are in groups too large to be drawn
        share, drawn = 0.0, in_row_order(chosen.where(F.col(DRAW) < SAMPLE / count).toArrow())
    share = share if judged else 0.0
    judges = drawn.filter(pa.array([lot < share for lot in drawn.column(LOT).to_pylist()])) if share else None
    rows = chosen.where(F.col(LOT) >= share) if share else chosen
    missing = [missing_column(name) for name in config.encoders]
    counted = rows.groupBy(LABEL, *missing).count().collect()
    names = config.encoders
    counts = {(row[LABEL], tuple(name for name in names if not row[missing_column(name)])): row["count"]
              for row in counted}  # fmt: skip
    training = TrainingPairs(rows, drawn, judges, counts, share)
    for name in config.encoders:
        if not training.holding((name,)):
            raise DatasetError(
                f"Too few pairs hold {MODALITIES[name].wanted}: train without {MODALITIES[name].nouns}."
            )
    return training

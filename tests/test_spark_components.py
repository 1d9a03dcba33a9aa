"""Groups of rows that lead to each other, however long the way."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from mmdemo.datasets.groups import _components as components_here
from mmdemo.modalities.copies import codes_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def smallest_ids(ids: list[str], codes: dict[str, list[str | None]]) -> dict[str, str]:
    """Row → the smallest id of its group, by the local engine."""
    found = components_here([codes_of(column) for column in codes.values()])
    return {row: min(other for other, of in zip(ids, found, strict=True) if of == mine)
            for row, mine in zip(ids, found, strict=True)}  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_a_long_chain_takes_few_rounds(seed: int, spark: "SparkSession", monkeypatch: pytest.MonkeyPatch) -> None:
    from mmdemo.spark import components

    rounds, kept = [], components.kept
    monkeypatch.setattr(components, "kept", lambda frame: rounds.append(1) or kept(frame))
    place = np.random.default_rng(seed).permutation(90).tolist()  # where in the chain each row stands
    ids = [f"row {row}" for row in range(len(place))]
    codes: dict[str, list[str | None]] = {
        "a": [f"a{at // 2}" for at in place],
        "b": [None if at in (0, 50) else f"b{(at + 1) // 2}" for at in place],
    }
    rows = spark.createDataFrame(pa.table({"id": ids, **codes}))
    found = components.components(rows, list(codes)).toArrow()
    assert dict(zip(*(found.column(name).to_pylist() for name in ("id", "component")), strict=True)) == smallest_ids(
        ids, codes
    )
    assert len(rounds) <= 9

"""Images that look nearly equal, of which there are more than can be compared with each other."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from mmdemo.modalities.registry import MODALITIES
from mmdemo.spark import looks
from mmdemo.spark.looks import _cells_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def look(bits: int, colour: float) -> np.ndarray:
    """What an image shows: `bits` of its first hash, the rest as in any other, and a mean colour."""
    yes = np.unpackbits(np.array([bits >> 8 & 255, bits & 255], np.uint8))
    masks = np.zeros((6, 64), np.uint8)
    masks[0, :16], masks[1, :16], masks[2, :16] = yes, 1 - yes, 1
    return np.concatenate([*map(np.packbits, masks), np.full(3, colour)]).astype(np.float32)


def frame_of(spark: "SparkSession", values: dict[str, np.ndarray]) -> "DataFrame":
    cells = [one.tobytes() for one in values.values()]
    columns = {"id": list(values), "tie_image": list(values), "repeat_image": list(values), "look_image": cells}
    return spark.createDataFrame(pa.table(columns)).repartition(3)


def keys_there(spark: "SparkSession", values: dict[str, np.ndarray]) -> dict[str, str]:
    found = looks.with_equal_keys(frame_of(spark, values), "image").collect()
    assert len(found) == len(values)
    assert all(row["tie_image"] == row["repeat_image"] for row in found)
    return {row["id"]: row["tie_image"] for row in found}


def keys_here(values: dict[str, np.ndarray]) -> dict[str, str]:
    ordered = sorted(values)
    leaders = MODALITIES["image"].likeness.leaders
    assert leaders is not None
    found = leaders(np.stack([values[key] for key in ordered]))
    return {key: ordered[place] for key, place in zip(ordered, found.tolist(), strict=True)}


def far_apart(count: int, colour: float) -> dict[str, np.ndarray]:
    """Looks of one colour that are not alike: their bits differ in half of 16 places, as Walsh's functions do."""
    walsh = [sum(((row & column).bit_count() & 1) << column for column in range(16)) for row in range(16)]
    return {f"{row:02d} of {colour}": look(walsh[row], colour) for row in range(count)}


def paler(one: np.ndarray) -> np.ndarray:
    return np.concatenate([one[:-3], one[-3:] + 3]).astype(np.float32)


@pytest.mark.parametrize("most", [1000, 8])
def test_buckets_find_what_comparing_all_finds(
    spark: "SparkSession", monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(looks, "MOST_COMPARED", most)
    values = far_apart(6, 20.0) | far_apart(6, 120.0)
    values |= {f"copy {number} of {key}": one for key, one in values.items() for number in range(3)}
    values |= {f"paler {key}": paler(one) for key, one in values.items()}
    assert keys_there(spark, values) == keys_here(values)
    assert len(set(keys_here(values).values())) == 12


def test_leaders_that_follow_others_in_another_bucket_are_followed(
    spark: "SparkSession", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three shades, each near the next, on both sides of borders: by pairs they are equal, so none may stand apart."""
    monkeypatch.setattr(looks, "MOST_COMPARED", 2)
    shades = {"c": look(0, 25.0), "b": look(0, 32.5), "a": look(0, 40.2)}
    shades |= far_apart(16, 200.0)
    assert len(_cells_of(np.full(3, 32.5))) > 1
    found = keys_there(spark, shades)
    assert {found[shade] for shade in "abc"} == {"a"}


def test_a_bucket_is_never_too_large_whatever_the_images_show(
    spark: "SparkSession", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "MOST_COMPARED", 20)
    shade = np.random.default_rng(0).uniform(0, 0.01, 400)  # of one and the same drawing: no bit divides them
    rows = frame_of(spark, {f"{place:03d}": look(0, 112 + one) for place, one in enumerate(shade)})
    pairs = rows.selectExpr("id as key", "look_image as look")
    sizes = [row["count"] for row in looks._in_buckets(pairs).groupBy("bucket").count().collect()]
    assert sum(sizes) == 400 and max(sizes) < 3 * looks.MOST_COMPARED


def test_equal_looks_are_compared_once(spark: "SparkSession", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "MOST_COMPARED", 20)
    values = {f"{place:03d}": look(0, 100.0) for place in range(100)}
    assert set(keys_there(spark, values).values()) == {"000"}

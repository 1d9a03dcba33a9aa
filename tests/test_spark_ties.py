"""On Spark the same pairs belong together as in one process, and are held out in the same folds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mmdemo.datasets.groups import Groups, groups, repeated
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.folds import NEVER, folds_of
from tests.test_look_alikes import photo, saved

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from mmdemo.spark.ties import Ties

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LONG = "a caption of five words or more, number {}"


@pytest.fixture(scope="module")
def quick(spark: "SparkSession") -> "SparkSession":
    from mmdemo.spark.session import session

    return session()


def _keys(spark: "SparkSession", frame: pd.DataFrame) -> Any:
    """Return the rows of a frame as the workers leave them: what a value is tied by, not the value."""
    from mmdemo.spark.encoded_columns import look_column, missing_column, repeat_column, tie_column

    columns: dict[str, Any] = {"id": list(map(str, frame.index)), "label": frame["label"].tolist()}
    columns["group"] = [cell or None for cell in frame["group"]] if "group" in frame else [None] * len(frame)
    kinds: dict[str, Any] = {}
    for name in MODALITIES:
        values, likeness = frame[name].tolist() if name in frame else [None] * len(frame), MODALITIES[name].likeness
        columns[missing_column(name)] = [value is None for value in values]
        columns[tie_column(name)] = [None if one is None else likeness.tied_by(one) for one in values]
        columns[repeat_column(name)] = [None if one is None else likeness.repeated_by(one) for one in values]
        looks = [None if one is None or likeness.look is None else likeness.look(one) for one in values]
        columns[look_column(name)] = [None if look is None else look.astype(np.float32).tobytes() for look in looks]
        kinds |= {missing_column(name): pa.bool_(), look_column(name): pa.binary()}
    arrays = {name: pa.array(cells, kinds.get(name, pa.string())) for name, cells in columns.items()}
    return spark.createDataFrame(pa.table(arrays)).repartition(3)


def _tied(spark: "SparkSession", frame: pd.DataFrame) -> "Ties":
    from mmdemo.spark.ties import ties_of

    return ties_of(_keys(spark, frame), list(MODALITIES))


def _groups(tied: "Ties", frame: pd.DataFrame) -> np.ndarray:
    found = {row["id"]: row["group_key"] for row in tied.frame.collect()}
    return np.array([found[row] for row in frame.index])


def _frame(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"label": "a"} | {name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return frame.set_axis([f"row {place + 1}" for place in range(len(frame))])


def _assert_same(spark: "SparkSession", frame: pd.DataFrame) -> Groups:
    here, there = groups(frame), _tied(spark, frame)
    assert _groups(there, frame).tolist() == here.keys.tolist()
    assert there.notes == here.notes
    return here


@pytest.mark.parametrize("seed", range(2))
def test_chains_of_groups_and_captions(seed: int, quick: "SparkSession") -> None:
    """Groups tie some, captions others, and both together make long chains; some rows lack one or both."""
    draw, count = np.random.default_rng(seed), 70
    captions = [None if one > 40 else LONG.format(one) for one in draw.integers(0, 50, count)]
    given = ["" if one > 45 else f"shop {one}" for one in draw.integers(0, 60, count)]
    found = _assert_same(quick, _frame(text=captions, group=given))
    assert len(set(found.keys)) < count - 10


def test_one_long_chain(quick: "SparkSession") -> None:
    """Each row shares its group with the one before it and its caption with the one behind it."""
    count = 24
    chained = [(LONG.format((place + 1) // 2), f"shop {place // 2}") for place in range(count)]
    alone = [(LONG.format(1_000 + place), "") for place in range(24 * count)]
    frame = _frame(**dict(zip(("text", "group"), map(list, zip(*chained, *alone, strict=True)), strict=True)))
    draw = np.random.default_rng(0).permutation(len(frame))  # the smallest id stands anywhere in it
    found = _assert_same(quick, frame.iloc[draw].set_axis(frame.index))
    assert max(pd.Series(found.keys).value_counts()) == count


def test_short_captions_tie_nothing_and_equal_ones_are_compared_as_cleaned(quick: "SparkSession") -> None:
    texts = ["a red car", "a red car", "A red car in the garage!", "a red car in the  garage", "<b>a red car</b>", None]
    found = _assert_same(quick, _frame(text=texts))
    assert found.keys.tolist() == ["row 1", "row 2", "row 3", "row 3", "row 5", "row 6"]


def test_groups_that_are_too_large_are_loosened_with_the_same_note(quick: "SparkSession") -> None:
    """One caption stands in a third of the rows, and five others, a tie away from each other, in many together."""
    texts = [LONG.format(0)] * 30 + [LONG.format(1 + place // 2) for place in range(40)]
    given = [""] * 30 + [f"shop {place % 4}" for place in range(40)]
    found = _assert_same(quick, _frame(text=texts, group=given))
    assert len(found.notes) == 1 and "are not kept together" in found.notes[0]
    assert _assert_same(quick, _frame(text=texts[:30])).notes  # nothing else is there


def test_a_group_that_a_person_gives_is_never_too_large(quick: "SparkSession") -> None:
    found = _assert_same(quick, _frame(text=[LONG.format(place) for place in range(40)], group=["shop"] * 40))
    assert set(found.keys) == {"row 1"} and not found.notes


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """Twelve photos, five of them saved again and smaller, two twice to the byte; one is a single colour, one none."""
    folder, names = tmp_path_factory.mktemp("looks"), []
    for seed in range(12):
        for quality, scale in ((95, 1.0), (70, 0.5)) if seed < 5 else ((95, 1.0),):
            names.append(folder / f"{seed}-{quality}.jpg")
            names[-1].write_bytes(saved(photo(seed), quality, scale))
    plain = folder / "plain.jpg"
    plain.write_bytes(saved(np.full((60, 80, 3), 128, np.uint8), 90, 1.0))
    images = [*map(str, names), str(names[0]), str(names[-1]), str(plain), str(plain), None]
    return _frame(image=images, text=[LONG.format(place % 19) for place in range(len(images))])


def test_images_that_look_alike_are_tied(looks: pd.DataFrame, quick: "SparkSession") -> None:
    found = _assert_same(quick, looks)
    assert 8 < len(set(found.keys)) < len(looks) - 6


def test_looks_in_buckets_are_tied_as_all_together(
    looks: pd.DataFrame, quick: "SparkSession", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a number of images they are compared within buckets, of which large ones are divided again."""
    from mmdemo.spark import looks as engine

    images = looks.drop(columns="text")
    monkeypatch.setattr(engine, "MOST_COMPARED", len(images) // 2)  # buckets by colour
    _assert_same(quick, images)


def test_large_buckets_are_divided_by_what_images_show() -> None:
    from mmdemo.spark.looks import _by_colour, _Finer

    draw = np.random.default_rng(1)
    looks = draw.integers(0, 256, (300, 51)).astype(np.float32)
    looks[:, -3:] = 112 + draw.random((300, 3))  # one colour, away from a border
    keys = pa.array([f"key {place}" for place in range(300)])
    batch = pa.record_batch([keys, pa.array([one.tobytes() for one in looks])], names=["key", "look"])
    (cells,) = _by_colour([batch])
    assert cells.column("own").to_pylist() == [True] * 300 and len(set(cells.column("bucket").to_pylist())) == 1
    (finer,) = _Finer({cells.column("bucket")[0].as_py(): 8}, level=0)([cells])
    sizes = pd.Series(finer.column("bucket").to_pylist()).value_counts()
    assert len(sizes) == 8 and sizes.max() < 100 and sizes.sum() == 300


def test_whatever_looks_alike_meets_in_a_bucket() -> None:
    """Of any two colours within the margin, each stands in the bucket that the other calls its own."""
    from mmdemo.spark.looks import _MARGIN, _cells_of

    draw = np.random.default_rng(2)
    for _ in range(300):
        one = draw.uniform(0, 255, 3)
        other = np.clip(one + draw.uniform(-_MARGIN, _MARGIN, 3), 0, 255)
        (mine,) = [cell for cell, own in _cells_of(one) if own]
        (theirs,) = [cell for cell, own in _cells_of(other) if own]
        assert mine in [cell for cell, _ in _cells_of(other)] and theirs in [cell for cell, _ in _cells_of(one)]


def _labelled(seed: int, labels: int = 3, count: int = 90) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    frame = _frame(text=[LONG.format(one) for one in draw.integers(0, 70, count)],
                   group=["" if one > 9 else f"shop {one}" for one in draw.integers(0, 40, count)])  # fmt: skip
    return frame.assign(label=draw.choice([f"class {place}" for place in range(labels)], count))


@pytest.mark.parametrize("folds", [1, 5])
def test_folds_and_repeats_are_those_of_the_local_engine(folds: int, quick: "SparkSession") -> None:
    """Groups span labels here, and values stand on both sides of a split."""
    from mmdemo.spark.split import split_of

    frame, config = _labelled(7), ModelConfig({"text": "tfidf"}, folds=folds)
    keys = groups(frame).keys
    whole = folds_of(keys.tolist(), frame["label"].tolist(), 5, config.seed)
    fold = np.where(whole == 0, 0, NEVER) if folds == 1 else whole
    twice = repeated({"text": MODALITIES["text"].likeness.repeats(frame["text"].tolist())}, fold)
    split = split_of(_keys(quick, frame), _tied(quick, frame).frame, config)
    rows: Mapping[str, Any] = {row["id"]: row for row in split.frame.collect()}
    assert [rows[row]["fold"] for row in frame.index] == fold.tolist()
    assert [rows[row]["repeated"] for row in frame.index] == twice.tolist()
    assert any(len(set(frame["label"][keys == key])) > 1 for key in set(keys))
    assert min(row["draw"] for row in rows.values()) >= 0 and max(row["draw"] for row in rows.values()) < 1


def test_short_captions_repeat_across_a_split(quick: "SparkSession") -> None:
    from mmdemo.spark.split import split_of

    frame = _frame(text=[f"short {place % 25}" for place in range(80)])
    frame = frame.assign(label=[f"class {place % 2}" for place in range(80)])
    config, keys = ModelConfig({"text": "tfidf"}, folds=5), groups(frame).keys
    fold = folds_of(keys.tolist(), frame["label"].tolist(), 5, config.seed)
    twice = repeated({"text": MODALITIES["text"].likeness.repeats(frame["text"].tolist())}, fold)
    rows = split_of(_keys(quick, frame), _tied(quick, frame).frame, config).frame.collect()
    found = {row["id"]: row["repeated"] for row in rows}
    assert [found[row] for row in frame.index] == twice.tolist() and twice.sum() > 0

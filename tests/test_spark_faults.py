"""Whatever fails in a training on Spark, no number changes; and rows that cannot be used cost no other its place."""

import csv
import os
import re
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest

from mmdemo.bundles.parts import Parts
from mmdemo.commands.left_out import write_left_out
from mmdemo.datasets.left_out import BAD_IMAGE, BAD_LABEL, NO_LABEL, NOTHING_HELD, LeftOut, kinds_of
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.own_dataset import unlabelled_rows
from mmdemo.datasets.registry import load
from mmdemo.model.config import ModelConfig
from tests.spark_cluster import jvm_of, python_workers, wait_until
from tests.spark_faults import FAILING, FAILURES, STALLED, Disturbed, broken_images
from tests.spark_pairs import rows_of, write_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
CONFIG = ModelConfig({"image": "efficientnet", "text": "tfidf"}, C=1.0, folds=1)
PAIRS, PARTS, ROWS_A_BATCH = 80, 3, 8


@pytest.fixture(scope="module")
def clean_rows() -> list[dict[str, Any]]:
    return rows_of(load("homonyms", n=PAIRS))


@pytest.fixture(scope="module")
def broken_rows(clean_rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of which none can be used."""
    one = clean_rows[0]
    images = [one | {"image": image} for image in broken_images(one["image"]).values()]
    captions = [one | {"text": "word " * 3_000}, {"image": None, "text": "!?", "label": one["label"]}]
    return [*images, *captions, one | {"label": None}, {"image": None, "text": "", "label": one["label"]}]


@pytest.fixture(scope="module")
def tables(
    clean_rows: list[dict[str, Any]], broken_rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The pairs; and the same with broken rows below them, so that the ids of the others are the same."""
    folder = tmp_path_factory.mktemp("tables")
    classes = sorted({row["label"] for row in clean_rows})
    return {
        "clean": write_table(clean_rows, classes, folder / "clean", PARTS),
        "broken": write_table([*clean_rows, *broken_rows], classes, folder / "broken", PARTS),
    }


@pytest.fixture(scope="module")
def small_batches(spark: "SparkSession") -> "SparkSession":
    """Batches so small that a task has several of them."""
    from mmdemo.spark.session import session

    session()  # with our settings
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(ROWS_A_BATCH))
    return spark


@pytest.fixture(scope="module")
def clean(small_batches: "SparkSession", tables: Mapping[str, Path]) -> Parts:
    return _trained(small_batches, tables["clean"])


@pytest.fixture(scope="module")
def broken(small_batches: "SparkSession", tables: Mapping[str, Path]) -> Parts:
    return _trained(small_batches, tables["broken"])


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which tasks say what they have come to: files PARTITION-ATTEMPT-PID."""
    return tmp_path_factory.mktemp("happened")


@pytest.fixture(scope="module")
def disturbed(small_batches: "SparkSession", tables: Mapping[str, Path], happened: Path) -> Parts:
    """A training in which one worker is killed in the middle of its task, and another task fails twice."""
    from mmdemo.spark import training

    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as other:
        patched.setattr(training, "Encoding", partial(Disturbed, folder=str(happened)))
        killed = other.submit(_kill_the_stalled, small_batches, happened)
        trained = _trained(small_batches, tables["broken"])
        killed.result()
    return trained


def _kill_the_stalled(spark: "SparkSession", happened: Path) -> None:
    wait_until(lambda: any(happened.glob(f"{STALLED}-0-*")))
    (first,) = happened.glob(f"{STALLED}-0-*")
    victim = int(first.name.rpartition("-")[2])
    assert victim in python_workers(jvm_of(spark))
    os.kill(victim, signal.SIGKILL)


def _trained(spark: "SparkSession", table: Path) -> Parts:
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.training import train_on_spark

    return train_on_spark(spark, open_source(spark, str(table), {}), CONFIG).parts


def _assert_same_answers(one: Parts, other: Parts, apart: float = 1e-6) -> None:
    assert one.held_out.ids.tolist() == other.held_out.ids.tolist() and len(one.held_out.ids) > 10
    assert sorted(one.train_ids) == sorted(other.train_ids)
    assert one.held_out.labels.tolist() == other.held_out.labels.tolist()
    for head, probabilities in one.held_out.probabilities.items():
        assert np.abs(probabilities - other.held_out.probabilities[head]).max() < apart
        assert one.evaluation.heads[head].accuracy == other.evaluation.heads[head].accuracy


def test_a_killed_worker_and_a_task_that_fails_twice_change_no_number(
    broken: Parts, disturbed: Parts, happened: Path
) -> None:
    attempts = sorted(tuple(map(int, path.name.split("-"))) for path in happened.iterdir())
    stalled, failing = ([one for one in attempts if one[0] == place] for place in (STALLED, FAILING))
    assert [attempt for _, attempt, _ in stalled] == [0, 1]
    assert not psutil.pid_exists(stalled[0][2])
    assert {attempt for _, attempt, _ in failing} == set(range(FAILURES + 1))
    _assert_same_answers(broken, disturbed)
    assert dict(disturbed.left_out_kinds) == dict(broken.left_out_kinds)
    assert disturbed.left_out == broken.left_out
    assert (disturbed.n_train, disturbed.fingerprint) == (broken.n_train, broken.fingerprint)


def test_broken_rows_cost_the_others_nothing(clean: Parts, broken: Parts) -> None:
    assert not clean.left_out
    _assert_same_answers(clean, broken, apart=1e-4)  # other rows share a task, and sums in float32 round otherwise


def test_broken_rows_are_counted_by_reason_as_here(
    broken: Parts, broken_rows: list[dict[str, Any]], tables: Mapping[str, Path]
) -> None:
    here = own_data(tables["broken"], verify=True)
    left_out = [*here.left_out, *unlabelled_rows(here.unlabelled)]
    assert dict(broken.left_out_kinds) == kinds_of(left_out) and sum(broken.left_out_kinds.values()) == len(broken_rows)
    assert set(broken.left_out_kinds) == {BAD_IMAGE, NO_LABEL, NOTHING_HELD, "with a caption that cannot be used"}
    assert [row.row for row in broken.left_out] == [f"row {PAIRS + 1 + place}" for place in range(len(broken_rows))]
    mine = {row.row: row for row in left_out}
    for row in broken.left_out:
        assert (row.kind, _without_name(row)) == (mine[row.row].kind, _without_name(mine[row.row]))


def _without_name(row: LeftOut) -> str:
    """What is said of a row, without the name under which the local reader unpacks its image."""
    return re.sub(r"used: '?\S*\d{5}\S* ", "used: The image ", f"{row.reason}: {row.remedy}")


def test_the_list_of_left_out_rows_says_why_and_what_to_do(broken: Parts, tmp_path: Path) -> None:
    write_left_out(broken.left_out, tmp_path / "left-out.csv")
    with (tmp_path / "left-out.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["row", "reason", "remedy"] and len(lines) == len(broken.left_out)
    assert all(row and reason for row, reason, _ in lines)
    assert BAD_LABEL not in broken.left_out_kinds

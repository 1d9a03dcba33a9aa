"""The same rows, held out alike, make the same model on Spark as in one process."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load as load_bundle
from mmdemo.bundles.parts import Parts
from mmdemo.bundles.writing import save_parts
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.registry import load
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import runs_dir
from mmdemo.training.train import TrainedModel
from tests.command_line import CommandLine
from tests.spark_pairs import rows_of, trained_here, write_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NAME = "a-model-made-by-spark"
DATA: Mapping[str, Mapping[str, Any]] = {"stamps": {}, "homonyms": {"n": 400}}


@dataclass(frozen=True)
class Both:
    """A model by either engine, of one table."""

    table: Path
    dataset: Dataset
    here: TrainedModel
    there: Parts
    rows: int


@pytest.fixture(scope="module", params=DATA)
def both(request: pytest.FixtureRequest, spark: "SparkSession", tmp_path_factory: pytest.TempPathFactory) -> Both:
    from mmdemo.spark.opening import open_source
    from mmdemo.spark.session import session
    from mmdemo.spark.training import train_on_spark

    if request.param == "stamps":
        request.getfixturevalue("stamps_dir")
    sample = load(request.param, **DATA[request.param])
    table = write_table(rows_of(sample), sample.classes, tmp_path_factory.mktemp("pairs") / request.param)
    dataset, config = load(str(table)), ModelConfig(folds=1)
    session()  # with our settings of batches
    there = train_on_spark(spark, open_source(spark, str(table), {}), config)
    return Both(table, dataset, trained_here(dataset, config), there.parts, there.rows)


def _order(ids: np.ndarray) -> np.ndarray:
    return np.argsort(ids)


def test_the_rows_and_the_pairs_held_out_are_the_same(both: Both) -> None:
    here, there = both.here.held_out, both.there.held_out
    assert both.rows == len(both.dataset.frame)
    assert both.there.fingerprint == both.dataset.fingerprint()
    assert here.ids.tolist() == there.ids.tolist() and here.labels.tolist() == there.labels.tolist()
    assert here.repeated.tolist() == there.repeated.tolist()
    pairs = np.array([here.groups, there.groups]).T
    assert len(np.unique(pairs, axis=0)) == len(np.unique(here.groups)) == len(np.unique(there.groups))
    assert sorted(both.here.train_ids) == sorted(both.there.train_ids)
    assert both.there.n_train == len(both.here.train_ids)


def test_features_are_the_same_and_words_are_counted_alike(both: Both) -> None:
    here, there = _order(both.here.train_ids), _order(both.there.train_ids)
    for name, mine in both.here.train_features.items():
        difference = abs(mine[here] - both.there.train_features[name][there])
        assert difference.max() < 1e-5
    words, counted = (model.encoders["text"].parts[0] for model in (both.here.model, both.there.model))
    assert words.vocabulary_ == counted.vocabulary_ and words.idf_.tolist() == counted.idf_.tolist()
    captions = values_of(both.dataset.frame, "text")
    assert (words.transform(captions) != counted.transform(captions)).nnz == 0


def test_blocks_are_on_the_same_scale(both: Both) -> None:
    for head, mine in both.here.model.heads.items():
        assert dict(both.there.model.heads[head].weights) == pytest.approx(dict(mine.weights), rel=1e-6)


def test_settings_are_chosen_alike(both: Both) -> None:
    for head, mine in both.here.model.heads.items():
        theirs = both.there.model.heads[head]
        assert theirs.C == mine.C and theirs.temperature == pytest.approx(mine.temperature, rel=1e-3)


def test_answers_to_held_out_pairs_are_the_same(both: Both) -> None:
    for head, mine in both.here.held_out.probabilities.items():
        assert np.abs(mine - both.there.held_out.probabilities[head]).max() < 5e-3
    for head, found in both.here.evaluation.heads.items():
        assert both.there.evaluation.heads[head].accuracy == pytest.approx(found.accuracy, abs=0.01)


@pytest.fixture(scope="module")
def bundle(both: Both) -> Iterator[Path]:
    folder = runs_dir() / NAME
    facts = {"engine": "spark", "seconds": {"total": 1.0}}
    save_parts(both.there, folder, "python -m mmdemo train --engine spark", facts)
    yield folder
    shutil.rmtree(folder)


def test_the_bundle_opens_and_classify_explains_exactly(both: Both, bundle: Path, command_line: CommandLine) -> None:
    model = load_bundle(bundle).model
    row = both.dataset.frame.iloc[0]
    told = command_line.run("classify", "--model", bundle, "--image", row["image"], "--text", row["text"], "--json")
    answer = json.loads(told.out)
    parts = answer["contributions"]
    whole = parts["intercept"] + sum(parts[name] for name in model.encoders)
    assert whole == pytest.approx(answer["logits"][answer["label"]], abs=1e-4)
    assert answer["probabilities"] == pytest.approx(
        dict(zip(model.classes, both.here.model.classify(dict(row[["image", "text"]])).probabilities, strict=True)),
        abs=5e-3,
    )


@pytest.mark.parametrize("page", ["evaluate", "classify", "features", "models"])
def test_the_bundle_opens_in_the_apps_pages(bundle: Path, page: str) -> None:
    app = AppTest.from_file("../app.py", default_timeout=60)
    app.query_params["model"] = NAME
    app.run()
    assert not app.exception and not app.error
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error
    assert bundle.exists()

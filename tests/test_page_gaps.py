"""Every page, study and report with pairs that lack something of three modalities."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load as load_bundle
from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.library import load_model
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, runs_dir
from mmdemo.studies.study import KINDS
from mmdemo.training.train import train
from mmdemo.ui import state
from mmdemo.ui.frame import ENTRIES
from tests.smell import drawn, registered
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

FOLDER = Path(mkdtemp(prefix="gaps-"))
NAME = "a-model-of-pairs-with-gaps"
LACKING = {"pair 0": ("text",), "pair 1": ("image",), "pair 2": ("smell",), "pair 3": ("image", "text")}


def gaps() -> Dataset:
    """Pairs of which every third lacks something, as None, "" or NaN; a source of data."""
    dataset = drawn(FOLDER, 80)
    frame, places = dataset.frame.astype(object), np.arange(80)
    frame.loc[places % 6 == 0, "text"] = "…"
    frame.loc[places % 6 == 1, "image"] = None
    frame.loc[places % 6 == 2, "smell"] = float("nan")
    frame.loc[places % 12 == 3, ["image", "text"]] = ""
    return replace(dataset, frame=frame)


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, registered():
        patch.setitem(SOURCES, NAME, f"{__name__}:gaps")
        trained = train(load(NAME), ModelConfig(C=10.0, folds=3), cache=FeatureCache(cache_dir() / "features"))
        save(trained, runs_dir() / NAME, f"python -m mmdemo train --data {NAME}", {})
        yield NAME
        shutil.rmtree(runs_dir() / NAME)


@pytest.mark.parametrize("pair", LACKING)
@pytest.mark.parametrize("script", [entry.script for entry in ENTRIES if entry.script != "pages/models.py"])
def test_a_page_opens_with_a_pair_that_lacks_something(script: str, pair: str, model: str) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params.update({"model": model, "dataset": model, state.PAIR: pair})
    app = app.run() if script == "app.py" else app.switch_page(script).run()
    assert not app.exception, app.exception[0]
    assert not [error.value for error in app.error]


@pytest.mark.parametrize("kind", KINDS)
def test_a_study(kind: str, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.studies.robustness.MOST_PAIRS", 24)  # of which some lack each
    bundle = load_bundle(runs_dir() / model)
    found = KINDS[kind].run(bundle, load(model), lambda done: None, FeatureCache(cache_dir() / "features"))
    assert found


def test_batch_evaluation_and_facts(model: str) -> None:
    found, dataset = load_model(runs_dir() / model), load(model)
    assert np.isfinite(found.predict_proba(dataset.frame)).all()
    bundle = load_bundle(runs_dir() / model)
    assert model_facts(bundle.path).held_out.modalities == ("image", "text", "smell")
    for row in LACKING:
        pair = {name: cell for name, cell in dataset.frame.loc[row].items() if name in bundle.model.encoders}
        fold = bundle.model_for(row)
        present = {name: cell for name, cell in pair.items() if name not in LACKING[row]}
        answer = fold.classify(present)
        place = bundle.held_out.ids.tolist().index(row)
        kept = bundle.held_out.probabilities["fused"][place]
        np.testing.assert_allclose(answer.probabilities, kept, atol=1e-5)

"""CONTRIBUTING's recipes, followed: an encoder, a dataset source and a page, each a file and a line."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.summary import summarise
from mmdemo.bundles.writing import save
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import SOURCES
from mmdemo.errors import BundleError
from mmdemo.explanation.counterfactual import decisive
from mmdemo.explanation.explain import explain
from mmdemo.explanation.steps import waterfall_steps
from mmdemo.jobs.queue import JobQueue
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import runs_dir
from mmdemo.training.estimate import estimate
from mmdemo.training.train import train
from mmdemo.ui import frame, runs
from tests.command_line import CommandLine
from tests.new_encoders import (
    ColourHistogramEncoder,
    LetterEncoder,
    WholeCaptionEncoder,
    WholeImageEncoder,
)

ROOT = Path(__file__).resolve().parent.parent
NAME = "a-model-of-new-encoders"  # what `?model=` takes
NEW = {"image": "colour_histogram", "text": "letters"}
WHOLE = {"image": "whole_image", "text": "whole_caption"}
SECTIONS = ("Image", "Caption", "Together", "All pairs")
DATA = {"dataset": "homonyms", "n": "80"}

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True, scope="module")
def registered() -> Iterator[None]:
    """The lines that CONTRIBUTING asks for, and two more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(MODALITIES["image"].encoders, "colour_histogram", ColourHistogramEncoder)
        patch.setitem(MODALITIES["text"].encoders, "letters", LetterEncoder)
        patch.setitem(MODALITIES["image"].encoders, "whole_image", WholeImageEncoder)
        patch.setitem(MODALITIES["text"].encoders, "whole_caption", WholeCaptionEncoder)
        yield


@pytest.fixture(scope="module")
def bundle(registered: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    """A model of both new encoders, trained, saved where visitors' models lie, and loaded again."""
    config = ModelConfig(NEW, {"image": {"cells": 8, "grey": False}}, C=10.0)
    trained = train(homonyms(n=80), config, cache=FeatureCache(tmp_path_factory.mktemp("features")))
    save(trained, runs_dir() / NAME, "python -m mmdemo train --data homonyms", {})
    yield load(runs_dir() / NAME)
    shutil.rmtree(runs_dir() / NAME)  # nobody else knows its encoders


def opened(page: str, **parameters: str) -> AppTest:
    """Return a page from a cold start, with the model of the new encoders in the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in {"model": NAME, **DATA, **parameters}.items():
        app.query_params[name] = value
    app = app.run() if page == "app.py" else app.switch_page(page).run()
    assert not app.exception
    assert not [error.value for error in app.error]
    return app


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> str:
    """The line that CONTRIBUTING asks for of a dataset source; its name."""
    monkeypatch.setitem(SOURCES, "flags", "tests.new_source:flags")
    return "flags"


def texts(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header, *app.info])


@pytest.mark.parametrize("encoders", [NEW, {"image": NEW["image"]}, {"text": NEW["text"]}])
def test_its_cost_is_estimated(encoders: dict[str, str]) -> None:
    known = {"image": "efficientnet", "text": "tfidf"}
    like = ModelConfig({name: known[name] for name in encoders})
    own, usual = estimate(ModelConfig(encoders), 500, 10), estimate(like, 500, 10)
    assert 0.5 < own.seconds / usual.seconds < 1.5  # unless it says otherwise, but for the number of its features
    assert 0.8 < own.megabytes / usual.megabytes < 1.2


def test_it_is_saved_and_loaded_with_all_that_it_learnt(bundle: Bundle) -> None:
    image, text = bundle.model.encoders["image"], bundle.model.encoders["text"]
    assert isinstance(image, ColourHistogramEncoder) and image.cells == 8
    assert isinstance(text, LetterEncoder) and set("aeiou") <= set(text.letters_)
    assert bundle.evaluation.heads["fused"].accuracy > 0.125  # of 8 classes


@pytest.mark.parametrize("encoders", [NEW, WHOLE], ids=["additive", "whole"])
def test_its_answers_are_explained_exactly(encoders: dict[str, str]) -> None:
    dataset = homonyms(n=80)
    model = train(dataset, ModelConfig(encoders, C=10.0)).model
    pair = dataset.frame.iloc[0]
    evidence = model.examine({"image": pair["image"], "text": pair["text"]})
    prediction = model.answer(evidence)
    found = explain(model, evidence, prediction)
    image, text = found.parts["image"], found.parts["text"]
    np.testing.assert_allclose(found.intercept + image.total + text.total, found.logits, atol=1e-4)
    for k, label in enumerate(model.classes):
        steps = waterfall_steps(found, label)
        assert sum(part for _, part in steps) == pytest.approx(found.logits[k], abs=1e-4)
    if encoders == NEW:
        assert image.values.shape == (8, 16)
        np.testing.assert_allclose(text.values.sum(axis=1), text.total, atol=1e-9)
        assert len(text.units) == len(pair["text"].split())
    else:
        assert (image.units, text.units) == ((), ())
    for removal in (decisive(model, evidence, prediction, name) for name in evidence):
        assert removal is None or removal.prediction.label != prediction.label


def test_the_command_line_classifies_with_it(bundle: Bundle, command_line: CommandLine) -> None:
    image = homonyms(n=80).frame["image"].iloc[0]
    done = command_line.run("classify", "--model", bundle.path, "--image", image, "--text", "a bat", "--json")
    assert (done.status, done.err) == (0, "")
    answer = json.loads(done.out)
    expected = bundle.model.classify({"image": image, "text": "a bat"})
    assert answer["label"] == expected.label
    assert [word for word, _ in answer["contributions"]["words"]] == ["a", "bat"]


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("page", ["app.py", *sorted(f"pages/{path.name}" for path in ROOT.glob("pages/*.py"))])
def test_every_page_opens_with_it(page: str) -> None:
    opened(page)


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("section", SECTIONS)
def test_the_features_page_shows_what_it_has(section: str) -> None:
    app = opened("pages/features.py", section=section)
    if section == "Image":
        assert "Colour histogram has no layers to look into." in texts(app)
        networks = next(group for group in app.button_group if group.label == "Network")
        assert networks.options[0] == "Colour histogram, 64 px"
        networks.set_value(networks.options[1]).run()
        assert not app.exception and "Layer by layer" in texts(app)


@pytest.mark.usefixtures("bundle")
def test_the_train_page_offers_it_with_its_title_its_options_and_its_cost() -> None:
    app = opened("pages/train.py")
    app.radio(key="quick_image_encoder").set_value("colour_histogram")
    app.radio(key="quick_text_encoder").set_value("letters").run()
    assert not app.exception and not app.error
    assert "Colours, counted" in app.radio(key="quick_image_encoder").options
    assert "Letters, counted" in app.radio(key="quick_text_encoder").options
    cells = app.select_slider(key="quick_colour_histogram_cells")
    assert (cells.label, cells.value) == ("Cells along each side", 4)
    cells.set_value(8).run()
    assert not app.exception and not app.error
    cost = estimate(ModelConfig(NEW, {"image": {"cells": 8}}), 80, 8)
    assert f"bout {cost.seconds:.0f} s, {cost.megabytes:,.0f} MB of memory" in texts(app)
    changed = "Changed under More options: images: colours, counted; captions: letters, counted."
    assert changed in texts(app).replace("\\", "")
    assert not app.button(key="train").disabled


def test_a_model_whose_encoder_is_no_longer_there_is_refused_in_one_sentence(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(MODALITIES["image"].encoders, "colour_histogram")
    for read in (load, summarise):
        with pytest.raises(BundleError, match="no image encoder named 'colour_histogram'"):
            read(bundle.path)


def test_the_command_line_trains_and_evaluates_on_a_new_source(source: str, command_line: CommandLine) -> None:
    done = command_line.run("data", source, "--set", "data.n=90", "--json")
    summary = json.loads(done.out)
    assert (done.status, summary["name"], summary["pairs"]) == (0, source, 90)
    done = command_line.run("train", "--data", source, "--C", 10, "--folds", 1, "--out", "model", "--json")
    trained = json.loads(done.out.splitlines()[-1])
    assert (done.status, trained["heads"]["fused"]["accuracy"]) == (0, 1)  # colours are easy
    assert f"--data {source}" in load(Path("model")).manifest["command"]
    done = command_line.run("evaluate", "--model", "model", "--json")
    assert (done.status, json.loads(done.out)["n_test"]) == (0, trained["n_test"])
    done = command_line.run("evaluate", "--model", "model", "--data", source, "--json")  # with the options it had
    assert (done.status, json.loads(done.out)["n_test"]) == (0, trained["n_test"])


@pytest.mark.parametrize("view", ["Pairs", "Numbers", "Caption", "Quality"])
def test_the_data_page_shows_a_new_source(source: str, view: str) -> None:
    app = opened("pages/data.py", model="everyday", dataset=source, view=view)
    assert source in app.segmented_control(key="source_of_data").options
    assert app.segmented_control(key="source_of_data").value == source
    assert "Drawn by a test" in texts(app)


def test_the_train_page_trains_on_a_new_source(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = JobQueue(tmp_path / "runs", program=[sys.executable, "-c", ""])
    monkeypatch.setattr(runs, "queue", lambda: queue)
    app = opened("pages/train.py", model="everyday", dataset=source)
    app.button(key="train").click().run()
    assert not app.exception
    job = runs.queue().get("".join(app.query_params["run"]))
    assert job is not None and job.arguments[:5] == ("train", "--data", source, "--set", "data.n=60")
    queue.close()


def test_a_new_page_opens_and_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "app.py", tmp_path)
    shutil.copytree(ROOT / "pages", tmp_path / "pages")
    page = 'from mmdemo.ui import frame\n\nwith frame.page("Sounds"):\n    frame.link("Data", "Choose data")\n'
    (tmp_path / "pages/sounds.py").write_text(page, encoding="utf-8")
    entry = frame.Entry("Sounds", "pages/sounds.py", ":material/music_note:", "Hear a pair.")
    monkeypatch.setattr(frame, "ENTRIES", (*frame.ENTRIES, entry))
    for script in ("app.py", "pages/models.py", "pages/sounds.py"):
        app = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=60).run()
        app = app if script == "app.py" else app.switch_page(script).run()
        assert not app.exception and not app.error
        listed = [link.proto.label for link in app.sidebar.get("page_link")]
        assert listed[: len(frame.ENTRIES)] == [one.title for one in frame.ENTRIES]
    assert app.title[0].value == "Sounds" and "Hear a pair." in texts(app)


def test_the_recipe_is_that_of_the_contributing_guide() -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for base, members in (
        (ColourHistogramEncoder, ("title", "name", "summary", "size", "n_features_out", "map_batch", "identity")),
        (LetterEncoder, ("title", "name", "summary", "pieces", "transform", "get_feature_names_out")),
    ):
        assert base.__bases__[0].__name__ in recipe
        assert all(f"`{member}`" in recipe for member in members)

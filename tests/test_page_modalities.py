"""Every page with a modality that has no view of its own, beside image and text and instead of them."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.writing import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir, runs_dir
from mmdemo.training.train import train
from mmdemo.ui.frame import ENTRIES
from tests.smell import MINIMAL, SMELL, drawn, registered
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

CASES = {"beside": (SMELL, False), "alone": (SMELL, True), "minimal": (MINIMAL, True)}


@cache
def folder(modalities: tuple[str, ...]) -> Path:
    """The place of the pairs of these modalities."""
    return Path(mkdtemp(prefix="smells-"))


def smells() -> Dataset:
    """Pairs of all modalities that there are; a source of data."""
    return drawn(folder(tuple(MODALITIES)), 80, tuple(MODALITIES))


@pytest.fixture(params=CASES, scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name, in a link, of a model of smells and of the source of its data."""
    name, smell, alone = f"a-model-of-smells-{request.param}", *CASES[request.param]
    with pytest.MonkeyPatch.context() as patch, registered(smell, alone):
        patch.setitem(SOURCES, name, f"{__name__}:smells")
        trained = train(load(name), ModelConfig(C=10.0, folds=3), cache=FeatureCache(cache_dir() / "features"))
        save(trained, runs_dir() / name, f"python -m mmdemo train --data {name}", {})
        yield name
        shutil.rmtree(runs_dir() / name)


def cold(page: str, model: str, **parameters: str) -> AppTest:
    """Return a page from a cold start."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params.update({"model": model, "dataset": model, **parameters})
    return app.run() if page == "app.py" else app.switch_page(page).run()


def opened(page: str, model: str, **parameters: str) -> AppTest:
    """Return a page from a cold start, without an error."""
    return calm(cold(page, model, **parameters))


def calm(app: AppTest) -> AppTest:
    """Return the page, without an error on it."""
    assert not app.exception
    assert not [error.value for error in app.error]
    return app


def texts(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.header, *app.get("html")]
    return " ".join(str(getattr(element, "value", None) or element.proto.body) for element in shown)


@pytest.mark.parametrize("script", [entry.script for entry in ENTRIES])
def test_a_page_opens(script: str, model: str) -> None:
    app = cold(script, model)
    assert not app.exception
    assert len(texts(app)) > 200
    # The shipped model reads images and captions: where nothing reads these, the list of models says so, and goes on.
    unread = script == "pages/models.py" and "image" not in MODALITIES
    assert ["There is no modality named 'image'" in error.value for error in app.error] == [True] * unread


def test_a_smell_is_asked_for_answered_and_explained(model: str) -> None:
    app = opened("pages/classify.py", model)
    app.text_input(key="input_smell").set_value("0.1 0.9 0.2 0").run()
    assert "the lead over" in texts(calm(app)) or "smoke" in texts(app)
    app.text_input(key="input_smell").set_value("of roses").run()
    assert ["expected four numbers" in error.value for error in app.error] == [True]
    assert not app.exception


def test_traces_are_taken_out(model: str) -> None:
    app = opened("pages/classify.py", model)
    app.text_input(key="input_smell").set_value("0.1 0.9 0.2 0").run()
    if MODALITIES["smell"] is MINIMAL:  # it says nothing of units
        assert not app.pills
        return
    app.pills[-1].set_value([1]).run()
    assert "Computed again" in texts(calm(app))
    app.button(key="what_would_change").click().run()
    assert "of the traces" in texts(calm(app)) or "sets of traces" in texts(app)


def test_nothing_given_says_what_to_do(model: str) -> None:
    app = opened("pages/classify.py", model)
    assert "Its label is" in texts(app), "a pair of the model's own data comes first"
    app.text_input(key="input_smell").set_value("").run()
    if list(MODALITIES) == ["smell"]:
        assert [info.value for info in app.info] == ["Give a smell: the answer appears here."]
    else:
        assert "This pair has no smell, so the model for images and captions alone answers." in texts(app)


def test_a_link_brings_the_smell_along_with_the_pair(model: str) -> None:
    app = opened("pages/classify.py", model, pair="pair 3")
    assert app.text_input(key="input_smell").value == smells().frame.loc["pair 3", "smell"]
    assert "Its label is" in texts(app)


def test_every_section_of_data_says_something(model: str) -> None:
    app = opened("pages/data.py", model)
    for view in app.segmented_control(key="view").options:
        app.segmented_control(key="view").set_value(view).run()
        assert len(texts(calm(app))) > 200
    assert ("Words" in app.segmented_control(key="view").options) == ("text" in MODALITIES)


def test_every_section_of_features_says_something(model: str) -> None:
    app = opened("pages/features.py", model, pair="pair 3")
    sections = app.segmented_control(key="section").options
    assert "Smell" in sections
    for section in [*sections, "Smell"]:
        app.segmented_control(key="section").set_value(section).run()
        calm(app)
    assert "**8 features**" in texts(app)


def test_preparing_says_that_a_smell_needs_no_preparation(model: str) -> None:
    app = opened("pages/preprocess.py", model, pair="pair 3")
    assert "nothing to prepare" in texts(app)
    app.segmented_control(key="pair_from").set_value("own").run()
    calm(app)
    app.text_input(key="input_smell").set_value("1 0 1 0").run()
    if len(MODALITIES) > 1:  # the image and the caption are still to be given
        calm(app).segmented_control(key="head").set_value("smell").run()
    assert "Nothing is changed yet" in texts(calm(app))

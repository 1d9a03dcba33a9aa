"""Every page with a modality that has no view of its own, beside image and text and instead of them."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import save
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import SOURCES
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Part
from mmdemo.modalities.modality import Modality, NoSettings
from mmdemo.modalities.registry import MODALITIES
from mmdemo.modalities.units import Units
from mmdemo.model.config import ModelConfig
from mmdemo.storage.folders import runs_dir
from mmdemo.training.train import train
from mmdemo.ui.frame import ENTRIES
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

NOTES = 3  # of a smell
PAIRS = 80


@dataclass(frozen=True)
class SmellEvidence:
    """One smell: the strength of each of its notes."""

    features: np.ndarray
    notes: tuple[str, ...] = ()
    additive: bool = True


class SmellEncoder(Encoder):
    """The strengths as they are."""

    title = "Nose"
    name = "Nose"
    summary = "Takes the strengths of the notes as they are."

    def __init__(self, settings: NoSettings = NoSettings()) -> None:  # noqa: B008
        self.settings = settings

    def transform(self, X: Sequence[Any]) -> np.ndarray:
        """Return float32 (n, notes)."""
        return np.array([[float(part) for part in smell.split()] for smell in X], np.float32)

    def examine(self, value: Any) -> SmellEvidence:
        """Return one smell's strengths."""
        return SmellEvidence(self.transform([value])[0])

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name a note."""
        return np.array([f"note {i + 1}" for i in range(NOTES)])


def _part(evidence: Any, coef: np.ndarray) -> Part:
    values = np.asarray(coef, np.float64) * evidence.features
    return Part(values.sum(axis=1), tuple(f"note {i + 1}" for i in range(NOTES)), values)


def _without(encoder: Encoder, evidence: Any, places: Any) -> Any:
    features = evidence.features.copy()
    features[list(places)] = 0
    return SmellEvidence(features) if features.any() else None


SMELL = Modality(
    name="smell",
    noun="smell",
    encoders={"nose": SmellEncoder},
    default="nose",
    missing=lambda value, settings: not value,
    parts=_part,
    units=Units("notes", removable=lambda found: ("top", "heart", "base"), without=_without),
)


def smells() -> Dataset:
    """Homonyms, and a smell of each that depends on its class."""
    dataset = homonyms(PAIRS)
    classes = {label: place for place, label in enumerate(dataset.classes)}
    rng = np.random.default_rng(0)
    drawn = [rng.normal([place % 2, place // 2 % 2, place // 4], 0.2) for place in dataset.frame["label"].map(classes)]
    smell = [" ".join(f"{part:.2f}" for part in parts) for parts in drawn]
    return replace(dataset, frame=dataset.frame.assign(smell=smell), name="smells", limits=None, options={})


@pytest.fixture(params=["beside the others", "instead of them"], scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a model of smells, in a link; its data is a source."""
    name = f"a-model-of-smells-{request.param.replace(' ', '-')}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SOURCES, "smells", f"{__name__}:smells")
        patch.setitem(MODALITIES, "smell", SMELL)
        if request.param == "instead of them":
            for other in ("image", "text"):
                patch.delitem(MODALITIES, other)
        trained = train(replace(smells(), location="smells"), ModelConfig(C=10.0))
        save(trained, runs_dir() / name, "python -m mmdemo train --data smells", {})
        yield name
        shutil.rmtree(runs_dir() / name)


def opened(page: str, model: str, **parameters: str) -> AppTest:
    """Return a page from a cold start, without an error."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params.update({"model": model, "dataset": "smells", **parameters})
    app = app.run() if page == "app.py" else app.switch_page(page).run()
    return calm(app)


def calm(app: AppTest) -> AppTest:
    """Return the page, without an error on it."""
    assert not app.exception
    assert not [error.value for error in app.error]
    return app


def texts(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.subheader, *app.get("html")]
    return " ".join(str(getattr(element, "value", None) or element.proto.body) for element in shown)


@pytest.mark.parametrize("script", [entry.script for entry in ENTRIES])
def test_a_page_opens(script: str, model: str) -> None:
    assert len(texts(opened(script, model))) > 200


def test_a_smell_is_asked_for_answered_and_explained(model: str) -> None:
    app = opened("pages/classify.py", model)
    app.text_input(key="input_smell").set_value("0.1 0.9 0.2").run()
    calm(app)
    assert "note 1" in texts(app)
    app.pills[-1].set_value([1]).run()
    assert "Computed again" in texts(calm(app))
    app.button(key="what_would_change").click().run()
    assert "of the notes" in texts(calm(app))


def test_a_link_brings_the_smell_along_with_the_pair(model: str) -> None:
    app = opened("pages/classify.py", model, pair="0003")
    row = smells().frame.loc["0003"]
    assert app.text_input(key="input_smell").value == row["smell"]
    assert "Its label is" in texts(app)


def test_every_section_of_data_and_features_says_something(model: str) -> None:
    app = opened("pages/data.py", model)
    for view in app.segmented_control(key="view").options:
        app.segmented_control(key="view").set_value(view).run()
        assert len(texts(calm(app))) > 200
    app = opened("pages/features.py", model, pair="0003")
    sections = app.segmented_control(key="section").options
    assert "Smell" in sections
    for section in sections:
        app.segmented_control(key="section").set_value(section).run()
        calm(app)
    app.segmented_control(key="section").set_value("Smell").run()
    assert f"**{NOTES:,} features**" in texts(calm(app))


def test_preparing_says_that_a_smell_needs_no_preparation(model: str) -> None:
    app = opened("pages/preprocess.py", model, pair="0003")
    assert "nothing to prepare" in texts(app)
    app.segmented_control(key="pair_from").set_value("own").run()
    calm(app)
    app.text_input(key="input_smell").set_value("1 0 1").run()
    assert "Nothing is changed yet" in texts(calm(app))

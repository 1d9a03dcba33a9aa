"""The Features page: every section, every kind of model, and what a visitor may bring."""

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.writing import save
from mmdemo.storage.folders import runs_dir
from tests.models import Models

pytestmark = pytest.mark.slow  # whole pages

ROOT = Path(__file__).resolve().parent.parent
SECTIONS = ("Image", "Caption", "Together", "All pairs")


def features(**parameters: str) -> AppTest:
    """Return the page, run from a cold start with these parameters of the URL."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["n"] = "80"
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.switch_page("pages/features.py").run()


def control(app: AppTest, label: str):
    return next(group for group in app.button_group if group.label == label)


def texts(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.header])


def charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


def assert_calm(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_at_its_own_address(section):
    app = features(section=section)
    assert_calm(app)
    assert control(app, "Look at").value == section
    assert "tensorflow" not in sys.modules


def test_the_first_section_is_the_picture():
    app = features()
    assert_calm(app)
    assert control(app, "Look at").value == "Image"
    assert app.title[0].value == "Features"
    assert "1,280 features" in texts(app)


def test_the_articles_network_shows_the_articles_shapes():
    app = features()
    control(app, "Network").set_value("The article's CNN, 224 px").run()
    assert_calm(app)
    shown = texts(app)
    for shape in ("222 × 222 × 32", "111 × 111 × 32", "394,272"):
        assert shape in shown
    assert "All 32 filters" in shown


def test_formulas_stand_beside_what_they_are_here():
    for section, general in (("Image", "y = f(Wx + b)"), ("Caption", r"\alpha_{ij}"), ("Together", r"\sum_j e^{z_j}")):
        written = [latex.value for latex in features(section=section).latex]
        assert any(general in latex for latex in written)
        assert any(r"\mathbf{" in latex for latex in written)


def test_words_that_training_did_not_meet_are_named():
    app = features(section="Caption", dataset="homonyms")
    assert "Never met in training" in texts(app)
    assert "such a table is called sparse" in texts(app)
    assert "The network reads these pieces together" in texts(app)


def test_another_word_shows_its_neighbours():
    app = features(section="Caption")
    nearest = control(app, "Nearest words to")
    other = next(option for option in nearest.options if option != nearest.value)
    nearest.set_value(other).run()
    assert_calm(app)
    assert control(app, "Nearest words to").value == other


def test_fusion_draws_strip_shares_and_parts():
    app = features(section="Together")
    assert charts(app) == 3
    assert "numbers" in texts(app) or app.latex


def test_another_pair_is_walked():
    app = features(section="Together")
    before = [latex.value for latex in app.latex]
    app.selectbox[0].select_index(7).run()
    assert_calm(app)
    assert [latex.value for latex in app.latex] != before
    assert app.query_params["pair"] == app.selectbox[0].value


def test_a_random_pair_is_walked():
    app = features(section="Caption")
    next(button for button in app.button if button.label == "Random pair").click().run()
    assert_calm(app)
    assert "pair" in app.query_params


@pytest.mark.parametrize(
    ("seen_by", "method"), [("image", "PCA"), ("text", "PCA"), ("fused", "PCA"), ("fused", "t-SNE")]
)
def test_the_map_is_drawn_for_every_space(seen_by, method):
    app = features(section="All pairs", n="40")
    control(app, "Seen by").set_value(seen_by).run()
    control(app, "Flattened by").set_value(method).run()
    assert_calm(app)
    assert charts(app) == 1
    assert "nearest neighbours" in texts(app)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"dataset": "cats"}, "no sample dataset"),
        ({"model": "0" * 20}, "no longer here"),
        ({"run": "0" * 20}, ""),
        ({"pair": "nowhere"}, "The pair of this link is not in this data"),
    ],
)
def test_a_dead_link_is_said_and_the_page_goes_on(parameters, message):
    app = features(**parameters)
    assert_calm(app)
    assert any(message in info.value.replace("\\", "") for info in app.info) == bool(message)
    assert not message or not parameters.keys() & app.query_params.keys() or parameters == {"dataset": "cats"}
    assert app.query_params.get("dataset") != "cats" and app.query_params.get("pair") != "nowhere"
    assert control(app, "Look at").value == "Image"


def test_a_wrong_number_in_an_address_is_explained():
    app = features(dataset="homonyms", n="x")
    assert not app.exception
    assert ["should be a number" in error.value.replace("\\", "") for error in app.error] == [True]


def test_an_unknown_pair_or_section_is_ignored():
    app = features(pair="nowhere", section="Nowhere")
    assert_calm(app)
    assert control(app, "Look at").value == "Image"


@pytest.fixture(scope="module")
def other_models(models: Models) -> dict[str, str]:
    """Return encoders → the name of a model with them, among the visitors' models."""
    names = {}
    for image, text in (("none", "tfidf"), ("efficientnet", "none"), ("article_cnn", "word_vectors")):
        names[f"{image} {text}"] = name = f"features-{image}-{text}"
        save(models.trained(image, text), runs_dir() / name, "a command", {})
    return names


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("encoders", ["none tfidf", "efficientnet none", "article_cnn word_vectors"])
def test_every_section_opens_for_other_models(other_models, encoders, section):
    app = features(model=other_models[encoders], section=section, n="40")
    assert_calm(app)
    if section == "Together":
        assert charts(app) == (2 if "none" in encoders else 3)  # one block alone has all the say


def test_choices_survive_another_model(other_models):
    app = features(section="All pairs", n="40")
    control(app, "Seen by").set_value("image").run()
    app.query_params["model"] = other_models["none tfidf"]
    app.run()
    assert_calm(app)
    assert control(app, "Seen by").value == "text"

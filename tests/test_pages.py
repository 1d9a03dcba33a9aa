"""Overview, Classify and Train without a browser: what they say for every kind of input."""


import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.examples import example_pairs
from mmdemo.datasets.homonyms import homonyms
from mmdemo.errors import DatasetError
from mmdemo.evaluation.of_hundred import answer_sentence, hundred_sentence
from mmdemo.model.certainty import percent
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import frame, model_data, private_links, state
from tests.homonyms_model import NAME
from tests.homonyms_model import bundle as homonyms_model

pytestmark = pytest.mark.slow  # whole pages

PATIENCE = 60


@pytest.fixture
def app():
    return AppTest.from_file("../app.py", default_timeout=PATIENCE)


def texts(app):
    return " ".join(
        str(element.value) for element in [*app.markdown, *app.caption, *app.header, *app.info, *app.error]
    )


def test_overview_shows_the_verdict_that_the_bundle_holds(app):
    app.run()
    assert not app.exception and not app.error
    found = state._read(str(state.model_folder(state.EVERYDAY)), 0).evaluation
    said = {text.value.removeprefix("## ") for text in app.markdown}
    assert {answer_sentence(found), hundred_sentence(found)} <= said
    assert all(sentence in texts(app) for sentence in found.sentences()), "the statistics"
    assert found.protocol in texts(app)
    links = [link.proto.label for link in app.get("page_link")]
    assert any("These results may be too good" in link for link in links) == bool(found.warning())


def test_the_worked_example_of_a_visitors_model_is_answered_by_a_model_that_had_not_seen_it(app):
    bundle = homonyms_model()
    tested, gain = bundle.held_out, bundle.evaluation.gain
    row = int(tested.fixed(gain.over)[0])
    app.query_params["model"] = NAME
    app.run()
    assert not app.exception and not app.error
    assert "trained without this pair" in texts(app)
    answer = f"{frame.plain(tested.guesses('fused')[row])}, {percent(tested.confidence('fused')[row])}"
    assert answer in [header.value for header in app.header]


@pytest.mark.parametrize("pair", [pair.name for pair in example_pairs()])
def test_classify_answers_every_example(app, pair):
    app.query_params["pair"] = pair
    app.run().switch_page("pages/classify.py").run()
    assert not app.exception and not app.error
    model = state._read(str(state.model_folder(state.EVERYDAY)), 0).model
    chosen = next(one for one in example_pairs() if one.name == pair)
    answer = model.classify({"image": chosen.image, "text": chosen.caption})
    assert app.text_input(key="caption").value == chosen.caption
    assert app.header[0].value.startswith(f"{answer.label}, {percent(answer.probabilities.max())}")


def test_classify_without_words_uses_the_picture_alone(app):
    app.run().switch_page("pages/classify.py").run()
    app.text_input(key="caption").set_value("!!!").run()
    assert "the model for images alone" in texts(app)


def test_classify_without_anything_says_what_to_do(app):
    app.run().switch_page("pages/classify.py").run()
    app.segmented_control(key="source").set_value("No image").run()
    app.text_input(key="caption").set_value("").run()
    assert not app.exception and not app.error
    assert "the answer appears here" in app.info[0].value


def explained(app):
    """The class that is explained, as the lists and the bars have it: against the likeliest other one."""
    chosen, other = (next(box for box in app.selectbox if box.label == label) for label in ("Why", "and not"))
    assert any(f"Why “{chosen.value}” and not “{other.value}”" in drawn.proto.body for drawn in app.get("html"))
    assert other.value == next(option for option in other.options if option != "nothing else")
    return chosen.value


def test_the_explanation_is_that_of_the_answer_whatever_pair_comes_next(app):
    app.run().switch_page("pages/classify.py").run()
    for pair in example_pairs():
        app.button(key=f"example_{pair.name}").click().run()
        assert app.header[0].value.startswith(explained(app))
    app.text_input(key="caption").set_value("a cow, a horse and a dog").run()
    assert app.header[0].value.startswith(explained(app))
    app.segmented_control(key="source").set_value("No image").run()
    assert app.header[0].value.startswith(explained(app))


def test_the_caption_of_an_example_does_not_follow_a_picture_of_ones_own(app):
    app.run().switch_page("pages/classify.py").run()
    caption = app.text_input(key="caption").value
    assert caption
    app.segmented_control(key="source").set_value("Upload").run()
    assert app.text_input(key="caption").value == ""
    app.segmented_control(key="source").set_value("Example").run()
    assert app.text_input(key="caption").value == caption
    app.text_input(key="caption").set_value("my own words").run()
    app.segmented_control(key="source").set_value("Upload").run()
    assert app.text_input(key="caption").value == "my own words"


def test_a_file_that_cannot_be_read_leaves_the_words(app):
    app.run().switch_page("pages/classify.py").run()
    app.segmented_control(key="source").set_value("Upload").run()
    app.text_input(key="caption").set_value("a cow and a dog").run()
    app.file_uploader(key="upload").set_value(("holiday.jpg", b"not an image", "image/jpeg")).run()
    assert len(app.error) == 1 and "holiday.jpg" in app.error[0].value.replace("\\", "")
    assert app.header[0].value.startswith("animals")


def test_a_model_of_other_data_shows_a_pair_of_its_own(app):
    homonyms_model()
    app.query_params["model"] = NAME
    app.run()
    assert not app.exception and not app.error
    app.switch_page("pages/classify.py").run()
    assert "This model was trained on homonyms" in texts(app)


def classified(app, **parameters):
    """Classify, as a visitor finds it who follows a link with these parameters."""
    app.query_params.update(parameters)
    return app.run().switch_page("pages/classify.py").run()


def buttons(app):
    return [button.key for button in app.button if str(button.key).startswith(("example_", "own_example_"))]


def test_a_model_of_other_data_is_tried_on_pairs_of_its_own_which_it_had_not_seen(app):
    bundle, data = homonyms_model(), homonyms(n=160).frame
    classified(app, model=NAME)
    assert not app.exception and not app.error
    assert buttons(app) == [f"own_example_{n}" for n in range(6)]
    tried = []
    for key in buttons(app):
        app.button(key=key).click().run()
        assert not app.exception and not app.error
        row_id = app.query_params["pair"]
        tested = list(bundle.held_out.ids).index(row_id)
        assert app.text_input(key="caption").value == data.loc[row_id, "text"]
        answer = f"{frame.plain(bundle.held_out.guesses('fused')[tested])}, "
        assert app.header[0].value == answer + percent(bundle.held_out.confidence("fused")[tested])
        assert f"Its label is **{frame.plain(data.loc[row_id, 'label'])}**" in texts(app)
        assert "trained without this pair" in texts(app)
        tried.append(row_id)
    assert data.loc[tried, "label"].nunique() == 6


def test_the_first_of_its_own_pairs_is_answered_at_once_and_an_image_of_ones_own_takes_its_caption_away(app):
    homonyms_model()
    classified(app, model=NAME, pair="Apple")  # an example that was chosen for the shipped model
    assert app.header[0].value.split(",")[0] in {frame.plain(name) for name in homonyms_model().model.classes}
    caption = app.text_input(key="caption").value
    assert caption in set(homonyms(n=160).frame["text"])
    app.segmented_control(key="source").set_value("Upload").run()
    assert app.text_input(key="caption").value == ""
    assert "Its label is" not in texts(app)
    app.segmented_control(key="source").set_value("From the data").run()
    assert app.text_input(key="caption").value == caption


def test_a_model_whose_data_is_not_here_offers_no_examples_of_other_data(app, monkeypatch):
    homonyms_model()

    def gone(bundle):
        raise DatasetError("The folder with the images is gone.")

    monkeypatch.setattr(model_data, "read", gone)
    classified(app, model=NAME)
    assert not app.exception and not app.error
    assert buttons(app) == []
    assert app.segmented_control(key="source").options[0] == "Upload"
    assert app.text_input(key="caption").value == ""
    said = "There are no examples to try. The folder with the images is gone"
    assert [one.value.count(said) for one in app.caption if said in one.value] == [1]


def test_the_shipped_model_is_tried_on_the_drawn_examples(app):
    homonyms_model()
    classified(app, model=NAME)
    del app.query_params["model"]
    app.run()
    assert not app.exception and not app.error
    assert buttons(app) == [f"example_{pair.name}" for pair in example_pairs()]
    assert app.text_input(key="caption").value == example_pairs()[0].caption


@pytest.mark.parametrize("model", ["nonsense", "../../etc", "A" * 22])
@pytest.mark.parametrize("page", ["app.py", "pages/classify.py"])
def test_a_link_to_a_model_that_is_gone_is_one_sentence(app, model, page):
    app.query_params["model"] = model
    app.run()
    if page != "app.py":
        app.switch_page(page).run()
    assert not app.exception and not app.error
    said = [info.value for info in app.info if "no longer here" in info.value]
    assert said == ([private_links.MODEL_GONE] if page == "app.py" else []), "said on the first page alone"
    assert "model" not in app.query_params
    assert app.header, "the page goes on"


@pytest.mark.parametrize(("model", "kept"), [("whole", True), ("A" * 22, False)])
def test_only_what_was_typed_for_the_thing_that_is_gone_is_forgotten(app, model, kept):
    app.session_state[f"confusion_{model}"] = "typed"
    app.query_params["model"] = model
    app.run()
    assert (f"confusion_{model}" in app.session_state) == kept


def test_a_fault_of_ours_is_calm_and_logged(app, monkeypatch, caplog):
    app.run()
    monkeypatch.setattr(state, "shipped_example", lambda: 1 / 0)
    app.run()
    assert not app.exception
    assert "not your fault" in app.error[0].value
    number = app.error[0].value.split("report error ")[1].rstrip(".")
    assert number in caplog.text and "ZeroDivisionError" in caplog.text


def test_train_refuses_what_does_not_fit(app, monkeypatch):
    monkeypatch.setattr("mmdemo.ui.pages.train.training_form.attainable_megabytes", lambda: 100.0)
    app.run().switch_page("pages/train.py").run()
    assert not app.exception
    assert "only 220 MB are free" in app.error[0].value  # with the libraries that the server has loaded already
    assert "train" not in {button.key for button in app.button}
    assert "Choose another preset" in app.caption[0].value


def test_train_needs_an_encoder(app):
    app.run().switch_page("pages/train.py").run()
    app.radio(key="quick_image_encoder").set_value("none").run()
    app.radio(key="quick_text_encoder").set_value("none").run()
    assert not app.exception
    assert "would read nothing" in app.error[0].value
    assert "train" not in {button.key for button in app.button}
    assert "Choose another preset" in app.caption[0].value


def test_a_model_that_is_being_removed_is_missing_in_one_sentence(app):
    folder = runs_dir() / "a-model-without-a-manifest"
    folder.mkdir(parents=True)
    try:
        app.query_params["model"] = folder.name
        app.run().switch_page("pages/classify.py").run()
        assert not app.error and not app.exception and app.header
    finally:
        folder.rmdir()

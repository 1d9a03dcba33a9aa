"""The Preprocess page without a browser: operations, steps, tokens, the model's opinion, and what goes to Train."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.stamps import stamps
from mmdemo.explanation.effect import effect, prepared, sentence, single_operations
from mmdemo.preprocess.image import ImageSettings, decode
from mmdemo.ui import frame, state
from tests.homonyms_model import NAME, bundle
from tests.page_tables import tables
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

SMALL = {"dataset": "homonyms", "n": "80"}


def opened(**parameters: str) -> AppTest:
    """The page as a visitor finds it who follows a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.query_params.update(parameters)
    return app.switch_page("pages/preprocess.py").run()


def own_pair() -> AppTest:
    """The page as a visitor finds it who wants to work on a pair of their own."""
    return opened(**SMALL).segmented_control(key="pair_from").set_value("own").run()


def assert_calm(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


def texts(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.get("html")]
    return " ".join(str(getattr(element, "value", None) or element.proto.body) for element in shown)


def verdict(app: AppTest) -> str:
    return next(text.value for text in app.markdown if re.fullmatch(r"\*\*.+\.\*\*", text.value))


def charts(app: AppTest) -> int:
    return sum('role="img"' in element.proto.body for element in app.get("html"))


def test_a_cold_visit_shows_a_pair_that_nothing_is_done_to_yet() -> None:
    app = opened(**SMALL)
    assert_calm(app)
    assert "Nothing is changed yet" in verdict(app)
    assert "**0. As in the file**" in texts(app)
    assert tables(app)[0].loc[0, ["Shape", "Type"]].tolist() == ["128 × 128 × 3", "uint8"]
    assert "224 × 224 pixels" in texts(app)
    assert charts(app) == 3  # the classes that matter, all of them, and the single operations


def test_the_first_pair_is_neither_ambiguous_nor_covered() -> None:
    rows = homonyms(80).frame
    chosen = rows.loc[opened(**SMALL).selectbox[0].value]
    assert not chosen["ambiguous"] and not chosen["covered"]


def test_a_stamp_is_answered_by_a_model_that_has_not_seen_it(stamps_dir: Path) -> None:
    app = opened(dataset="stamps")
    assert_calm(app)
    assert "was trained on this very pair" not in texts(app)
    app = opened(dataset="stamps", pair="animals/amphibians/frog")
    assert app.selectbox[0].value == "animals/amphibians/frog"
    assert "was trained without this pair" in texts(app)


def test_operations_show_in_steps_sentence_and_chart() -> None:
    app = opened(**SMALL, pair="0003")
    app.slider(key="rotate").set_value(-90).run()
    app.toggle(key="grey").set_value(True).run()
    assert_calm(app)
    row = homonyms(80).frame.loc["0003"]
    image = ImageSettings(rotate=-90, grey=True)
    model = state._read(str(state.model_folder(state.EVERYDAY)), 0).model
    before = model.examine({"image": row["image"], "text": row["text"]})
    turned = prepared(model, "image", decode(row["image"]).pixels, image)
    found = effect(model, before, model.examine({"image": turned, "text": row["text"]}))
    assert verdict(app) == f"**{frame.plain(sentence(model, found, {'image': image}, 'fused'))}**"
    assert "Rotated 90° clockwise" in texts(app)
    assert "Colours taken away" in texts(app)


def test_every_operation_shows() -> None:
    app = opened(**SMALL)
    app.slider(key="brightness").set_value(-30)
    app.slider(key="contrast").set_value(150)
    app.segmented_control(key="flip").set_value("vertical")
    app.segmented_control(key="resize").set_value("crop")
    app.toggle(key="stop_words").set_value(True)
    app.segmented_control(key="ngrams").set_value(2).run()
    assert_calm(app)
    assert "Mirrored top to bottom" in texts(app) and "30% darker, contrast 150%" in texts(app)
    assert "Cut to its central square" in texts(app) and "Very common words removed (stop words)" in texts(app)
    assert "runs of several in green" in texts(app)
    assert verdict(app).startswith("**Exchanging the image’s top and bottom")


def test_a_link_to_a_pair_that_is_not_there_shows_another() -> None:
    app = opened(**SMALL, pair="no such")
    assert_calm(app)
    assert charts(app) == 3  # the classes that matter, all of them, and the single operations


def test_the_heads_are_asked_one_by_one() -> None:
    app = opened(**SMALL, pair="0003")
    app.slider(key="rotate").set_value(90).run()
    app.segmented_control(key="head").set_value("text").run()
    assert_calm(app)
    assert "Nothing is changed yet" in verdict(app)
    app.segmented_control(key="head").set_value("image").run()
    assert "Turning the image by 90° anticlockwise" in verdict(app)


def test_a_random_pair_stands_in_the_url_and_is_remembered() -> None:
    app = opened(**SMALL)
    next(button for button in app.button if button.label == "Random pair").click().run()
    assert_calm(app)
    chosen = app.query_params["pair"]
    assert app.selectbox[0].value == chosen
    app.switch_page("pages/data.py").run()
    app.query_params.clear()
    app.query_params.update(SMALL)
    app.switch_page("pages/preprocess.py").run()
    assert app.selectbox[0].value == chosen


def test_settings_outlive_a_visit_to_another_page_until_reset() -> None:
    app = opened(**SMALL)
    app.slider(key="contrast").set_value(50).run()
    app.toggle(key="stop_words").set_value(True).run()
    app.switch_page("pages/data.py").run()
    app.switch_page("pages/preprocess.py").run()
    assert app.slider(key="contrast").value == 50
    assert app.toggle(key="stop_words").value
    app.button(key="reset").click().run()
    assert_calm(app)
    assert app.slider(key="contrast").value == 100
    assert not app.toggle(key="stop_words").value
    assert "Nothing is changed yet" in verdict(app)


def test_settings_are_carried_to_train() -> None:
    app = opened(**SMALL)
    app.slider(key="rotate").set_value(90).run()
    app.toggle(key="lowercase").set_value(False).run()
    assert state.TRAINING_SETTINGS not in app.session_state
    app.button(key="carry").click().run()
    assert_calm(app)
    assert app.session_state[state.TRAINING_SETTINGS] == {"image": {"rotate": 90}, "text": {"lowercase": False}}
    assert "Train page has these settings" in app.toast[0].value
    assert "turning the image by 90° anticlockwise, keeping capitals" in texts(app)
    app.slider(key="rotate").set_value(0).run()
    assert "Training prepares" not in texts(app)


def test_carrying_the_defaults_carries_nothing() -> None:
    app = opened(**SMALL)
    app.button(key="carry").click().run()
    assert app.session_state[state.TRAINING_SETTINGS] == {"image": {}, "text": {}}
    assert "nothing beyond the usual" in texts(app)


def test_ones_own_words_are_shown_as_they_are_and_what_is_dropped_is_said() -> None:
    app = own_pair()
    app.text_input(key="caption").set_value(
        "A <script>alert(1)</script> *café* https://a.example & the <b>Car</b>"
    ).run()
    assert_calm(app)
    html = " ".join(element.proto.body for element in app.get("html"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "https://a.example" in html
    assert "The same address seldom occurs twice" in html
    app.toggle(key="accents").set_value(True).run()
    assert ">cafe</span>" in texts(app)


def test_a_very_long_caption_is_drawn_up_to_its_five_hundredth_character() -> None:
    app = own_pair()
    app.text_input(key=state.CAPTION).set_value("b" * 10_000).run()
    assert_calm(app)
    assert "b" * 499 + "…" in texts(app)
    assert "b" * 500 not in texts(app)


def test_a_caption_that_loses_every_word_leaves_the_picture_to_answer() -> None:
    app = own_pair()
    app.toggle(key="stop_words").set_value(True).run()
    app.text_input(key="caption").set_value("it is what it is").run()
    assert_calm(app)
    assert "No word is left" in texts(app)
    assert "Leaving out very common words" in verdict(app)


def test_nothing_at_all_says_what_to_do() -> None:
    app = own_pair()
    app.segmented_control(key="source").set_value("No image").run()
    assert_calm(app)
    assert "step by step" in " ".join(header.value for header in app.header)
    app.text_input(key="caption").set_value("").run()
    assert_calm(app)
    assert "Choose an image or type a caption" in app.info[0].value
    assert not app.header


def test_ones_own_picture_alone() -> None:
    app = own_pair()
    app.segmented_control(key="source").set_value("Upload").run()
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)).save(file, "PNG")
    app.file_uploader(key="upload").upload("mine.png", file.getvalue(), "image/png").run()
    app.text_input(key="caption").set_value("").run()
    assert_calm(app)
    assert tables(app)[0].loc[0, "Shape"] == "30 × 50 × 3"
    app.segmented_control(key="head").set_value("text").run()
    assert_calm(app)
    assert "lacks what this model reads" in verdict(app)


def test_a_picture_that_cannot_be_read_is_one_sentence() -> None:
    app = own_pair()
    app.segmented_control(key="source").set_value("Upload").run()
    app.file_uploader(key="upload").upload("mine.png", b"no image at all", "image/png").run()
    assert not app.exception
    assert len(app.error) == 1
    assert "mine" in app.error[0].value


def test_a_dataset_that_is_not_there_is_one_sentence_and_ones_own_pair_still_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = opened(dataset="homonyms", n="x")
    assert not app.exception
    assert "should be a number" in app.error[0].value
    app.segmented_control(key="pair_from").set_value("own").run()
    assert_calm(app)
    assert charts(app) == 3  # the classes that matter, all of them, and the single operations


def test_a_model_of_other_data_is_said_to_be_one() -> None:
    assert "trained on stamps" in texts(opened(**SMALL))


def test_a_model_of_like_data_with_other_settings_is_said_to_be_one() -> None:
    bundle()
    app = opened(**SMALL, model=NAME)
    assert_calm(app)
    assert "with other settings" in texts(app)
    assert "with other settings" not in texts(opened(**{**SMALL, "n": "160"}, model=NAME))


@pytest.mark.parametrize("data", ["stamps", "homonyms"])
def test_the_first_pair_is_one_whose_answer_operations_change(data: str, stamps_dir: Path) -> None:
    row_id = opened(**(SMALL if data == "homonyms" else {"dataset": data})).selectbox[0].value
    values = (homonyms(80) if data == "homonyms" else stamps()).frame.loc[row_id]
    bundle = state._read(str(state.model_folder(state.EVERYDAY)), 0)
    model = bundle.model if data == "homonyms" else bundle.model_for(row_id)
    evidence = model.examine({"image": values["image"], "text": values["text"]})
    changed = single_operations(model, "image", decode(values["image"]).pixels)
    changed = {title: {**evidence, "image": found} for title, found in changed.items()} | {
        title: {**evidence, "text": found} for title, found in single_operations(model, "text", values["text"]).items()
    }
    answers = {model.answer(found).label for found in changed.values()}
    assert answers - {model.answer(evidence).label}

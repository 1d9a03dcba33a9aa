"""The Data page without a browser: choices, gallery, numbers, words, quality, and every way it can go wrong."""

import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.stamps import caption_languages, stamps
from mmdemo.storage.sweeping import sweep_cache
from mmdemo.ui import data_choice, frame
from mmdemo.ui.pages.data import dataset_form
from mmdemo.ui.pages.data.gallery import PAGE_SIZE
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

SMALL = {"dataset": "homonyms", "n": "80"}


def opened(**parameters: str) -> AppTest:
    """The page as a visitor finds it who follows a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.query_params.update(parameters)
    return app.switch_page("pages/data.py").run()


def texts(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.info, *app.success])


def assert_calm(app: AppTest) -> None:
    assert not app.exception
    assert not app.error


def captions_shown(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if text.value.startswith(":small[")]


def test_a_cold_visit_shows_the_stamps_where_they_are_installed(stamps_dir: Path) -> None:
    app = opened()
    assert_calm(app)
    assert app.segmented_control(key="source_of_data").value == "stamps"
    assert f"Pairs 1 to 24 of {len(stamps().frame)}" in texts(app)


def test_a_cold_visit_shows_the_first_pairs_of_the_homonyms_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(tmp_path / "none"))
    app = opened()
    assert_calm(app)
    assert [metric.value for metric in app.metric] == ["600", "8", "5.5", "12.5%"]
    assert len(captions_shown(app)) == PAGE_SIZE
    assert "Pairs 1 to 24 of 600" in texts(app)
    assert "Apache" in texts(app)


def test_images_that_were_swept_meanwhile_are_drawn_again() -> None:
    options = {"dataset": "homonyms", "n": "56"}
    assert_calm(opened(**options))
    image = Path(data_choice.read("homonyms", n=56).frame["image"].iloc[0])
    shutil.rmtree(image.parent)
    assert_calm(opened(**options))
    assert image.is_file()


def test_a_visit_keeps_the_images_from_being_swept() -> None:
    assert_calm(opened(dataset="homonyms", n="56"))
    image = Path(data_choice.read("homonyms", n=56).frame["image"].iloc[0])
    for visited in (True, False):
        os.utime(image.parent, (1, 1))
        if visited:
            assert_calm(opened(dataset="homonyms", n="56"))
        sweep_cache()
        assert image.is_file() == visited


def test_the_url_chooses_the_options_and_they_show() -> None:
    app = opened(**SMALL, q_text="1", q_image="0")
    assert_calm(app)
    assert app.metric[0].value == "80"
    assert app.select_slider(key="choice_n").value == 80
    assert app.slider(key="choice_q_text").value == 100
    assert app.slider(key="choice_q_image").value == 0
    limits = homonyms(80, 1.0, 0.0).limits
    assert limits == {"image": 1.0, "text": 0.5, "fused": 1.0}


def test_a_slider_writes_the_url_and_draws_anew() -> None:
    app = opened(**SMALL)
    app.slider(key="choice_q_text").set_value(0).run()
    assert_calm(app)
    assert app.query_params["q_text"] == "0"
    assert "0 captions are ambiguous" in texts(app)
    app.select_slider(key="choice_n").set_value(160).run()
    assert app.query_params["n"] == "160"
    assert app.query_params["q_text"] == "0"
    assert app.metric[0].value == "160"


def test_search_and_label_narrow_the_gallery() -> None:
    app = opened(**SMALL)
    app.selectbox(key="label").set_value("bat (animal)").run()
    assert app.query_params["label"] == "bat (animal)"
    assert "Pairs 1 to 10 of 10" in texts(app)
    app.text_input(key="search").set_value("BAT").run()
    assert_calm(app)
    rows = homonyms(80).frame
    bats = rows[(rows["label"] == "bat (animal)") & rows["text"].str.contains("bat")]
    assert len(captions_shown(app)) == len(bats)
    assert app.query_params["search"] == "BAT"


def test_a_link_with_a_filter_and_a_page_shows_just_that() -> None:
    app = opened(**SMALL, page="2")
    assert "Pairs 25 to 48 of 80" in texts(app)
    app = opened(**SMALL, label="bass (fish)", search="bass")
    assert "of 10" in texts(app)
    assert app.selectbox(key="label").value == "bass (fish)"
    assert app.text_input(key="search").value == "bass"


@pytest.mark.parametrize("number", ["9" * 5_000, "²"])
def test_a_page_or_stop_of_a_link_that_is_no_number_is_the_first(number: str) -> None:
    app = opened(**SMALL, page=number, tour=number)
    assert_calm(app)
    assert "Pairs 1 to 24 of 80" in texts(app) and "Tour, stop" not in texts(app)


def test_narrowing_goes_back_to_the_first_page() -> None:
    app = opened(**SMALL)
    app.get("pagination")[0].set_value(4).run()
    assert "Pairs 73 to 80 of 80" in texts(app)
    assert app.query_params["page"] == "4"
    app.text_input(key="search").set_value("crane").run()
    assert "Pairs 1 to 20 of 20" in texts(app)
    assert "page" not in app.query_params


def test_a_search_without_a_result_says_so_and_offers_everything_again() -> None:
    app = opened(**SMALL, label="bass (fish)")
    app.text_input(key="search").set_value("<b>*zebra").run()
    assert_calm(app)
    assert "No caption here holds these words" in app.info[0].value
    assert not captions_shown(app)
    app.button(key="show_all").click().run()
    assert "Pairs 1 to 24 of 80" in texts(app)
    assert not {"label", "search"} & app.query_params.keys()


def test_the_selection_outlives_a_visit_to_another_page() -> None:
    app = opened(**SMALL)
    app.text_input(key="search").set_value("bat").run()
    app.segmented_control(key="view").set_value("Words").run()
    assert app.query_params["view"] == "Words"
    app.switch_page("pages/classify.py").run()
    back = next(link for link in app.get("page_link") if link.proto.page == "data")
    assert {"search=bat", "view=Words"} <= set(back.proto.query_string.split("&"))
    app.query_params.clear()
    app.query_params.update(SMALL)
    app.switch_page("pages/data.py").run()
    assert app.segmented_control(key="view").value == "Words"
    app.segmented_control(key="view").set_value("Pairs").run()
    assert app.text_input(key="search").value == "bat"
    assert "Pairs 1 to 20 of 20" in texts(app)


def test_back_on_the_same_page_undoes_the_last_step() -> None:
    app = opened(**SMALL)
    app.text_input(key="search").set_value("bat").run()
    del app.query_params["search"]
    app.run()
    assert app.text_input(key="search").value == ""
    assert "Pairs 1 to 24 of 80" in texts(app)


def test_every_pair_links_to_the_pages_that_take_it_along() -> None:
    app = opened(**SMALL, search="bat")
    links = [link.proto.query_string for link in app.get("page_link") if "pair=" in link.proto.query_string]
    there = [title for title in ("Preprocess", "Features", "Classify") if frame.exists(title)]
    assert len(links) == len(there) * len(captions_shown(app))
    assert all("n=80" in link for link in links)


@pytest.mark.parametrize("view", ["Numbers", "Words", "Quality"])
@pytest.mark.parametrize("parameters", [SMALL, {**SMALL, "q_text": "1"}])
def test_every_view_of_the_homonyms(view: str, parameters: dict[str, str]) -> None:
    app = opened(**parameters, view=view)
    assert_calm(app)
    assert app.segmented_control(key="view").value == view
    charts = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert len(charts) == {"Numbers": 2, "Words": 9, "Quality": 1}[view]
    assert any("Pairs by label" in one.proto.body for one in app.get("html")) == (view == "Numbers")


def test_captions_are_shown_as_they_are() -> None:
    app = opened(**SMALL)
    assert all("<" not in text.replace("\\<", "") for text in captions_shown(app))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({**SMALL, "n": "7"}, "multiple of 8"),
        ({**SMALL, "n": "many"}, "should be a number"),
        ({**SMALL, "n": "9" * 5_000}, "9…', but that should be a number"),
        ({**SMALL, "q_text": "9"}, "a share from 0 to 1"),
        ({**SMALL, "q_text": "nan"}, "a share from 0 to 1"),
        ({**SMALL, "q_image": "-1"}, "a share from 0 to 1"),
    ],
)
def test_a_wrong_link_is_one_sentence_and_one_click_away_from_good(parameters: dict[str, str], said: str) -> None:
    app = opened(**parameters)
    assert_calm(app)
    assert said in app.info[0].value.replace("\\", "")
    app.button(key="recover").click().run()
    assert_calm(app)
    assert not app.info
    assert app.metric[0].value == "600"
    assert app.query_params == {"dataset": "homonyms"}


@pytest.mark.parametrize("name", ["cats", "x" * 5_000, "../../etc", "[cats](http://evil.example)"])
def test_a_link_to_data_that_is_none_is_said_once_and_the_page_goes_on(name: str) -> None:
    app = opened(dataset=name)
    assert_calm(app)
    (said,) = [info.value for info in app.info if "no sample dataset named" in info.value]
    assert len(said) < 300 and "](http" not in said
    assert "dataset" not in app.query_params and app.metric


WRONG = [{"page": "99"}, {"page": "0"}, {"page": "x"}, {"page": "²"}, {"label": "cats"}, {"view": "nothing"}]


@pytest.mark.parametrize("parameters", WRONG)
def test_a_wrong_filter_in_a_link_is_passed_over(parameters: dict[str, str]) -> None:
    app = opened(**SMALL, **parameters)
    assert_calm(app)
    assert captions_shown(app)


def test_stamps_with_their_languages(stamps_dir: Path) -> None:
    app = opened(dataset="stamps")
    assert_calm(app)
    english = stamps()
    assert app.metric[0].value == str(len(english.frame))
    # The labels take turns, so that the first page shows all of them.
    badges = " ".join(text.value for text in app.markdown)
    assert all(label in badges for label in english.classes)
    languages = app.selectbox(key="choice_captions")
    assert len(languages.options) == len(caption_languages())
    assert any(option.startswith("Chinese (simplified) · ") for option in languages.options)
    app.selectbox(key="choice_captions").set_value("de").run()
    assert_calm(app)
    assert app.query_params["captions"] == "de"
    assert "Ein" in " ".join(captions_shown(app))


@pytest.mark.parametrize("view", ["Numbers", "Words", "Quality"])
def test_every_view_of_the_stamps(stamps_dir: Path, view: str) -> None:
    app = opened(dataset="stamps", view=view)
    assert_calm(app)


def test_pairs_that_a_finding_is_about_are_shown_on_demand(stamps_dir: Path) -> None:
    app = opened(dataset="stamps", view="Quality")
    assert not captions_shown(app)
    assert app.expander[0].label.startswith("Show th")
    app.session_state["finding_0_pairs"] = True
    app.run()
    assert_calm(app)
    assert captions_shown(app)


def test_an_unknown_language_names_the_known_ones(stamps_dir: Path) -> None:
    app = opened(dataset="stamps", captions="tlh")
    assert_calm(app)
    assert "captions can be one of" in app.info[0].value


def test_another_dataset_forgets_the_filter_and_the_options(stamps_dir: Path) -> None:
    app = opened(**SMALL, label="bass (fish)", search="bass", pair="0003")
    app.segmented_control(key="source_of_data").set_value("stamps").run()
    assert_calm(app)
    assert app.query_params == {"dataset": "stamps"}
    assert "Pairs 1 to 24 of" in texts(app)


def test_without_the_stamps_the_page_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(tmp_path / "none"))
    dataset_form._languages.clear()
    data_choice.read.clear()
    app = opened(dataset="stamps")
    dataset_form._languages.clear()
    assert_calm(app)
    assert "apt-get install tuxpaint-stamps-default" in app.info[0].value.replace("\\", "")
    assert app.button(key="recover").click().run().metric[0].value == "600"

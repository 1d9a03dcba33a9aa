"""On Classify, what a visitor does draws again what depends on it, and leaves the rest of the page alone."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData
from streamlit.testing.v1 import AppTest, local_script_runner

from mmdemo.ui import answer, sidebar, state
from mmdemo.ui.pages.classify import one_pair

pytestmark = pytest.mark.slow  # whole pages


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each part of the page has been drawn."""
    counts = Counter[str]()

    def counted(name: str, draw: Callable[..., Any]) -> Callable[..., Any]:
        def draw_and_count(*arguments: Any) -> Any:
            counts[name] += 1
            return draw(*arguments)

        return draw_and_count

    parts = {"navigation": (sidebar, "draw"), "answer": (answer, "answer"), "nearest": (one_pair, "neighbours")}
    for name, (module, function) in parts.items():
        monkeypatch.setattr(module, function, counted(name, getattr(module, function)))
    return counts


@pytest.fixture
def app(drawn: Counter[str]) -> AppTest:
    """The page, drawn once."""
    app = AppTest.from_file("../app.py", default_timeout=60).run().switch_page("pages/classify.py").run()
    assert drawn["nearest"] == 1
    drawn.clear()
    return app


def run(app: AppTest, monkeypatch: pytest.MonkeyPatch, *, inner: bool = False) -> AppTest:
    """Run the fragment of what is asked and answered, or the explanation in it, as a browser asks for it."""
    (explanation, whole), = {(one, of) for one, of in app._fragment_storage._parent_by_id.items() if of}
    chosen = explanation if inner else whole
    monkeypatch.setattr(local_script_runner, "RerunData", lambda **more: RerunData(**more, fragment_id=chosen))
    return app.run()


def titles(app: AppTest) -> list[str]:
    charts = [str(json.loads(chart.proto.spec).get("title")) for chart in app.get("vega_lite_chart")]
    return charts + [drawn.proto.body for drawn in app.get("html")]


def test_another_caption_is_answered_and_the_frame_stays(
    app: AppTest, drawn: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.segmented_control(key="source").set_value("No image")
    app.text_input(key=state.CAPTION).set_value("a cow and a dog")
    run(app, monkeypatch)
    assert not app.exception and not app.error
    assert app.header[0].value.startswith("animals") and any("animals" in title for title in titles(app))
    assert drawn == {"answer": 1, "nearest": 1}


def test_another_class_is_explained_and_the_answer_stays(
    app: AppTest, drawn: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = app.selectbox[0].options[1]
    app.selectbox[0].set_value(other)
    run(app, monkeypatch, inner=True)
    assert not app.exception and not app.error
    first = app.selectbox[1].options[0]
    assert any(f"Why “{other}” and not “{first}”" in title for title in titles(app))
    assert app.selectbox[1].options[-1] == "nothing else"
    app.selectbox[1].set_value("nothing else")
    run(app, monkeypatch, inner=True)
    assert any(f"What adds up to the score of “{other}”" in title for title in titles(app))
    assert drawn == {}


def test_another_example_changes_the_address_and_so_the_whole_page(
    app: AppTest, drawn: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.button(key="example_Car").click()
    run(app, monkeypatch)
    assert not app.exception and not app.error
    assert app.query_params["pair"] == "Car"
    assert drawn == {"navigation": 1, "answer": 1, "nearest": 1}

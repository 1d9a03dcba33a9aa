"""Leaving a page loses nothing that a visitor typed or chose there."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.ui import local, pair_choice
from tests.models import ROOT

PATIENCE = 60
INPUTS = (
    *("checkbox", "multiselect", "number_input", "pagination", "pills", "radio", "segmented_control"),
    *("select_slider", "selectbox", "slider", "text_area", "text_input", "toggle"),
)
ELSEWHERE = {  # key, or label where it has none → why its value need not be kept by the widget itself
    "state.LABEL": "in the URL",
    "state.SEARCH": "in the URL",
    "state.DATA_SOURCE": "in the URL",
    "state.CHOSEN[PAIRS]": "in the URL",
    "state.CHOSEN[LANGUAGE]": "in the URL",
    "key of _share": "in the URL",
    "_KEY of table_chosen": "in the URL",
    "view": "in the URL",
    "'Pair'": "in the URL",
    "state.PAGE": "in the URL",
    "explained_": "asked anew about each pair: its own answer comes first",
    "rather_than_": "asked anew about each pair: its own answer comes first",
    "_named": "asked anew about each pair: its own answer comes first",
    "key of choose": "asked anew about each pair: its own answer comes first",
    "_": "the file of the columns has it at once",
}


def inputs() -> Iterator[tuple[str, str]]:
    """Yield of each widget that takes input and does not itself keep it: where it is made, and its key."""
    for path in (*(ROOT / "mmdemo" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")):
        tree = ast.parse(path.read_text())
        for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.Module)):
            for call in calls_in(function):
                keywords = {keyword.arg or ast.unparse(keyword.value): keyword.value for keyword in call.keywords}
                if not {"persist_state", "_KEPT"} & keywords.keys():
                    name = getattr(function, "name", "")
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", key_in(call, keywords.get("key"), name)


def calls_in(function: ast.AST) -> Iterator[ast.Call]:
    inner = [child for child in ast.iter_child_nodes(function) if not isinstance(child, ast.FunctionDef)]
    for child in inner:
        if isinstance(child, ast.Call) and ast.unparse(child.func).removeprefix("st.") in INPUTS:
            yield child
        yield from calls_in(child)


def key_in(call: ast.Call, key: ast.expr | None, function: str) -> str:
    match key:
        case None:
            return ast.unparse(call.args[0])
        case ast.Constant():
            return str(key.value)
        case ast.JoinedStr():
            return "".join(str(part.value) for part in key.values if isinstance(part, ast.Constant)) + "…"
        case ast.Name():
            return f"{key.id} of {function}"
    return ast.unparse(key)


def test_every_widget_keeps_its_value_or_something_else_does() -> None:
    found = dict(inputs())
    lost = {where: key for where, key in found.items() if key.removesuffix("…") not in ELSEWHERE}
    assert lost == {}
    assert {key.removesuffix("…") for key in found.values()} == set(ELSEWHERE), "each exception is used"


def test_no_form_holds_back_what_is_typed() -> None:
    texts = [path.read_text() for path in (*(ROOT / "mmdemo" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"))]
    assert len(texts) > 50 and not any("st.form(" in text for text in texts)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "parameters", "kind", "key", "value"),
    [
        ("features", {"section": "All pairs"}, "segmented_control", "flat", "t-SNE"),
        ("features", {"section": "All pairs"}, "segmented_control", "seen_by", "image"),
        ("features", {"section": "Image"}, "segmented_control", "network", "The article's CNN, 224 px"),
        ("features", {}, "text_input", "search_pairs", "a bat"),
        ("preprocess", {"pair_from": "data"}, "text_input", "search_pairs", "a bat"),
        ("data", {"dataset": "own"}, "text_input", "path_of_data", "/home/me/list"),
        ("evaluate", {}, "segmented_control", "added", "image"),
        ("evaluate", {}, "segmented_control", "added", "text"),
        ("classify", {}, "text_input", "caption", "a jaguar on the road"),
    ],
)
def test_what_was_entered_is_there_when_one_comes_back(
    page: str, parameters: dict[str, str], kind: str, key: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_choice, "MOST_LISTED", 10)
    monkeypatch.setattr(local, "is_local", lambda: True)
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.query_params.update({"n": "80", **parameters})
    app.switch_page(f"pages/{page}.py").run()
    getattr(app, kind)(key=key).set_value(value).run()
    assert not app.exception and not app.error
    app.switch_page("pages/models.py").run().switch_page(f"pages/{page}.py").run()
    assert not app.exception and not app.error
    assert getattr(app, kind)(key=key).value == value

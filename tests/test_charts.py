"""Every chart is the very one that Altair would make of the same data, and pages send it as Streamlit would send it."""

import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import altair
import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.elements import vega_charts

from mmdemo import charts
from mmdemo.charts import grammar
from mmdemo.ui import figure
from tests import every_chart
from tests.every_chart import KINDS

MODULES = [import_module(f"mmdemo.charts.{module.name}") for module in pkgutil.iter_modules(charts.__path__)]
INK = {"light": "#0d1424", "dark": "#e7ebf2"}


def drawn(kind: str, seed: int) -> Any:
    return KINDS[kind](np.random.default_rng(seed))


@pytest.fixture
def with_altair(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Charts are made by Altair itself."""
    for module in MODULES:
        if getattr(module, "alt", None) is grammar:
            monkeypatch.setattr(module, "alt", altair)
    with altair.theme.enable("none"):
        yield


def by_altair(kind: str, seed: int, request: pytest.FixtureRequest) -> Any:
    request.getfixturevalue("with_altair")
    return drawn(kind, seed)


def whole(spec: dict[str, Any]) -> Any:
    """Return a specification with its data in the places of their names, and with its views numbered."""
    tables, views = spec.pop("datasets"), dict[str, str]()

    def filled(part: Any) -> Any:
        if isinstance(part, list):
            return [filled(one) for one in part]
        if isinstance(part, str) and part.startswith("view_"):
            return views.setdefault(part, f"view {len(views)}")
        if not isinstance(part, dict):
            return part
        if part.keys() == {"name"} and part["name"] in tables:
            return {"table": tables[part["name"]]}
        return {key: filled(one) for key, one in sorted(part.items(), key=lambda item: item[0])}

    return filled(json.loads(json.dumps(spec, default=str)))


def test_every_chart_is_among_them() -> None:
    makers = {name for module in MODULES for name in vars(module) if name.endswith("_chart")}
    assert {maker for maker in makers if f".{maker}(" in inspect.getsource(every_chart)} == makers


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_is_the_one_that_altair_makes(kind: str, seed: int, request: pytest.FixtureRequest) -> None:
    made, expected = drawn(kind, seed), by_altair(kind, seed, request)
    assert isinstance(expected, altair.Chart | altair.LayerChart)  # whose `to_dict` looks into Vega-Lite's schema
    assert whole(made.to_dict()) == whole(expected.to_dict())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["adds", "confusion", "map", "share"])
def test_pages_send_what_streamlit_would_send(
    kind: str, theme: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=theme)))
    sent = figure.specification(drawn(kind, 1))
    ink, chart = INK[theme], by_altair(kind, 1, request)
    inked = chart.configure_text(color=ink).configure_rule(color=ink).configure_axis(labelColor=ink, titleColor=ink)
    inked = inked.configure_legend(labelColor=ink, titleColor=ink).configure_title(subtitleColor=ink)
    assert whole(sent) == whole(vega_charts._convert_altair_to_vega_lite_spec(inked))


def test_two_visitors_have_their_own_colours_and_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    chart, sent = drawn("adds", 1), {}
    for theme in ("light", "dark", None):
        monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=theme)))
        sent[theme] = figure.specification(chart)
    assert sent["light"] == sent[None] and sent["dark"]["config"]["text"] == {"color": INK["dark"]}
    sent["dark"]["layer"].clear()  # whatever becomes of one visitor's chart
    assert sent["light"]["layer"] and figure.specification(chart)["layer"]


@pytest.mark.parametrize(("kind", "larger"), [("adds", 1.4), ("map", 1.4), ("cells", 1)])
def test_larger_type_gives_rows_more_room_and_leaves_images_as_they_are(
    kind: str, larger: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = drawn(kind, 1)
    usual = figure.specification(chart)["height"]
    monkeypatch.setattr(st, "query_params", {"present": "1"})
    assert figure.specification(chart)["height"] == round(larger * usual)


def test_what_becomes_of_one_chart_changes_no_other() -> None:
    before = json.dumps(drawn("part", 1).to_dict())
    sent = figure.specification(drawn("strip", 1))
    vega_charts._patch_null_legend_titles(sent)  # Streamlit does so to every chart
    assert sent["encoding"]["color"]["legend"]["title"] == " "
    assert json.dumps(drawn("part", 1).to_dict()) == before


def test_a_chart_is_not_changed_by_what_is_made_of_it() -> None:
    bars = grammar.Chart(pd.DataFrame({"a": [1.0, np.nan]})).mark_bar(size=3).encode(x="a:Q", x2="a:Q")
    before = bars.to_dict()
    _ = bars.encode(y="a:N").properties(title="Title").transform_filter("datum.a > 0") + bars.mark_text()
    assert bars.to_dict() == before
    assert before["datasets"] == {"data-0": [{"a": 1.0}, {"a": None}]}
    assert before["encoding"] == {"x": {"field": "a", "type": "quantitative"}, "x2": {"field": "a"}}


def test_the_schema_is_that_of_altair() -> None:
    assert grammar.SCHEMA_VERSION == altair.SCHEMA_VERSION

"""The part of Altair's grammar that the charts use, under Altair's names; import it as `alt`.

Altair copies a chart at every step and checks it against the schema of all that Vega-Lite can draw: 40 ms for a chart,
where this takes less than 1 ms, and 60 MB of memory. The tests make every chart with Altair, too: the two must agree.
"""

from collections.abc import Sequence
from typing import Any

from mmdemo.charts.drawing import SCHEMA_VERSION, Chart, LayerChart, Selection
from mmdemo.charts.shorthand import Spec, typed

__all__ = ["SCHEMA_VERSION", "Chart", "LayerChart", "Spec"]


def _encoding(shorthand: str, **properties: Any) -> Spec:
    return {**typed(shorthand), **properties}


def _properties(**properties: Any) -> Spec:
    return properties


# Encodings of a column by a channel, written like `X("share:Q", title="Share")`; and what they, or a chart, may have.
Color = Opacity = Shape = Size = StrokeDash = Text = Tooltip = X = Y = _encoding
Axis = Legend = Scale = _properties


def Title(text: str, **properties: Any) -> Spec:
    """Return a title with more properties, such as a subtitle."""
    return {"text": text, **properties}


def Y2Datum(datum: float) -> Spec:
    """Return the number at which all marks end."""
    return {"datum": datum}


def FieldOneOfPredicate(field: str, oneOf: Sequence[Any]) -> Spec:
    """Return an expression that holds where a column holds one of some values."""
    return {"field": field, "oneOf": oneOf}


def value(same: Any) -> Spec:
    """Return an encoding that is the same for all marks."""
    return {"value": same}


def expr(expression: str) -> Spec:
    """Return a property that the browser computes."""
    return {"expr": expression}


def selection_point(name: str, *, bind: str | None = None, empty: bool = True, **properties: Any) -> Selection:
    """Return a selection by clicks on marks, or on a legend to which it is bound."""
    param = {"name": name, "select": {"type": "point", **properties}}
    return Selection(param if bind is None else {**param, "bind": bind}, empty)


def condition(test: str | Selection, then: Spec, otherwise: Spec) -> Spec:
    """Return one encoding for the marks for which an expression holds, or that are selected, and another for the rest.

    >>> condition("datum.best", value(1), value(0.5))
    {'condition': {'test': 'datum.best', 'value': 1}, 'value': 0.5}
    """
    if isinstance(test, str):
        return {"condition": {"test": test, **then}, **otherwise}
    when = {"param": test.param["name"]} | ({} if test.empty else {"empty": False})
    return {"condition": {**when, **then}, **otherwise}


def layer(*charts: Chart) -> LayerChart:
    """Return charts on top of each other."""
    return LayerChart(charts)

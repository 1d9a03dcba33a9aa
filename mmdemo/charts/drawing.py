"""Charts as plain Vega-Lite, made with the methods that Altair's have; see `grammar`."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partialmethod
from typing import TYPE_CHECKING, Any, Self

from mmdemo.charts.shorthand import Spec, encoding

if TYPE_CHECKING:  # colours of charts are used where pandas is not loaded
    import pandas as pd

SCHEMA_VERSION = "v6.4.1"


@dataclass(frozen=True)
class Selection:
    """What a visitor chooses by clicks; empty: whether all marks belong to it before anything is chosen."""

    param: Mapping[str, Any]
    empty: bool = True


class _Drawing:
    """What a chart and several on top of each other share; every method returns a new one."""

    def __init__(self, data: "pd.DataFrame | None" = None, **more: Any) -> None:
        self.data, self.more = data, more

    def properties(self, **more: Any) -> Self:
        """Return the chart with more properties, such as a title, or with other `data`."""
        data = more.pop("data", self.data)
        return self._with(data=data, more={**self.more, **more})

    def specification(self, name: "Callable[[pd.DataFrame], str]") -> Spec:
        """Return the specification without its data, for the caller to change as they like.

        name: gives each table the name that stands for it there.
        """
        spec = {**self._spec(name), "$schema": f"https://vega.github.io/schema/vega-lite/{SCHEMA_VERSION}.json"}
        return {key: _copied(told) for key, told in spec.items()}

    def to_dict(self) -> Spec:
        """Return the specification with its data."""
        tables: dict[str, pd.DataFrame] = {}

        def name(data: "pd.DataFrame") -> str:
            known = (name for name, other in tables.items() if other is data)
            found = next(known, f"data-{len(tables)}")
            tables[found] = data
            return found

        spec = self.specification(name)
        filled = {name: data.astype(object).where(data.notna(), None) for name, data in tables.items()}
        return {**spec, "datasets": {name: data.to_dict("records") for name, data in filled.items()}}

    def _spec(self, name: "Callable[[pd.DataFrame], str]") -> Spec:
        return {**self.more} if self.data is None else {**self.more, "data": {"name": name(self.data)}}

    def _with(self, **changed: Any) -> Self:
        new = copy(self)
        vars(new).update(changed)
        return new


class Chart(_Drawing):
    """Marks of one kind, one for each row of a table."""

    def __init__(self, data: "pd.DataFrame | None" = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.mark, self.channels = Spec(), Spec()
        self.filters: tuple[str | Spec, ...] = ()
        self.params: tuple[Mapping[str, Any], ...] = ()

    def encode(self, **channels: str | Spec | list[Spec]) -> Self:
        """Return the chart with more channels: for each a column, written like "label:N", or an encoding."""
        more = {name: encoding(name, one) if isinstance(one, str) else one for name, one in channels.items()}
        return self._with(channels={**self.channels, **more})

    def transform_filter(self, kept: str | Spec) -> Self:
        """Return the chart of those rows only for which an expression holds."""
        return self._with(filters=(*self.filters, kept))

    def add_params(self, *selections: Selection) -> Self:
        """Return the chart with selections."""
        return self._with(params=(*self.params, *(one.param for one in selections)))

    def __add__(self, other: "Chart") -> "LayerChart":
        return LayerChart([self, other])

    def _marked(self, kind: str, **properties: Any) -> Self:
        return self._with(mark={"type": kind, **properties})

    mark_area = partialmethod(_marked, "area")
    mark_bar = partialmethod(_marked, "bar")
    mark_circle = partialmethod(_marked, "circle")
    mark_image = partialmethod(_marked, "image")
    mark_line = partialmethod(_marked, "line")
    mark_point = partialmethod(_marked, "point")
    mark_rect = partialmethod(_marked, "rect")
    mark_rule = partialmethod(_marked, "rule")
    mark_text = partialmethod(_marked, "text")
    mark_tick = partialmethod(_marked, "tick")

    def _spec(self, name: "Callable[[pd.DataFrame], str]") -> Spec:
        spec = {**super()._spec(name), "mark": self.mark, "encoding": self.channels}
        spec |= {"transform": [{"filter": kept} for kept in self.filters]} if self.filters else {}
        return spec | ({"params": list(self.params)} if self.params else {})


class LayerChart(_Drawing):
    """Charts on top of each other."""

    def __init__(self, layer: Sequence[Chart], **more: Any) -> None:
        super().__init__(**more)
        self.layer = list(layer)

    def resolve_scale(self, **scales: str) -> Self:
        """Return the chart with scales that its layers share, or have to themselves ("independent")."""
        return self.properties(resolve={"scale": scales})

    def __add__(self, other: Chart) -> "LayerChart":
        return self._with(layer=[*self.layer, other])

    def _spec(self, name: "Callable[[pd.DataFrame], str]") -> Spec:
        """Return the specification; selections, and data that all layers have in common, are the whole chart's."""
        first = self.layer[0].data
        common = all(chart.data is first for chart in self.layer)
        spec = super(LayerChart, self._with(data=first if common else None))._spec(name)
        spec["layer"], params = [], []
        for place, chart in enumerate(self.layer, 1):
            one = chart._with(data=None if common else chart.data, params=())._spec(name)
            spec["layer"].append({**one, "name": f"view_{place}"} if chart.params else one)
            params += [{**param, "views": [f"view_{place}"]} for param in chart.params]
        return {**spec, "params": params} if params else spec


def _copied(part: Any) -> Any:
    """Return a part of a specification that shares nothing with other charts; tuples become lists."""
    if isinstance(part, Mapping):
        return {key: _copied(one) for key, one in part.items()}
    return [_copied(one) for one in part] if isinstance(part, list | tuple) else part

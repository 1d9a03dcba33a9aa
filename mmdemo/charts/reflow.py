"""Long names in a chart: in several lines, which the chart makes room for, so that none is cut."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from copy import deepcopy
from unicodedata import east_asian_width

from mmdemo.charts.shorthand import Spec

_NAME, _TITLE = 20, 28  # letters of a line: of a row's name, which leaves room for bars on a phone, and an axis's title
_LINE, _ROW = 16, 24  # pixels: of a line, and of a row that every chart has room for
_KEY = 32  # letters of a line in a legend
_SHORT = 12  # letters of names in a legend that can stand beside each other
_WHOLE = {"bottom": {"anchor": "start", "bounds": "full"}}  # a legend begins where the names of rows do


def reflowed(spec: Spec) -> Spec:
    """Return a chart's specification with long names of rows and axes in several lines, and legends below the plot."""
    new = deepcopy({key: part for key, part in spec.items() if key != "datasets"})
    rows: dict[str, list[str]] = {}
    keys: dict[str, int] = {}
    for encoding in _encodings(new):
        for channel in ("x", "y"):
            _wrap_title(encoding.get(channel))
        _anchor_title(encoding)
        rows |= _wrap_names(encoding.get("y"))
        for channel in ("color", "shape", "strokeDash"):
            keys |= _stack(encoding.get(channel))
    if "height" in new:
        new["height"] += sum(map(_more, rows.values())) + _LINE * sum(keys.values())
    legend = {**spec.get("config", {}).get("legend", {}), "layout": _WHOLE}
    return {**spec, **new, "config": {**spec.get("config", {}), "legend": legend}}


def lines_of(name: str, width: int = _NAME) -> list[str]:
    """Return a name in lines of at most `width` letters, or half as many Chinese ones; cut between words if it can be.

    >>> lines_of("a_folder_of_images_of_armchairs"), lines_of("short")
    (['a_folder_of_images_', 'of_armchairs'], ['short'])
    """
    wide = any(east_asian_width(letter) in "WF" for letter in name)
    spaced = name.replace("_", "_ ")
    lines = textwrap.wrap(spaced, width // 2 if wide else width + spaced[:width].count("_ "))
    return [line.replace("_ ", "_") for line in lines] or [name]


def widest(names: Iterable[str]) -> int:
    """Return how many letters wide the longest name is; a Chinese one is as wide as two.

    >>> widest(["cat", "木椅"])
    4
    """
    return max((sum(2 if east_asian_width(letter) in "WF" else 1 for letter in name) for name in names), default=0)


def are_long(names: Iterable[str]) -> bool:
    """Return whether a name takes more than a line, and so has no room beside a bar or in a third of a phone's screen.

    >>> are_long(["cat", "an armchair"]), are_long(["an armchair made of oiled oak"])
    (False, True)
    """
    return widest(names) > _NAME


def _encodings(spec: Spec) -> Iterator[Spec]:
    for part in (spec, *spec.get("layer", [])):
        if "encoding" in part:
            yield part["encoding"]


def _wrap_title(channel: Spec | None) -> None:
    title = (channel or {}).get("title")
    if channel and isinstance(title, str) and len(title) > _TITLE:
        channel["title"] = textwrap.wrap(title, _TITLE)


def _anchor_title(encoding: Spec) -> None:
    """Have the title below named rows end where the plot ends, so that it may be as long as the chart is wide."""
    x, y = encoding.get("x", {}), encoding.get("y", {})
    axis = x.get("axis", {})
    if "title" in x and y.get("type") == "nominal" and isinstance(axis, dict):
        x["axis"] = {**axis, "titleAnchor": "end"}


def _wrap_names(channel: Spec | None) -> dict[str, list[str]]:
    """Have an axis write its names in lines; return column → names, each with its lines joined."""
    if not channel or channel.get("type") != "nominal" or not isinstance(channel.get("sort"), list):
        return {}
    lines = {name: lines_of(name) for name in map(str, channel["sort"])}
    if isinstance(channel.get("axis"), dict) and any(len(found) > 1 for found in lines.values()):
        written = f"({json.dumps(lines)})[datum.label]"
        raised = {"expr": f"{-_LINE / 2} * ({written}.length - 1)"}  # or the first line would stand in the row's middle
        more = {"labelExpr": written, "labelLimit": 0, "labelLineHeight": _LINE, "labelOffset": raised}
        channel["axis"] = {**channel["axis"], **more}
    return {channel["field"]: ["\n".join(found) for found in lines.values()]}


def _stack(channel: Spec | None) -> dict[str, int]:
    """Have a legend stand below the plot, long names below each other; return column → how many lines it gains."""
    if not channel or "field" not in channel or channel.get("legend", {}) is None:
        return {}
    names = [str(name) for name in channel.get("scale", {}).get("domain", [])]
    legend = {"orient": "bottom", **channel.get("legend", {}), "labelLimit": 0}
    channel["legend"] = legend
    if channel.get("type") != "nominal" or max(map(len, names), default=0) <= _SHORT:
        return {}
    across = 1 if legend.get("direction") == "vertical" else legend.get("columns", len(names))
    lines = {name: lines_of(name, _KEY) for name in names}
    legend |= {"columns": 1, "labelExpr": f"({json.dumps(lines)})[datum.label]"}
    return {channel["field"]: sum(map(len, lines.values())) + (-len(names) // across)}


def _more(names: list[str]) -> int:
    """Return the pixels that rows need beyond a chart's height for names in several lines."""
    return len(names) * max(0, _LINE * max(name.count("\n") + 1 for name in names) + 6 - _ROW)

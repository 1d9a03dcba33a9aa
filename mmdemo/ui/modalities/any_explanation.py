"""What a value adds to an answer, unit by unit, for any modality."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from mmdemo.explanation import asked
from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import tint
from mmdemo.explanation.steps import told_apart
from mmdemo.explanation.strongest import others, strongest
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.shortened import shortened
from mmdemo.ui import frame

_MANY = 60  # units that a page shows without a place of their own to scroll in


def part(explained: Explanation, name: str, label: str) -> None:
    """Draw the units of one modality's part, blue where they support the class, or its total where it has none.

    explained: as `against` or `alone` gives it.
    """
    found, noun, k = explained.parts.get(name), MODALITIES[name].noun, explained.classes.index(label)
    if found is None:
        return
    if found.units:
        st.html(coloured(found.units, found.values[k]))
        more = others(found.values[k], MODALITIES[name].units.nouns)
        st.caption(frame.plain(f"{asked.colours(explained, label)} {more}".strip()))
    else:
        total = f"{found.total[k]:+.2f}".replace("-", "−")
        what = f"the score of “{label}”" if explained.other is None else f"the lead over “{explained.other}”"
        st.caption(frame.plain(f"The {noun} as a whole adds {total} to {what}."))


def pills(explained: Explanation, name: str, key: str, unit_name: Callable[[Any], str]) -> list[int]:
    """Draw the units that can be taken out as buttons and return the places of those chosen; of very many, 200."""
    if name not in explained.parts:
        return []
    units = MODALITIES[name].units
    removable = units.removable(explained.evidence[name])
    if not removable:
        return []
    names = [unit_name(unit) for unit in removable]
    return choose(f"Click to take out {units.nouns} of the {MODALITIES[name].noun}", explained, name, names, key)


def choose(label: str, explained: Explanation, name: str, names: Sequence[str], key: str) -> list[int]:
    """Draw a button for each removable unit, or of very many for those that say most; return the places chosen."""
    values = np.zeros(len(names))
    found = np.abs(explained.all_units(name)[1][:, : len(names)]).max(axis=0, initial=0)
    values[: len(found)] = found
    titles = told_apart([shortened(one) for one in names])  # a button is known by its title
    places = [int(place) for place in strongest(values)]
    shown = [frame.plain(title) for title in titles]
    wrap = len(places) <= _MANY  # more would fill the page: one line of them scrolls
    return sorted(st.pills(label, places, selection_mode="multi", format_func=shown.__getitem__, key=key, wrap=wrap))


def coloured(units: Sequence[Any], parts: np.ndarray) -> str:
    """Return HTML of the strongest units, each on blue if it supports the class and on orange if not, by its strength.

    An ellipsis stands for those that are left out.
    """
    most, before, spans = float(np.abs(parts).max()), -1, []
    for place in strongest(parts):
        if place > before + 1:
            spans.append("…")
        style = f"background:{tint(parts[place], most)};padding:2px 6px;border-radius:5px"
        unit = html.escape(shortened(str(units[place])))
        spans.append(f'<span style="{style}" title="{parts[place]:+.3f}">{unit}</span>')
        before = place
    scrolls = ";max-height:21em;overflow-y:auto" if len(spans) > _MANY else ""
    focus = ' tabindex="0"' if scrolls else ""  # so that the keyboard can scroll it, too
    return f'<p style="line-height:2.1;overflow-wrap:anywhere{scrolls}"{focus}>{" ".join(spans)}</p>'

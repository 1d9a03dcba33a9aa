"""What a value adds to an answer, unit by unit, for any modality."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from mmdemo.explanation.explain import Explanation
from mmdemo.explanation.palette import tint
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import frame


def part(explained: Explanation, name: str, label: str) -> None:
    """Draw the units of one modality's part, blue where they support the class, or its total where it has none."""
    found, noun, k = explained.parts.get(name), MODALITIES[name].noun, explained.classes.index(label)
    if found is None:
        return
    if found.units:
        st.html(coloured(list(map(str, found.units)), found.values[k]))
        st.caption(f"The {noun}: blue supports “{frame.plain(label)}”, orange opposes it.")
    else:
        st.caption(f"The {noun} as a whole adds {found.total[k]:+.2f} to the logit of “{frame.plain(label)}”.")


def pills(explained: Explanation, name: str, key: str, unit_name: Callable[[Any], str]) -> list[int]:
    """Draw the units that can be taken out as buttons and return the places of those chosen."""
    if name not in explained.parts:
        return []
    units = MODALITIES[name].units
    removable = units.removable(explained.evidence[name])
    if not removable:
        return []
    return sorted(
        st.pills(
            f"Click to take out {units.nouns} of the {MODALITIES[name].noun}",
            range(len(removable)),
            selection_mode="multi",
            format_func=lambda place: frame.plain(unit_name(removable[place])),
            key=key,
        )
    )


def coloured(units: Sequence[str], parts: np.ndarray) -> str:
    """Return HTML of the units, each on blue if it supports the class and on orange if not, by its strength."""
    strongest = float(np.abs(parts).max())
    spans = []
    for unit, value in zip(units, parts, strict=True):
        style = f"background:{tint(value, strongest)};padding:2px 6px;border-radius:5px"
        spans.append(f'<span style="{style}" title="{value:+.3f}">{html.escape(unit)}</span>')
    return f'<p style="line-height:2.1;overflow-wrap:anywhere">{" ".join(spans)}</p>'

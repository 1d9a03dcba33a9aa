"""Pairs to try, a tile each: all in one row, so that what they are asked for stays in sight."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Tile:
    """One pair to try.

    key: of its button. said: what it is called, in Markdown. chosen: whether it is the one in use.
    choose: what a click does. draw: its small image; None where only what it is called can be shown.
    """

    key: str
    said: str
    chosen: bool
    choose: Callable[[], None]
    draw: Callable[[], Any] | None


def offer(tiles: Sequence[Tile]) -> None:
    """Draw the tiles; a click on one chooses it. See `mmdemo.ui.style` for how a button lies on its image."""
    if all(tile.draw for tile in tiles):
        with st.grid(len(tiles), min_column_width=36, gap="xsmall", wrap=False, key="tiles"):
            for number, tile in enumerate(tiles):
                with st.container(key=f"tile_{number}", gap=None):
                    if tile.draw:
                        tile.draw()
                    _button(tile)
    else:
        with st.container(horizontal=True, gap="xsmall", key="tiles"):
            for tile in tiles:
                _button(tile)


def _button(tile: Tile) -> None:
    st.button(
        tile.said,
        key=tile.key,
        on_click=tile.choose,
        type="primary" if tile.chosen else "secondary",
        width="stretch" if tile.draw else "content",
    )

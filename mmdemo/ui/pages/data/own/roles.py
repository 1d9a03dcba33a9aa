"""The choice of a column for every role: each modality, the label, and what belongs together."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.column_mapping import ColumnMapping, Rare
from mmdemo.datasets.column_names import column_names
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import frame
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.data.own import changing
from mmdemo.ui.pages.data.own.first_look import FirstLook

_NONE = ""
_RARE = {"leave out": "Leave them out", "other": "Put them together as “other”"}
_TOGETHER = (
    "Rows with the same value, such as several images of one product, are never divided between training and testing."
)


def draw(record: OwnRecord, look: FirstLook, before: ColumnMapping) -> ColumnMapping:
    """Draw a choice for every role with the reason of the guess below it, and return what is chosen."""
    columns: dict[str, tuple[str, ...]] = {}
    with st.grid(min_column_width=180, gap="medium"):
        for view in views_of(MODALITIES):
            with st.container(gap="xsmall"):
                chosen = before.columns.get(view.name, ())
                key = changing.key_of(view.name, record.id)
                if view.written:
                    columns[view.name] = tuple(_several(view.modality.title, look, chosen, key))
                else:
                    one = _one(view.modality.title, look, chosen[0] if chosen else _NONE, key)
                    columns[view.name] = (one,) if one else ()
                _reason(look, view.name, columns[view.name])
        with st.container(gap="xsmall"):
            label = _one("Label", look, before.label, changing.key_of(LABEL, record.id))
            _reason(look, LABEL, (label,) if label else ())
        with st.container(gap="xsmall"):
            key = changing.key_of(GROUP, record.id)
            group = _one("Belongs together (optional)", look, before.group, key, _TOGETHER)
            _reason(look, GROUP, (group,) if group else ())
    rare = st.radio(
        "Classes with too few pairs to train on",
        get_args(Rare),
        get_args(Rare).index(before.rare),
        format_func=_RARE.__getitem__,
        key=changing.key_of("rare", record.id),
        persist_state="session",
        horizontal=True,
    )
    return replace(before, columns=columns, label=label, group=group, rare=rare or before.rare)


def _one(title: str, look: FirstLook, now: str, key: str, told: str | None = None) -> str:
    options = [_NONE, *column_names(look.header)]
    place = options.index(now) if now in options else 0
    chosen = st.selectbox(
        title, options, place, format_func=lambda name: name or "None", key=key, persist_state="session", help=told
    )
    return chosen or _NONE


def _several(title: str, look: FirstLook, now: tuple[str, ...], key: str) -> list[str]:
    return st.multiselect(
        title,
        list(column_names(look.header)),
        [name for name in now if name in column_names(look.header)],
        key=key,
        persist_state="session",
        placeholder="None",
        help="Several columns are joined, in this order.",
    )


def _reason(look: FirstLook, role: str, chosen: tuple[str, ...]) -> None:
    guessed = look.guess.columns.get(role, ()) or tuple(filter(None, [getattr(look.guess, role, "")]))
    if chosen and chosen[: len(guessed)] == guessed:
        said = look.reasons.get(role, "")
        more = [name for name in look.joinable if name not in chosen] if role in look.guess.columns else []
        if more and role in _joined():
            said += f" {', '.join(more)} could be joined to it."
        st.caption(frame.plain(said))
    else:
        st.caption("Your choice." if chosen else "No column looks like it." if not guessed else "Left out by you.")


def _joined() -> set[str]:
    return {view.name for view in views_of(MODALITIES) if view.written}

"""Which column is what: guessed, and confirmed or changed by whoever brought the data."""

from dataclasses import replace
from typing import get_args

import pandas as pd
import streamlit as st

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.column_mapping import ColumnMapping, Rare
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.mapping_file import read_mapping, write_mapping
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import frame, own_copy, own_data, reading
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.data.own import actions, changing
from mmdemo.ui.pages.data.own.first_look import FirstLook

_FIRST = 8  # rows that are shown
_LONGEST = 200  # characters of a cell
_NONE = ""
_RARE = {"leave out": "Leave them out", "other": "Put them together as “other”"}


def draw(record: OwnRecord, look: FirstLook) -> None:
    """Draw the first rows, a guess for every column with its reason, and the button that goes on."""
    st.subheader(f"{frame.plain(record.name)}: which column is what?", anchor=False)
    for note in look.notes:
        st.caption(frame.plain(note))
    before = _before(record) or look.guess
    _place(record, look, before)
    chosen = _roles(record, look, before)
    with st.container(horizontal=True):
        st.button(
            "Use this data",
            type="primary",
            icon=":material/check:",
            key="use_data",
            disabled=bool(_lacks(chosen)),
            on_click=_use,
            args=(record, chosen),
        )
        if own_copy.is_prepared(record.id):
            st.button("Leave it as it is", key="keep_columns", on_click=changing.begin, args=("",))
        actions.delete(record, "Remove it and bring other data")
    if said := _lacks(chosen) or _unlabelled(chosen):
        st.info(said, icon=":material/info:")
    _rows(look)


def _before(record: OwnRecord) -> ColumnMapping | None:
    found = read_mapping(own_data.folders().mapping(record.id))
    return found[1] if found is not None and any(found[1].columns.values()) else None


def _place(record: OwnRecord, look: FirstLook, before: ColumnMapping) -> None:
    """Draw the choice of a table and a sheet, where there are several; another one is looked at anew."""
    table = _of_several("Table", look.tables, before.table, record)
    sheet = _of_several("Sheet", look.sheets, before.sheet, record)
    if table != before.table:
        _look_elsewhere(record, ColumnMapping(table))
    if sheet != before.sheet:
        _look_elsewhere(record, ColumnMapping(table, sheet))


def _of_several(title: str, names: tuple[str, ...], now: str, record: OwnRecord) -> str:
    """Draw the choice of one of several, and return it; `now` where there is nothing to choose."""
    if len(names) < 2:
        return now
    place = names.index(now) if now in names else 0
    chosen = st.selectbox(title, names, place, key=f"{title.lower()}_{record.id}", width=420)
    return now if chosen == names[0] and not now else chosen


def _look_elsewhere(record: OwnRecord, mapping: ColumnMapping) -> None:
    folders = own_data.folders()
    write_mapping(folders.mapping(record.id), mapping, folders.source(record.id))
    reading.start(reading.LOOK, record, folders.mapping(record.id), again=True)
    st.rerun()


def _rows(look: FirstLook) -> None:
    shown = list(look.rows.items())[:_FIRST]
    table = pd.DataFrame([[cell[:_LONGEST] for cell in cells] for _, cells in shown], columns=column_names(look.header))
    images = [look.thumbnails.get(row) for row, _ in shown]
    if any(images):
        table.insert(0, " ", pd.Series(images, dtype=object))
    st.dataframe(
        table,
        hide_index=True,
        row_height=56 if any(images) else None,
        placeholder="–",
        column_config={" ": st.column_config.ImageColumn(pinned=True, width="small")},
        alt="The first rows of the table, with the images that were found for them.",
        key="first_rows",
    )


def _roles(record: OwnRecord, look: FirstLook, before: ColumnMapping) -> ColumnMapping:
    columns: dict[str, tuple[str, ...]] = {}
    with st.grid(min_column_width=210, gap="medium"):
        for view in views_of(MODALITIES):
            with st.container(gap="xsmall"):
                chosen = before.columns.get(view.name, ())
                key = f"column_{view.name}_{record.id}"
                if view.written:
                    columns[view.name] = tuple(_several(view.modality.title, look, chosen, key))
                else:
                    one = _one(view.modality.title, look, chosen[0] if chosen else _NONE, key)
                    columns[view.name] = (one,) if one else ()
                _reason(look, view.name, columns[view.name])
        with st.container(gap="xsmall"):
            label = _one("Label", look, before.label, f"column_label_{record.id}")
            _reason(look, LABEL, (label,) if label else ())
        with st.container(gap="xsmall"):
            group = _one("Belongs together (optional)", look, before.group, f"column_group_{record.id}", _TOGETHER)
            _reason(look, GROUP, (group,) if group else ())
    rare = st.radio(
        "Classes with too few pairs to train on",
        get_args(Rare),
        get_args(Rare).index(before.rare),
        format_func=_RARE.__getitem__,
        key=f"rare_{record.id}",
        horizontal=True,
    )
    return replace(before, columns=columns, label=label, group=group, rare=rare or before.rare)


_TOGETHER = (
    "Rows with the same value, such as several images of one product, are never divided between training and testing."
)


def _one(title: str, look: FirstLook, now: str, key: str, told: str | None = None) -> str:
    options = [_NONE, *column_names(look.header)]
    place = options.index(now) if now in options else 0
    chosen = st.selectbox(title, options, place, format_func=lambda name: name or "None", key=key, help=told)
    return chosen or _NONE


def _several(title: str, look: FirstLook, now: tuple[str, ...], key: str) -> list[str]:
    return st.multiselect(
        title,
        list(column_names(look.header)),
        [name for name in now if name in column_names(look.header)],
        key=key,
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


def _lacks(chosen: ColumnMapping) -> str:
    """Return what has to be chosen still, "" for nothing."""
    if not any(chosen.columns.values()):
        nouns = " or ".join(view.modality.nouns for view in views_of(MODALITIES))
        return f"Choose the column of the {nouns}."
    return ""


def _unlabelled(chosen: ColumnMapping) -> str:
    if chosen.label:
        return ""
    return "Without labels nothing can be trained on this data, but a model that you have can answer its rows."


def _use(record: OwnRecord, chosen: ColumnMapping) -> None:
    with frame.guarded():
        folders = own_data.folders()
        write_mapping(folders.mapping(record.id), chosen, folders.source(record.id))
        reading.start(reading.PREPARE, record, folders.mapping(record.id), again=True)
        changing.begin("")


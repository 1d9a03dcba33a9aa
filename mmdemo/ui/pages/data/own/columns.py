"""Which column is what: guessed, and confirmed or changed by whoever brought the data."""

import pandas as pd
import streamlit as st

from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.mapping_file import read_mapping, write_mapping
from mmdemo.modalities.registry import MODALITIES
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import frame, own_copy, own_data, reading
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.data.own import actions, changing, roles
from mmdemo.ui.pages.data.own.first_look import FirstLook

_FIRST = 8  # rows that are shown
_LONGEST = 200  # characters of a cell


def draw(record: OwnRecord, look: FirstLook) -> None:
    """Draw the first rows, a guess for every column with its reason, and the button that goes on."""
    st.header(f"{frame.plain(record.name)}: which column is what?", anchor=False)
    for note in look.notes:
        st.caption(frame.plain(note))
    before = _before(record) or look.guess
    _place(record, look, before)
    chosen = roles.draw(record, look, before)
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
    own_copy.usable(record.id)
    changing.forget(record.id)  # of the other table
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
        height="content",
        row_height=56 if any(images) else None,
        placeholder="–",
        column_config={" ": st.column_config.ImageColumn(pinned=True, width="small")},
        alt="The first rows of the table, with the images that were found for them.",
        key="first_rows",
    )


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
        own_copy.usable(record.id)  # it may have been removed in another tab
        folders = own_data.folders()
        write_mapping(folders.mapping(record.id), chosen, folders.source(record.id))
        reading.start(reading.PREPARE, record, folders.mapping(record.id), again=True)
        changing.begin("")


"""The ways in for own data: the drop zone, a path on one's own computer, and a sheet to fill in."""

import os

import streamlit as st

from mmdemo.errors import DatasetError
from mmdemo.storage import limits
from mmdemo.ui import frame, local, own_data, taken_pack, visitor
from mmdemo.ui.door.presence import door_present
from mmdemo.ui.pack import component
from mmdemo.ui.pages.data import source_choice
from mmdemo.ui.pages.data.own import sample_sheet

_WAYS = (
    "Bring a table with one row for each pair, and the images that it names: as files, as a folder or as one zip. "
    "A folder of images for each class will do, too. Nothing has to be renamed or converted."
)
_ZIP = (
    f"Bring one zip of at most {limits.UPLOAD_MEGABYTES} MB: a table with one row for each pair, and the images that "
    "it names, or a folder of images for each class. If yours is larger, make the images smaller first, "
    f"{component.SIDE} pixels are enough, or run the app on your own computer, which opens a folder where it lies: its "
    "README says how."
)
_PATH, _ZIPS = "path_of_data", "zip_taken"


def draw() -> None:
    """Draw the ways in; once data is there, the page goes on with it."""
    door = door_present()
    st.markdown(_WAYS if door else _ZIP)
    with frame.guarded():
        arrived = component.drop_zone("drop_zone") if door else _uploader()
        if arrived:
            source_choice.choose(arrived)
            st.rerun()
    st.caption(_privacy())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if local.is_local():
            _path()
        sample_sheet.download()


def _privacy() -> str:
    hours = limits.retention_hours()
    gone = f"after {hours:g} hours without use, or when" if hours else "when"
    return f"Only this browser sees it. It is deleted {gone} you press “Delete my data”."


def _path() -> None:
    written = st.text_input(
        "Folder or file on this computer",
        key=_PATH,
        persist_state="session",
        placeholder="/home/me/listings",
        help="Nothing is sent: this server runs on your own computer and reads the data where it lies.",
        width=420,
    )
    if st.button("Open it", icon=":material/folder_open:", key="open_path", disabled=not written):
        with frame.guarded():
            source_choice.choose(_named(str(written)))
            st.rerun()


def _named(written: str) -> str:
    """Return the id of the data at a path on this computer; raises a DatasetError where there is none."""
    if not local.is_local():
        raise DatasetError("Only the owner of this computer may name a folder on it.")
    path = os.path.abspath(os.path.expanduser(written.strip().strip("\"'")))
    if not os.path.exists(path):
        raise DatasetError(f"There is no file or folder {written!r} on this computer.")
    return own_data.folders().create(visitor.name(), os.path.basename(path) or path, path=path)


def _uploader() -> str | None:
    """Draw Streamlit's own uploader, for hosts that have no other way in; return the id of what has arrived."""
    count = st.session_state.setdefault(_ZIPS, 0)
    st.file_uploader(
        "A zip with the table and the images",
        type=["zip"],
        key=f"pack_{count}",
        on_change=_take,
        args=(f"pack_{count}",),
    )
    return st.session_state.pop("pack_arrived", None)


def _take(key: str) -> None:
    uploaded = st.session_state.get(key)
    if uploaded is None:
        return
    with frame.guarded():
        data_id = own_data.folders().create(visitor.name(), uploaded.name)
        taken_pack.take(uploaded, data_id)
        st.session_state["pack_arrived"] = data_id
    st.session_state[_ZIPS] += 1

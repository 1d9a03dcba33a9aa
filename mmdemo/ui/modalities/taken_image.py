"""Take a visitor's image from its widget at once, so that the server keeps nothing of it but its shrunk pixels."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mmdemo.errors import ImageError, MMDemoError
from mmdemo.storage.spilled import Spilled
from mmdemo.ui.modalities import chosen_image
from mmdemo.ui.modalities.chosen_image import ChosenImage
from mmdemo.ui.sandboxed import connected

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

# A camera that does not know its place yet would fill the page; its button would be too dark on the dark theme. An
# uploader lists all endings, of which only the first few can be read; its label and its help say what is needed.
_STYLE = """<style>
[class*=st-key-{0}][data-stale=false] ~ [class*=st-key-{0}][data-stale=true] {{display: none}}
[class*=st-key-{0}] [data-testid=stFileUploaderDropzoneInstructions] {{display: none}}
[data-testid=stCameraInput] video[width="-1"] {{width: 100%; height: auto; aspect-ratio: 16 / 9}}
[data-testid=stCameraInputButton] {{color: inherit !important}}
</style>"""


@dataclass(frozen=True)
class _Arrived:
    """A file that was taken from its widget and is not read yet; it may wait long, so not in memory."""

    content: Spilled
    name: str


def widget_key(place: str) -> str:
    """Return the key of the widget that asks for the next image of a place: another one once an image was taken.

    A widget that keeps its key keeps its file in the session, too.
    """
    taken = st.session_state.get(_count(place), 0)
    return f"{place}_{taken}" if taken else place


def steady(place: str) -> None:
    """Keep the page still: a widget that has let go of its file stays until the run's end, hidden, below the next."""
    st.html(_STYLE.format(place))


def take(place: str, name: str | None = None) -> None:
    """Take the file that the widget has just received; its `on_change`. name: in place of the file's own."""
    file = st.session_state.get(widget_key(place))
    if file is None:
        return
    st.session_state[_kept(place)] = _arrived(file, name or file.name)
    st.session_state[_count(place)] = st.session_state.get(_count(place), 0) + 1
    if context := get_script_run_ctx():
        files = cast("MemoryUploadedFileManager", context.uploaded_file_mgr)  # the only kind that Streamlit has
        files.remove_file(context.session_id, file.file_id)


def taken(place: str) -> ChosenImage | None:
    """Return the image last taken, read once; raises the same ImageError each time for one that cannot be read."""
    found = st.session_state.get(_kept(place))
    if isinstance(found, _Arrived):
        with st.spinner("Reading the image…"):
            found = st.session_state[_kept(place)] = _read(found)
    if isinstance(found, str):
        raise ImageError(found)
    return found


def forget(place: str) -> None:
    """Let go of the image; a button's `on_click`."""
    st.session_state.pop(_kept(place), None)


def _arrived(file: UploadedFile, name: str) -> _Arrived | str:
    try:
        return _Arrived(Spilled(file.getvalue()), name)
    except MMDemoError as error:
        return str(error)


def _read(arrived: _Arrived) -> ChosenImage | str:
    try:
        return chosen_image.of_upload(arrived.content.read(), arrived.name, connected())
    except MMDemoError as error:
        return str(error)


def _kept(place: str) -> str:
    return f"{place}_image"


def _count(place: str) -> str:
    return f"{place}_count"

"""The way in where the server's door is missing: Streamlit's uploader, whose file goes to the disk at once."""

from io import BytesIO
from typing import TYPE_CHECKING, cast

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mmdemo.storage import own_arrival
from mmdemo.ui import own_data, visitor

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

_CHUNK = 2**20


def take(uploaded: UploadedFile, data_id: str) -> None:
    """Copy what an uploader holds into a data set, close that, and let go of the memory; for `on_change`.

    Give the uploader a new key then: Streamlit keeps a file as long as its widget is drawn. A session would copy the
    file if it read it after `on_change`.
    Raises a DatasetError where there is no room, or the data set is not this visitor's.
    """
    receive(uploaded, data_id)
    own_arrival.close(own_data.folders(), data_id, visitor.name())


def receive(uploaded: UploadedFile, data_id: str) -> None:
    """Do the same, but leave the data set open for more; raises as `take` does."""
    try:
        _copy(uploaded, data_id)
    finally:
        context = get_script_run_ctx()
        if context is not None and runtime.exists():
            files = cast("MemoryUploadedFileManager", runtime.get_instance().uploaded_file_mgr)
            files.remove_file(context.session_id, uploaded.file_id)


def _copy(source: BytesIO, data_id: str) -> None:
    offset = 0
    source.seek(0)
    while piece := source.read(_CHUNK):
        offset = own_arrival.receive(own_data.folders(), data_id, visitor.name(), offset, piece)

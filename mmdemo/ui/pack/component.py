"""The drop zone as a component of Streamlit: in the browser, images are made smaller and all is sent in pieces."""

from pathlib import Path

import streamlit as st

from mmdemo.storage import limits
from mmdemo.ui import own_data

SIDE = 640  # pixels, the longer side of an image as it is sent
TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".parquet")
CAPTIONS = (".txt", ".caption")
IMAGES = (
    ".jpg", ".jpeg", ".jfif", ".jpe", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".heic", ".heif", ".avif",
    ".tif", ".tiff",
)  # fmt: skip

_HERE = Path(__file__).parent
_SCRIPTS = ("gather.js", "shrink.js", "pieces.js", "zip.js", "pack.js")  # one module, in this order


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


_component = st.components.v2.component(
    "fusion_lab_pack", html=_read("pack.html"), css=_read("pack.css"), js="\n".join(map(_read, _SCRIPTS))
)


def drop_zone(key: str) -> str | None:
    """Draw the drop zone; return the id of this visitor's data once all of it has arrived, in the one run after."""
    most = limits.pack_bytes()
    result = _component(
        key=key,
        data={
            "limits": f"Excel, CSV and other tables; JPEG, PNG, HEIC and other images. At most {most / 1e6:,.0f} MB "
            f"are sent: your browser first makes images smaller, to {SIDE} pixels.",
            "side": SIDE,
            "mostBytes": most,
            "imageEndings": IMAGES,
            "otherEndings": (*TABLES, *CAPTIONS, ".zip"),
        },
        on_done_change=lambda: None,
    )
    done = result.get("done") or {}
    data_id = str(done.get("id", ""))
    return data_id if data_id and own_data.may_use(data_id) else None

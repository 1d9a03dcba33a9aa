"""Tables that are not delimited text: JSON, and workbooks and Parquet in a child that lives on."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from mmdemo.datasets.tables import parquet_file, workbook
from mmdemo.datasets.tables.json_rows import read_json_table
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.errors import DatasetError
from mmdemo.sandbox.budget import AbandonedError, Budget, BudgetError, BusyError
from mmdemo.sandbox.sandbox import Sandbox
from tests import workbooks
from tests.fuzz.target import Reader, Target
from tests.tables import parquet_of, xlsx

_BUDGET = Budget(cpu=3, seconds=20, megabytes=150)
_END = b"\n--\n"  # between the sheet and the strings of the target `workbook-mended`
_ROWS = [["image", "text", "label"], ["a.png", "a cat", "cat"], ["b.png", "a dog", "dog"]]
_JSON_TOKENS = (b'{"', b'":', b"[", b"]", b"{", b"}", b"\\u", b"\\", b'"', b"null", b"1e9", b"\n", b"\xff\xfe", b"NaN")
_XML_TOKENS = (b"<row", b"<c ", b' r="', b' t="s"', b"<v>", b"</v>", b"<f>", b"<mergeCell ", b' ref="A1:B9"', b"<si>",
               b"<t>", b"XFD1048576", b"999999999999", b"&amp;", b"<!DOCTYPE", _END)  # fmt: skip
_PARQUET_TOKENS = (b"PAR1", b"\xff\xff\xff\xff\x7f", b"\0\0\0\0", b"huggingface", b"image", b"bytes", b"\x15\x02\x19")


def _patient(function: Callable[..., Reader]) -> Callable[[Path], Reader]:
    """Return a maker of readers whose children live on, because each takes a while to start."""

    def make(folder: Path) -> Reader:
        sandboxes: dict[str, Sandbox] = {}

        @contextmanager
        def child(name: str, task: str, *_: object) -> Iterator[Any]:
            sandbox = sandboxes.get(task) or sandboxes.setdefault(task, Sandbox({"read": task}))

            def ask(header: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
                try:
                    return sandbox.call("read", {"name": name, **header}, payload, _BUDGET)
                except (AbandonedError, BusyError) as error:  # nobody else is in line
                    raise AssertionError(str(error)) from error
                except BudgetError as error:
                    raise DatasetError(f"{name} costs too much.") from error

            yield ask

        workbook.child = parquet_file.child = child
        return function(folder)

    return make


def _file(name: str, made: Callable[[bytes], bytes] = bytes) -> Callable[[Path], Reader]:
    def make(folder: Path) -> Reader:
        def read(data: bytes) -> None:
            (folder / name).write_bytes(made(data))
            sheet = read_sheet(LoneFile(folder / name), name)
            assert len(sheet.header) == len(sheet.cells.columns)
            if sheet.files is not None:
                sheet.files.place(sheet.files.names[:9])

        return read

    return _patient(make)


def _mended(data: bytes) -> bytes:
    sheet, _, strings = data.partition(_END)
    return workbooks.sheet_of(sheet, strings=[strings])


def _mended_seeds() -> list[bytes]:
    plain = b"".join(workbooks.row(n, "A a.png", "B a red cat", "C cat") for n in range(1, 5))
    shared = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>45413</v></c><c r="C1" t="e"><v>#N/A</v></c></row>'
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells><sheetData>'
    return [plain + _END + b"<sst/>", shared + merged + _END + b"<sst><si><t>text</t></si></sst>"]


def _parquet_seeds() -> list[bytes]:
    images = [{"bytes": b"\x89PNG", "path": "a.png"}, None]
    about = {"huggingface": json.dumps({"info": {"features": {"label": {"names": ["cat", "dog"]}}}})}
    table = pa.table({"image": images, "text": ["a cat", "a dog"], "label": [0, 1]}).replace_schema_metadata(about)
    plain = pa.table({"tags": [["a"], []], "n": [1.5, None], "text": [b"a", b"\xff"]})
    return [parquet_of(table), parquet_of(table, compression="none"), parquet_of(plain, use_dictionary=False)]


def _json_seeds() -> list[bytes]:
    objects = [{"text": "a cat", "n": 1.5, "tags": ["a", None]}, {"label": "Größe", "ok": True}]
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in objects)
    encoded = [lines.encode(encoding) for encoding in ("utf-8", "utf-16", "cp1252")]
    return [*encoded, json.dumps(objects).encode(), b'[{"a": 1}, 5']


def _json(folder: Path) -> Reader:
    return lambda data: read_json_table("it.json", data)


def _workbook_seeds() -> list[bytes]:
    ods = workbooks.ods(workbooks.ods_row("text", "label") + workbooks.ods_row("a cat", "cat"))
    return [xlsx(_ROWS), workbooks.XLS, ods]


JSON = Target(_json, _json_seeds, _JSON_TOKENS, cpu=2, megabytes=60)
WORKBOOK = Target(_file("it.xlsx"), _workbook_seeds, _XML_TOKENS, megabytes=60)
WORKBOOK_MENDED = Target(_file("it.xlsx", _mended), _mended_seeds, _XML_TOKENS, megabytes=60)
PARQUET = Target(_file("it.parquet"), _parquet_seeds, _PARQUET_TOKENS, megabytes=60)

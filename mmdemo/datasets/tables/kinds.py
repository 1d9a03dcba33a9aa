"""Tell what a file is by its first bytes, whatever it is called."""

from typing import Literal

from mmdemo.errors import DatasetError

Kind = Literal["text", "json", "workbook", "parquet"]

PARQUET = b"PAR1"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")  # what Office calls a workbook inside a protected one
_ZIP = b"PK\3\4"
_IN_WORKBOOKS = (b"xl/", b"opendocument.spreadsheet", b"content.xml")  # names, or a file that is not compressed
_OTHERS = {
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image or a sound",
    b"%PDF": "a PDF",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x1f\x8b": "compressed by gzip",
    b"PARE": "an encrypted Parquet file",
    b"SQLite format 3": "a database",
}
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml")
_HEAD = 4096


def kind_of(name: str, data: bytes) -> Kind:
    """Return what kind of table a file is; data: all of it.

    Raises DatasetError, one sentence, where it is something else.

    >>> kind_of("it.xls", b"text,label"), kind_of("it.txt", b'{"text": "a cat"}'), kind_of("it.csv", b"PAR1")
    ('text', 'json', 'parquet')
    """
    if data.startswith(PARQUET):
        return "parquet"
    if data.startswith((_OLE, _ZIP)):
        return _workbook(name, data)
    for mark, what in _OTHERS.items():
        if data.startswith(mark):
            raise DatasetError(f"{name} is {what} and no table; give one saved as XLSX or CSV.")
    return _of_text(name, data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _workbook(name: str, data: bytes) -> Kind:
    if _PROTECTED in data:
        raise DatasetError(f"{name} is protected by a password; save it without one.")
    if data.startswith(_ZIP) and not any(mark in data for mark in _IN_WORKBOOKS):
        apple = " of Apple Numbers; export it as XLSX or CSV" if b"Index/" in data else "; give it the ending .zip"
        raise DatasetError(f"{name} is a zip and no table{apple}.")
    return "workbook"


def _of_text(name: str, head: bytes) -> Kind:
    if head.startswith(_MARKUP):
        raise DatasetError(f"{name} is a web page or XML; open it in a spreadsheet program and save it as XLSX.")
    is_array = head.startswith(b"[") and head[1:].lstrip().startswith(b"{")
    is_json = name.lower().endswith((".json", ".jsonl", ".ndjson"))
    return "json" if is_json or is_array or head.startswith(b'{"') else "text"

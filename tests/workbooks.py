"""Workbooks as programs write them, and such as cost more than they seem to."""

import datetime
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping

import xlsxwriter

_NAMESPACE = "http://schemas.openxmlformats.org"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FILES = {
    "[Content_Types].xml": f'<Types xmlns="{_NAMESPACE}/package/2006/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_NAMESPACE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_NAMESPACE}/spreadsheetml/2006/main" '
    f'xmlns:r="{_NAMESPACE}/officeDocument/2006/relationships"><sheets>'
    '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_NAMESPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_NAMESPACE}/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="A">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)
_HEAD, _TAIL = b"<worksheet><sheetData>", b"</sheetData></worksheet>"


def messy() -> bytes:
    """A title, dates, numbers, errors, merged cells, a hidden sheet and an empty one before the table."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Empty")
        book.add_worksheet("Secret").hide()
        sheet = book.add_worksheet("Listings")
        sheet.merge_range(0, 1, 0, 4, "Products 2024")
        sheet.write_row(2, 1, ["Photo", "SKU", "Price", "Sold", "Category"])
        sheet.write_row(3, 1, ["a.png", 17, 0.1 + 0.2, True])
        sheet.write_row(5, 1, [" b.png ", 1e15, 2.5])
        sheet.write_formula(5, 4, "=NA()", None, "#N/A")
        sheet.write_row(6, 1, ["c.png", "007", -0.0])
        sheet.write_datetime(6, 4, datetime.datetime(2024, 5, 1), book.add_format({"num_format": "dd.mm.yy"}))
        sheet.merge_range(3, 5, 6, 5, "Chairs")
        sheet.write_blank(1_048_575, 100, None, book.add_format({"bold": True}))
    return file.getvalue()


def ods(rows: str) -> bytes:
    """An ODS file with these rows as XML."""
    return _zipped({"mimetype": [b"application/vnd.oasis.opendocument.spreadsheet"],
                    "content.xml": [_ODS.format(rows).encode()],
                    "META-INF/manifest.xml": [b"<manifest/>"]}, zipfile.ZIP_STORED)  # fmt: skip


def ods_row(*texts: str, columns: int = 1, rows: int = 1) -> str:
    """One row as XML; each cell and the row stand for as many."""
    repeated = f'table:number-columns-repeated="{columns}"'
    cells = (f'<table:table-cell office:value-type="string" {repeated}><text:p>{text}</text:p></table:table-cell>'
             if text else f"<table:table-cell {repeated}/>" for text in texts)  # fmt: skip
    return f'<table:table-row table:number-rows-repeated="{rows}">{"".join(cells)}</table:table-row>'


def sheet_of(*parts: bytes, strings: Iterable[bytes] = (b"<sst/>",)) -> bytes:
    """An XLSX whose sheet, and whose shared strings, have this XML."""
    files: dict[str, Iterable[bytes]] = {name: [content.encode()] for name, content in _FILES.items()}
    return _zipped(files | {"xl/worksheets/sheet1.xml": [_HEAD, *parts, _TAIL], "xl/sharedStrings.xml": strings})


def row(number: int, *cells: str) -> bytes:
    """One row as XML; a cell is its column and its text, such as `A cat`."""
    parts = (cell.split(" ", 1) for cell in cells)
    written = (f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in parts)
    return f'<row r="{number}">{"".join(written)}</row>'.encode()


def _zipped(files: Mapping[str, Iterable[bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as packed:
        for name, parts in files.items():
            with packed.open(name, "w", force_zip64=True) as file:
                file.writelines(parts)
    return buffer.getvalue()


def _filled(unit: bytes, size: int = 150_000_000) -> list[bytes]:
    return [unit * (1_000_000 // len(unit))] * (size // 1_000_000)


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "a cell in each far corner": lambda: sheet_of(row(1, "A text"), row(1_048_576, "XFD x")),
    "a text of 150 MB": lambda: sheet_of(row(1, "A x"), strings=[b"<sst><si><t>", *_filled(b"x"), b"</t></si></sst>"]),
    "9 million texts": lambda: sheet_of(row(1, "A x"), strings=[b"<sst>", *_filled(b"<si><t>x</t></si>"), b"</sst>"]),
    "one row for ever": lambda: sheet_of(*_filled(row(3, "A x"))),
    "a billion equal cells": lambda: ods(ods_row("text") + ods_row("x", columns=16_384, rows=1_048_576)),
}  # fmt: skip
"""Name → a workbook that would take 150 MB or more, up to terabytes."""

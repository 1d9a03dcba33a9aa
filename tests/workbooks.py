"""Workbooks as programs write them, and such as cost more than they seem to."""

import base64
import datetime
import io
import zipfile
import zlib
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
    """A title, dates, numbers, errors, merged cells, a hidden sheet and one of words before the table."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Read me").write_column(0, 0, ["Read me first", "The listings are on the next sheet"])
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

XLS = zlib.decompress(
    base64.b85decode(
        b'c-rk)O=uHA6#izD%^yvg)KqAN5(-wWAs}A7w5!seiz!hAtqPjh5JKywq`Bxpt2IYK5Cp|bp&q<cz4(J3^dJZd6+H-okm}Kspx`0R`sVGfO>2'
        b'b)v=G^EnKy6V%(wG)XXee$zFCM=X76_{Vio$~Le22QQ)d&D{B|J>sy7U&+PROC;h?GD_t8LlR6Gg3_R2Ao<Glz4_uS7(0-q?Iz$8WrdN#I!*'
        b'v~$sh4i71q`)n*gwVlWwXr<SaudtD-0~^Qy==L{vX9zU#4#*rBfWd9S$tIK=DHB%eIGLC16y{X9WUi9zHn8TZB^_m=F<~RR?+2d!5nBnhqHR'
        b'ND9b_Img{q1AdyTaMn@}%(ooOgyAcDv*=zb)%&~8*U4ZOAR@%LPu={8TSKF^CZeSY5DPAIFipmMM8Hx|&r%HJ}H&w-;oCus$Ab%#E%Tj(gU&'
        b'>C<q|r%FCnoir4<d&ms?ZUqPSkwrI8|k2l?x~qN&y-DIa-8QM2jG=q85^4Xk|UZYbi`lRPTI!o6MxNlWdvh9m3p4wo1og;G$#@Im9*WJMBC`'
        b'FEe(syu^3i!g?pmC_M`0J*jp}8JgiXm$|lw`q|BRr){g#x07D}a_~`C`Lniz^!ee%bJ6+t+AO+hUmGL7yk-y=adGp8#AD6Qg%xu?vh4UR{`i'
        b'!z<-1{RmaSMqfYk^~vn1b+_*GJ@cO}_k4Ypvm%W5x}E#J|3MV2Ic$YLvNuoY&j7TX*dkHuD){mNpy*q3FtY~kWKd;Nt1Rq;{D^t@kb!vlF^i'
        b'n7ZHz<~n?4jede;J`t1K=7BJ`OWP%j|lvY=(YaqEK#aCze)aE972Jv5}o)4>Eu_U6X4l~=FeuR!oHVSC&&I@C~<^(FJc@S_G7%^`AerVQU5&'
        b'aCWims5^A*nS|fh`<NkjFl2YI0'
    )
)
"""An XLS file of Excel 97: image, Titel, n; a date, a truth value and Chinese."""

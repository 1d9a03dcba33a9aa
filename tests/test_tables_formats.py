"""Whatever the format: what was written is read."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.datasets.tables import child, parquet_file, workbook
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.names import is_table, parts_of, tables_in
from mmdemo.datasets.tables.reading import read_sheet, sheets_of
from mmdemo.errors import DatasetError
from tests.tables import FORMATS, in_this_process, read, table_of, xlsx

ROWS = [["图片", "Titel", "Label"], ["a.png", "grün, schön; a|b\tc", "Bälle"], ["b.png", 'zwei\nZeilen "x"', "007"],
        ["c.png", "不\u200b\u00a0\u3000椅子", "NA"]]  # fmt: skip
ODD = ["", "1", "1.50", "0123", "TRUE", "NA", "null", "=1+1", '"', "'", ",", ";", "a\nb", "https://x.y", "1e5", "sep=;"]
CELLS = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd"), max_size=9)
CELLS |= st.sampled_from(ODD)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (workbook, parquet_file):
        monkeypatch.setattr(module, "child", in_this_process)


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, name, FORMATS[name](ROWS))
    assert table_of(sheet) == ROWS and not sheet.left_out and sheet.files is None
    first = 1 if name in ("it.jsonl", "it.json", "it.parquet") else 2
    assert sheet.cells.index.tolist() == [first, first + 1, first + 2]
    assert [str(kind) for kind in sheet.cells.dtypes] == ["str"] * 3


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(FORMATS)),
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6)),
)
def test_any_cells_come_back(quick: None, tmp_path: Path, name: str, rows: list[list[str]]) -> None:
    width = len(rows[0]) if rows else 2
    stripped = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    if name.endswith(("l", "json")) and not rows:
        return  # there are no columns without a row
    header = [f"h{place}" for place in range(width)]
    assert table_of(read(tmp_path, name, FORMATS[name]([header, *rows])))[1:] == stripped


@pytest.mark.parametrize("name", ["it.csv", "it.xls", "it.json", "it.parquet", "it"])
@pytest.mark.parametrize("kind", ["it.csv", "it.xlsx", "it.parquet"])
def test_the_content_tells_the_format(quick: None, name: str, kind: str, tmp_path: Path) -> None:
    if (name, kind) != ("it.json", "it.csv"):
        assert table_of(read(tmp_path, name, FORMATS[kind](ROWS))) == ROWS


@pytest.mark.parametrize(("data", "sentence"), [
    (b"\x89PNG\r\n\x1a\n" + bytes(50), "it.csv is an image and no table; give one saved as XLSX or CSV."),
    (b"%PDF-1.7 ...", "it.csv is a PDF and no table; give one saved as XLSX or CSV."),
    (b"PK\3\4" + bytes(50), "it.csv is a zip and no table; give it the ending .zip."),
    (b"PK\3\4" + b"Index/Document.iwa", "it.csv is a zip and no table of Apple Numbers; export it as XLSX or CSV."),
    (b"<html><table><tr><td>a", "it.csv is a web page or XML; open it in a spreadsheet program and save it as XLSX."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
     "it.csv is protected by a password; save it without one."),
    (b"PK\3\4 xl/workbook.xml", "it.csv is damaged, or no workbook; save it again as XLSX or CSV."),
    (b"PAR1" + bytes(90) + b"PAR1", "it.csv is damaged, or no Parquet file; save it again."),
    (bytes(range(256)) * 9, "it.csv is no table: it holds bytes that no text has; give one saved as XLSX or CSV."),
])  # fmt: skip
def test_what_is_no_table_is_refused_in_one_sentence(quick: None, data: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, "it.csv", data)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("name", "package"), [("it.xlsx", "python-calamine"), ("it.parquet", "pyarrow")])
def test_a_library_that_is_not_there_is_named(name: str, package: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(child, "find_spec", lambda library: None)
    with pytest.raises(DatasetError, match=f"^{name} needs the package {package}, which is not installed here: pip"):
        read(tmp_path, name, FORMATS[name](ROWS))
    assert table_of(read(tmp_path, "it.csv", FORMATS["it.csv"](ROWS))) == ROWS


def test_tables_are_told_by_their_names() -> None:
    parts = [f"data/train-0000{part}-of-00003.parquet" for part in range(3)]
    names = ["a.png", "~$it.xlsx", "it.xlsx", "data/test-00000-of-00001.parquet", *parts, "data.CSV", "cat.txt"]
    assert tables_in(names) == ("data.CSV", "data/test-00000-of-00001.parquet", parts[0], "it.xlsx")
    assert parts_of(parts[0], names) == tuple(parts) and parts_of("it.xlsx", names) == ("it.xlsx",)
    assert is_table("x.NDJSON") and not is_table("xlsx")


def test_only_workbooks_have_sheets(quick: None, tmp_path: Path) -> None:
    for name, sheets in {"it.xlsx": ("Sheet1",), "it.csv": (), "it.parquet": ()}.items():
        (tmp_path / name).write_bytes(FORMATS[name](ROWS))
        assert sheets_of(LoneFile(tmp_path / name), name) == sheets


def test_a_lone_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^it.csv cannot be read: No such file or directory.$"):
        read_sheet(LoneFile(tmp_path / "it.csv"), "it.csv")
    assert xlsx([["a", 1.5]])

"""Workbooks: what their cells become, and what they may cost."""

from dataclasses import replace
from pathlib import Path

import pytest

from mmdemo.datasets.tables import workbook, workbook_task
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.reading import read_sheet, sheets_of
from mmdemo.errors import DatasetError
from tests import workbooks
from tests.tables import in_this_process, read, table_of, xlsx


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "child", in_this_process)


def test_a_workbook_as_a_person_has_it(quick: None, tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.xlsx", workbooks.messy())
    assert table_of(sheet) == [
        ["Photo", "SKU", "Price", "Sold", "Category"],
        ["a.png", "17", "0.3", "true", "Chairs"],
        ["b.png", "1e+15", "2.5", "", "Chairs"],
        ["c.png", "007", "0", "2024-05-01", "Chairs"],
    ]
    assert sheet.cells.index.tolist() == [4, 6, 7]
    skipped = "The header is row 3; what stands above it is skipped."
    assert sheet.notes == ("Read the sheet 'Listings', one of 3.", skipped)


def test_sheets_are_listed_and_chosen(quick: None, tmp_path: Path) -> None:
    (tmp_path / "it.xlsx").write_bytes(workbooks.messy())
    tree = LoneFile(tmp_path / "it.xlsx")
    assert sheets_of(tree, "it.xlsx") == ("Read me", "Listings", "Secret")
    assert table_of(read_sheet(tree, "it.xlsx", "Secret")) == [[]]
    with pytest.raises(DatasetError, match=r"^it.xlsx has no sheet 'x'; choose one of 'Read me', 'Listings', 'Sec"):
        read_sheet(tree, "it.xlsx", "x")


def test_xls_is_read(quick: None, tmp_path: Path) -> None:
    rows = [["image", "Titel", "n"], ["a.png", "grün, 椅子", "17"], ["b.png", "rot", "0.5"], ["2024-05-01", "true", ""]]
    assert table_of(read(tmp_path, "it.xls", workbooks.XLS)) == rows


def test_ods_is_read_without_its_empty_rows(quick: None, tmp_path: Path) -> None:
    rows = [workbooks.ods_row("text", "label"), workbooks.ods_row("", rows=3), workbooks.ods_row("a cat", "cat")]
    sheet = read(tmp_path, "it.ods", workbooks.ods("".join(rows) + workbooks.ods_row("", columns=1_024, rows=900_000)))
    assert table_of(sheet) == [["text", "label"], ["a cat", "cat"]] and sheet.cells.index.tolist() == [5]


def test_the_workbooks_below_could_be_read(quick: None, tmp_path: Path) -> None:
    rows = workbooks.row(1, "A text", "B label"), workbooks.row(3, "B cat")
    sheet = read(tmp_path, "it.xlsx", workbooks.sheet_of(*rows))
    assert table_of(sheet) == [["text", "label"], ["", "cat"]] and sheet.cells.index.tolist() == [3]


@pytest.mark.parametrize("name", workbooks.BOMBS)
def test_a_workbook_costs_no_more_than_its_budget(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "BUDGET", replace(workbook.BUDGET, megabytes=100))
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, "it.xlsx", workbooks.BOMBS[name]())
    assert str(caught.value) in (
        "it.xlsx takes too much memory to read: divide it, or save it as CSV.",
        "it.xlsx cannot be read, because it is damaged or too large: save it again, or divide it.",
        *(["it.xlsx is damaged, or no workbook; save it again as XLSX or CSV."] if "billion" in name else []),
    )  # of ODS, the library itself refuses to repeat so many cells


def test_counts_are_bounded(quick: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_task, "MOST_ROWS", 50)
    with pytest.raises(DatasetError, match=r"^it.xlsx has more than 50 rows or 2,000,000 cells; divide it.$"):
        read(tmp_path, "it.xlsx", xlsx([["a", "b"]] * 99))
    with pytest.raises(DatasetError, match=r"^it.xlsx has 10,001 columns; at most 10,000 are read.$"):
        read(tmp_path, "it.xlsx", xlsx([["a"] * 10_001]))


def test_numbers_and_texts_are_written_as_they_are(quick: None, tmp_path: Path) -> None:
    rows = [["=1+1", "n"], ["https://x.y", 1.5], ["@x", float("nan")], ["007", 3], ["x" * 40_000, -2], ["a\r\nb", 0]]
    sheet = read(tmp_path, "it.xlsx", xlsx(rows))
    cells = [["https://x.y", "1.5"], ["@x", ""], ["007", "3"], ["x" * 32_766 + "…", "-2"], ["a\r\nb", "0"]]
    assert table_of(sheet) == [["=1+1", "n"], *cells]


@pytest.mark.parametrize("change", [lambda data: data[: len(data) // 2], lambda data: data[:900] + data[950:]])
def test_a_damaged_workbook_is_one_sentence(quick: None, change, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^it.xlsx is damaged, or no workbook; save it again as XLSX or CSV.$"):
        read(tmp_path, "it.xlsx", change(workbooks.messy()))

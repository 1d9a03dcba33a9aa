"""Delimited text: what divides it, its header, and rows that are not well-formed."""

from pathlib import Path

import pytest

from mmdemo.datasets.tables import delimited as module
from mmdemo.datasets.tables import rows as rows_module
from mmdemo.datasets.tables.delimiter import DELIMITERS, find_delimiter
from mmdemo.errors import DatasetError
from tests.tables import delimited, read, table_of

ROWS = [["image", "text", "label"], ["a.png", "red, old; a|b\tc", "cat"], ["b.png", "1,5", "dog"]]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("declares", ["", "sep={}\r\n", '"sep={}"\n'])
def test_any_delimiter_is_found_or_declared(delimiter: str, declares: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", declares.format(delimiter).encode() + delimited(ROWS, delimiter))
    assert table_of(sheet) == ROWS and sheet.cells.index.tolist() == [2, 3]
    said = f"Read as UTF-8, columns divided by {DELIMITERS[delimiter]}."
    assert sheet.notes == (() if delimiter == "," else (said,))


@pytest.mark.parametrize(("lines", "delimiter"), [
    ("text\na cat, a dog\nred\nblue, and; green\n", ","),  # one column
    ("name;price\ncat;1,5\ndog;2,5\nfox;3,5\n", ";"),
    ("name;text\n" + "cat;sits, sleeps, eats\n" * 9, ";"),
    ("Products\n\nname;text\ncat;sits\ndog;runs\n", ";"),
    ('"a, b";"c"\n"d, e";"f"\n', ";"),
    ("image,text,label\n" + "a.png,one, two,cat\n" * 3 + "a.png,one,cat\n" * 2, ","),  # commas that need quotes
    ("a|b,c\td;e", ","),
    ("", ","),
])  # fmt: skip
def test_evidence_for_a_delimiter(lines: str, delimiter: str) -> None:
    assert find_delimiter(lines.splitlines(keepends=True)) == delimiter


@pytest.mark.parametrize("above", ["Products 2024\r\n", "Products 2024,,\r\n\r\n", "\r\n,,\r\nList,\r\n"])
def test_a_title_above_the_header_is_skipped(above: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", above.encode() + delimited(ROWS))
    row = above.count("\n") + 1
    assert table_of(sheet) == ROWS and sheet.cells.index.tolist() == [row + 1, row + 2]
    assert sheet.notes == (f"The header is row {row}; what stands above it is skipped.",)


def test_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", b"text\r\nred\r\n\r\n blue \r\n")
    assert table_of(sheet) == [["text"], ["red"], ["blue"]] and sheet.cells.index.tolist() == [2, 4]


def test_columns_without_name_and_cells_are_dropped(tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", b",image,,text,,\n,a.png,x,red,,\n,b.png,,blue,,\n")
    assert table_of(sheet) == [["image", "", "text"], ["a.png", "x", "red"], ["b.png", "", "blue"]]


QUOTES = "has a quotation mark that is not closed, or that stands inside a quoted cell"


@pytest.mark.parametrize(("line", "reason"), [
    ('other.png,"a "big" dog",dog', QUOTES),
    ('other.png,"a dog,dog', QUOTES),
    ("a.png,red, old,cat", "has 4 cells, but the header has 3"),
    ("a.png," + "x" * 200_000 + ",cat", "has more than 1,000,000 characters, or a cell of more than 131,072"),
    ("x" * 1_200_000, "has more than 1,000,000 characters, or a cell of more than 131,072"),
    ("," * 20_000, "has 20,001 cells; at most 10,000 are read"),
    ("a.png,caf\udce9,cat", "holds bytes that its encoding does not have"),
])  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_row_that_cannot_be_read_costs_no_other(line: str, reason: str, end: str, tmp_path: Path) -> None:
    lines = ["image,text,label", "a.png,größer,cat", line, 'b.png,"red, ""old""\nblue",dog', "c.png,größte,dog", ""]
    sheet = read(tmp_path, "it.csv", end.join(lines).encode("utf-8", "surrogateescape"))
    assert [(one.row, one.reason) for one in sheet.left_out] == [("row 3", reason)]
    assert sheet.cells[0].to_dict() == {2: "a.png", 4: "b.png", 5: "c.png"}
    assert sheet.cells[1][4] == 'red, "old"\nblue'


def test_remedies_are_said(tmp_path: Path) -> None:
    sheet = read(tmp_path, "it.csv", 'a;b\n1;2;3\n"x;y\nz;w\n'.encode("utf-16"))
    assert [one.remedy for one in sheet.left_out] == [
        "put a text that contains semicolons between double quotes",
        'leave it out, or write it twice ("") inside a cell that begins and ends with one',
    ]


@pytest.mark.parametrize(("content", "sentence"), [
    (b'a,"b\n' * 3, f"The header of it.csv (row 1) {QUOTES}; leave it out, or write it twice (\"\") inside a cell that "
                    "begins and ends with one."),
    (b"a," * 19_999 + b"b\n", "The header of it.csv (row 1) has 20,000 cells; at most 10,000 are read; leave "
                              "out columns."),
    (b"a,b\n" * 12, "it.csv has more than 9 rows that are not blank (row 11 is one more); divide it, or leave out "
                    "columns."),
    (b"a,b" + b"\n" * 20, "it.csv has more than 15 rows; remove blank ones, or divide it."),
])  # fmt: skip
def test_what_cannot_be_read_at_all(content: bytes, sentence: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_ROWS", 9)
    monkeypatch.setattr(module, "MOST_LINES", 15)
    with pytest.raises(DatasetError) as caught:
        read(tmp_path, "it.csv", content + b"x,y\n")
    assert str(caught.value) == sentence


def test_an_empty_file_is_a_table_without_columns(tmp_path: Path) -> None:
    assert table_of(read(tmp_path, "it.csv", b"")) == [[]]

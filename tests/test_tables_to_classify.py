"""Where the rows to classify come from: each keeps its place, its cells, and why it is left out."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.sheet_file import CELLS, all_cells, read_cells, write_cells
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables_to_classify import of_copy, of_own_data, table_of_pairs
from mmdemo.errors import DatasetError
from tests.copies import working_copy

SHEET = Sheet(
    ("SKU", "Title", "", "Title"),
    pd.DataFrame([["1", "a ball", "", "x"], ["2", "", "", ""], ["4", "a box", "", ""]], [2, 3, 11], dtype="str"),
    left_out=(LeftOut("row 10", "has more cells than the header"),),
)
EXPECTED = [
    TableRow("row 2", ("1", "a ball", "", "x"), {"text": "a ball"}, label="ball"),
    TableRow("row 3", ("2", "", "", ""), {}, "Row 3 has no caption: write one."),
    TableRow("row 10", ("", "", "", ""), {}, "Row 10 has more cells than the header."),
    TableRow("row 11", ("4", "a box", "", ""), {"text": "a box"}),
]


def test_every_row_of_own_data_is_in_its_place() -> None:
    own = SimpleNamespace(
        frame=pd.DataFrame({"text": ["a ball"], "label": ["ball"]}, ["row 2"]),
        unlabelled=pd.DataFrame({"text": ["a box"]}, ["row 11"]),
        left_out=(LeftOut("row 3", "has no caption", "write one"), *SHEET.left_out),
        sheet=SHEET,
    )
    table = of_own_data(own)  # type: ignore[arg-type]
    assert (table.header, table.count) == (SHEET.header, 4)
    assert list(table.rows()) == list(table.rows()) == EXPECTED
    assert [row.id for row in table.without_labels().rows()] == ["row 3", "row 10", "row 11"]


def test_cells_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    with (tmp_path / CELLS).open("wb") as file:
        write_cells(SHEET, file)
    header, cells = read_cells(tmp_path / CELLS)
    assert header == SHEET.header and cells.to_numpy().tolist() == all_cells(SHEET).to_numpy().tolist()
    assert cells.index.tolist() == ["row 2", "row 3", "row 10", "row 11"]


def test_a_working_copy_gives_the_same_rows(tmp_path: Path) -> None:
    folder = working_copy(tmp_path / "copy", SHEET)
    assert [row.id for row in table_of_pairs(folder).rows()] == [row.id for row in EXPECTED]
    (folder / CELLS).unlink()
    table = of_copy(folder)
    assert table.header == ("id", "image", "text", "label")
    assert [row.cells for row in table.rows()] == [
        ("row 2", "", "a ball", "ball"), ("row 11", "1.png", "a box", ""),
        ("row 3", "", "", ""), ("row 10", "", "", ""),
    ]  # fmt: skip
    rows = {row.id: row for row in table.rows()}
    assert rows["row 11"].values == {"image": str(folder / "images" / "1.png"), "text": "a box"}
    assert rows["row 3"].error == "Row 3 has no caption: write one." and rows["row 2"].label == "ball"


def test_a_damaged_copy_is_one_sentence(tmp_path: Path) -> None:
    folder = working_copy(tmp_path / "copy", SHEET)
    (folder / "data.json").write_text("[]")
    with pytest.raises(DatasetError, match="This data is damaged here"):
        table_of_pairs(folder)

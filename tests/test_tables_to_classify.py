"""Where the rows to classify come from: each keeps its place, its cells, and why it is left out."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from mmdemo.datasets import working_copy
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.left_out import LeftOut
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.sheet_file import CELLS, all_cells, read_cells, write_cells
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.tables_to_classify import of_own_data, table_of_pairs
from mmdemo.errors import ConfigError, DatasetError
from tests.copies import MISSING, WITHOUT, copied, own_folder

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
        mapping=ColumnMapping(),
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
    source = own_folder(tmp_path / "own")
    expected = list(table_of_pairs(source).rows())
    working_copy.write(own_data(source), tmp_path / "copy")
    table = table_of_pairs(tmp_path / "copy")
    rows = list(table.rows())
    assert (table.header, table.count) == (("SKU", "image", "text", "label"), len(expected))
    assert [(row.id, row.cells, row.error, row.label) for row in rows] == [
        (row.id, row.cells, row.error, row.label) for row in expected
    ]
    assert [row.id for row in rows if row.error] == [MISSING]
    assert all(Path(row.values["image"]).parent == tmp_path / "copy" / "images" for row in rows if not row.error)
    assert table.without_labels().count == WITHOUT


def test_what_a_person_changed_in_a_working_copy_holds_for_its_rows_without_a_label(tmp_path: Path) -> None:
    folder = copied(tmp_path / "copy")
    bare = [row.id for row in table_of_pairs(folder).without_labels().rows()]
    changed = {"labels": {bare[0]: "ball"}, "left_out": [bare[1]]}
    table = table_of_pairs(folder, edits=working_copy.with_edits(folder, changed))
    assert [row.id for row in table.without_labels().rows()] == bare[2:]
    assert bare[1] not in [row.id for row in table.rows()]
    assert next(row.label for row in table.rows() if row.id == bare[0]) == "ball"
    with pytest.raises(ConfigError, match="no working copy"):
        table_of_pairs(own_folder(tmp_path / "own"), edits="e000000000000000")


def test_a_damaged_copy_is_one_sentence(tmp_path: Path) -> None:
    folder = copied(tmp_path / "copy")
    (folder / CELLS).write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="This data is damaged here"):
        table_of_pairs(folder)

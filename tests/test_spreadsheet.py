"""Cells that a spreadsheet would compute are written so that it does not, and numbers stay numbers."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.storage.spreadsheet import csv_bytes, inert, write_csv

STARTS = "=+-@\t\r\n＝＋－＠"  # of a formula in Excel, LibreOffice or Google Sheets: OWASP, "CSV Injection"


def is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


@given(st.tuples(st.sampled_from(STARTS), st.text()).map("".join))
def test_no_cell_starts_a_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}" or (inert(cell) == cell and is_number(cell))


@given(st.text().filter(lambda cell: not cell.startswith(tuple(STARTS))))
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=", "-", "-a cat", "--5", "＝1"])
def test_what_a_spreadsheet_would_compute_is_made_inert(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("number", ["1", "-1.5", "-3", "+2", "-2,5", "-1e-05"])
def test_numbers_stay_numbers(number: str) -> None:
    assert inert(number) == number


def test_both_ways_to_write_a_table_escape_header_and_cells() -> None:
    file = io.StringIO(newline="")
    write_csv([("=a", "n"), ("@x", "-1.5")], file)
    table = pd.DataFrame({"=a": ["@x"], "n": [-1.5]})
    for written in (file.getvalue(), csv_bytes(table).decode()):
        assert written.startswith("\ufeff")
        assert list(csv.reader(io.StringIO(written.removeprefix("\ufeff")))) == [["'=a", "n"], ["'@x", "-1.5"]]

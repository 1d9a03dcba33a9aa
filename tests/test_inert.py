"""No cell that is written for a spreadsheet starts a formula there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.storage.spreadsheet import inert

STARTS = "=+-@\t\r"  # of a formula in Excel, LibreOffice or Google Sheets: OWASP, "CSV Injection"


@given(st.sampled_from(STARTS), st.text())
def test_no_cell_starts_a_formula(start: str, rest: str) -> None:
    written = inert(start + rest)
    try:
        float(start + rest)
    except ValueError:
        assert written == "'" + start + rest
    else:
        assert written in (start + rest, "'" + start + rest)


@given(st.text().filter(lambda cell: not cell.startswith(tuple(STARTS))))
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


@pytest.mark.parametrize("number", ["-1.5", "-3", "+2", "-1e-05"])
def test_numbers_stay_numbers(number: str) -> None:
    assert inert(number) == number

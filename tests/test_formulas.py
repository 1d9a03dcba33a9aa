"""Cells that a spreadsheet would compute are written so that it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.storage.spreadsheet import inert


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "-", "-a cat", "--5"]
)
def test_what_a_spreadsheet_would_compute_is_made_inert(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a cat", "1", "-1", "+1.5", "-2,5", "-1e-5", "a=1", " =1", "'=1", "猫"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell


@given(st.text())
def test_no_cell_starts_a_formula(cell: str) -> None:
    shown = inert(cell)
    assert shown.endswith(cell)
    if shown.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert all(character in "+-.,0123456789eE" for character in shown)

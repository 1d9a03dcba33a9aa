"""The table of faults fits the code: `make faults` plants them and shows the tests that fail."""

import re
from pathlib import Path

import pytest

from tests.faults.table import FAULTS, Fault

ROOT = Path(__file__).resolve().parent.parent


def test_every_fault_can_still_be_planted() -> None:
    places = {fault.name: (ROOT / fault.file).read_text("utf-8").count(fault.old) for fault in FAULTS}
    assert places == dict.fromkeys(places, 1)
    assert len(places) >= 20
    assert all(fault.old != fault.new for fault in FAULTS)


def test_every_named_test_is_there() -> None:
    for fault in FAULTS:
        for test in fault.tests:
            file, _, name = test.partition("::")
            assert re.search(rf"^def {name.partition('[')[0]}\b" if name else "", (ROOT / file).read_text(), re.M), test


def test_what_is_not_there_once_is_not_planted(tmp_path: Path) -> None:
    fault = Fault("a fault", "code.py", "x = 1", "x = 2", ())
    for text in ("", "x = 1\nx = 1\n"):
        (tmp_path / "code.py").write_text(text)
        with pytest.raises(ValueError, match="instead of once"):
            fault.plant(tmp_path)
    (tmp_path / "code.py").write_text("a\nx = 1\n")
    assert fault.plant(tmp_path) == "a\nx = 1\n"
    assert (tmp_path / "code.py").read_text() == "a\nx = 2\n"

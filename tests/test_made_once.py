"""What test processes share is made by one of them alone, and again if that one failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_once import FEATURES, made_once
from tests.models import ROOT

MAKE = """
import sys, time
from tests.made_once import made_once

def make(folder):
    with open(sys.argv[1], "a") as made:
        made.write("x")
    time.sleep(0.5)
    (folder / "whole").touch()

assert (made_once("thing", make) / "whole").exists()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FEATURES, str(tmp_path / "features"))


@pytest.mark.skipif(sys.platform == "win32", reason="each process makes its own there")
def test_of_processes_that_ask_at_once_one_makes_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKE, str(tmp_path / "made")]
    children = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."}) for _ in range(3)]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert (tmp_path / "made").read_text() == "x"


def test_what_failed_is_made_again() -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        made_once("thing", fail)
    assert made_once("thing", lambda folder: (folder / "whole").touch()).joinpath("whole").exists()

"""The fuzzer: a few seconds of every target, and the faults that it has to find."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.campaign import DRIVERS, ROOT, Result, fuzz
from tests.fuzz.images import mended
from tests.fuzz.sheet import LONGEST
from tests.fuzz.target import target_at
from tests.fuzz.targets import TARGETS
from tests.picture_files import one_of_each

SECONDS = 15 / len(TARGETS)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits of a process are POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of one call")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in TARGETS if name != "pages"])  # it takes as long as ten others
def test_mutated_bytes_are_refused_in_a_sentence_within_the_budget(name: str, tmp_path: Path) -> None:
    found = fuzz(TARGETS[name], "hypothesis", SECONDS, seed=1, findings=tmp_path)
    told = "\n".join(path.read_text("utf-8") for path in tmp_path.glob("*.txt"))
    assert not found.findings, told
    assert found.accepted and found.accepted + found.refused == found.ran


def planted(name: str, findings: Path, driver: str = "hypothesis") -> Result:
    return fuzz(f"tests.fuzz.planted:{name}", driver, 1, seed=1, findings=findings, patience=5)


FOUND = {
    "KEY_ERROR": "KeyError at tests/fuzz/planted.py",
    "TWO_LINES": "no sentence: MMDemoError at tests/fuzz/planted.py",
    "LOOP_IN_C": "more processor time than the budget",
    "WAIT": "an input hangs for 5 s",
    "EAT": "more than 20 MB",
    "DEVOUR": "MemoryError at tests/fuzz/planted.py",
    "LEAVE": "SystemExit at tests/fuzz/planted.py",
    "VANISH": "the process ends with 0",
    "ABORT": "the process ends with SIGABRT",
}


@pytest.mark.parametrize(
    ("fault", "title"),
    [pytest.param(*both, marks=linux if both[0] in ("EAT", "DEVOUR") else ()) for both in FOUND.items()],
)
def test_a_planted_fault_is_found_and_its_input_kept(fault: str, title: str, tmp_path: Path) -> None:
    found = planted(fault, tmp_path)
    assert [one.partition(".py:")[0] + ".py" * (".py:" in one) for one in found.findings] == [title]
    (saved,) = tmp_path.glob("*.bin")
    assert saved.read_bytes().startswith(b"!")
    assert saved.with_suffix(".txt").read_text("utf-8").startswith(title)


def test_a_hang_in_compiled_code_is_kept_with_its_stack(tmp_path: Path) -> None:
    planted("LOOP_IN_C", tmp_path)
    assert "planted.py" in next(tmp_path.glob("*.txt")).read_text("utf-8")


def test_a_sound_reader_has_no_findings(tmp_path: Path) -> None:
    found = planted("SOUND", tmp_path)
    assert not found.findings and not list(tmp_path.iterdir())
    assert found.refused and found.accepted and found.ran == found.refused + found.accepted


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", ["SOUND", "KEY_ERROR"])
def test_every_driver_finds_a_fault_where_there_is_one(driver: str, name: str, tmp_path: Path) -> None:
    found = planted(name, tmp_path, driver)
    assert found.driver == driver and len(found.findings) == (name == "KEY_ERROR")


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_has_inputs_to_start_from(name: str) -> None:
    target = target_at(TARGETS[name])
    assert any(0 < len(seed) <= target.longest <= LONGEST for seed in target.seeds())


@pytest.mark.parametrize("kind", one_of_each())
def test_mending_leaves_sound_files_as_they_are(kind: str) -> None:
    sound = one_of_each()[kind]  # once: some hold the time of their making
    assert mended(sound) == sound


def test_the_command_prints_a_table_and_says_where_findings_lie() -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "2", "--driver", "hypothesis", "--seed", "1", "frames"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    head, columns, line, total = done.stdout.splitlines()
    assert head == "2 s a target, seed 1" and columns.split()[:3] == ["target", "driver", "inputs"]
    assert line.split()[:2] == ["frames", "hypothesis"] and total == "0 findings."

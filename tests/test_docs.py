"""What is public is documented, what is pinned says why, and no file tells of one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(ROOT.glob("mmdemo/**/*.py"))
REQUIREMENTS = ("requirements.txt", "requirements-spark.txt", "requirements-dev.txt")
PINNED = re.compile(r"(-r \S+|[A-Za-z0-9_.-]+==[^\s;]+( ; [^#]+)?) +# \S.*")
FOREIGN = re.compile(r"/(?:work|root)/|\.\./share" + r"d\b|py" + r"pi\.org|pythonhoste" + "d")
"""Folders of one machine, and hosts that `pip` is free to choose."""


def undocumented(source: str) -> list[str]:
    """Names of the public classes, functions and methods of a source that have no docstring."""
    module = ast.parse(source)
    nameless = ["the module"] if module.body and not ast.get_docstring(module) else []
    return [*nameless, *_undocumented(module)]


def _undocumented(owner: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in owner.body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node)


def files_of_the_project() -> list[Path]:
    """Every text file that is, or is about to be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    files = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in files if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def test_what_is_public_is_documented() -> None:
    missing = {path.relative_to(ROOT).as_posix(): undocumented(path.read_text("utf-8")) for path in MODULES}
    assert {name: names for name, names in missing.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("x = 1", ["the module"]),
        ('"""A."""\ndef f(): pass\ndef _g(): pass', ["f"]),
        ('"""A."""\nclass B:\n  """B."""\n  def c(self): pass\n  def __len__(self): pass', ["c"]),
    ],
)
def test_missing_docstrings_are_found(source: str, expected: list[str]) -> None:
    assert undocumented(source) == expected


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_says_why(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not PINNED.fullmatch(line)] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): match.group()
        for path in files_of_the_project()
        if (match := FOREIGN.search(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}

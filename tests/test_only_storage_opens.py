"""One way to open a file that somebody else may have made: `open_regular`; read from the syntax trees."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import LIBRARY, MODULES, ROOT, SCRIPTS, part_of

MODULE_CALLS = {
    "np": {"load", "loadtxt", "genfromtxt", "fromfile", "open_memmap", "memmap"},
    "pd": {"read_csv", "read_table", "read_excel", "read_parquet", "read_json", "read_pickle", "read_feather"},
    "zipfile": {"ZipFile", "is_zipfile"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "unpack_archive"},
    "os": {"open"},
    "io": {"open", "FileIO"},
    "mmap": {"mmap"},
    "cv2": {"imread"},
    "Image": {"open"},
}
CALLS = {"open", "load_file", "safe_open"}
READS = {"read_text", "read_bytes"}  # methods of a path, also where they are handed over
EXCEPTIONS = {
    "bundles/arrays.py": {"np.load": "of the file that open_regular opened, when its arrays are checked"},
    "bundles/train_features.py": {"np.memmap": "of the file that open_regular opened, when its size is checked"},
    "bundles/files.py": {".open": "for writing, into the folder that whole_folder yielded"},
    "commands/peak.py": {".read_text": "of the process itself, or of its Java, under /proc"},
    "datasets/files/opening.py": {"zipfile.is_zipfile": "of the file that open_regular opened"},
    "datasets/working_copy.py": {".open": "for writing, into the folder that whole_folder yielded"},
    "spark/columns.py": {".open": "in Java, by Spark's own file systems"},
    "datasets/homonym_images.py": {".read_bytes": "of this program's own modules"},
    "encoders/word_vectors.py": {"np.memmap": "of the file that open_regular opened"},
    "jobs/memory.py": {".read_text": "of the system, under /proc and /sys"},
    "report/kept.py": {"zipfile.ZipFile": "for writing, in memory"},
    "report/model_zip.py": {"zipfile.ZipFile": "for writing, in memory"},
    "report/page.py": {".read_text": "of this program's own styles"},
    "sandbox/start.py": {"open": "a setting of the process itself, under /proc"},
    "sandbox/usage.py": {".read_text": "of a process, under /proc"},
    "sandbox/worker.py": {"open": "the null device, and of the process itself under /proc"},
    "ui/door/warming.py": {".read_text": "of this program's own pages"},
    "ui/pack/component.py": {".read_text": "of this program's own scripts"},
    "__main__.py": {"os.open": "of the null device, for writing"},
}
"""Module → call → why it need not pass through storage."""


def calls(tree: ast.AST) -> Iterator[str]:
    """Yield the calls that open a file, as `module.function`, `function` or `.method`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported = {alias.name for alias in node.names} & MODULE_CALLS.get(node.module or "", set())
            yield from (f"{node.module}.{name}" for name in imported)
        if isinstance(node, ast.Attribute) and node.attr in READS:
            yield f".{node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node.func.id
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if node.func.attr in MODULE_CALLS.get(owner, ()):
                yield f"{owner}.{node.func.attr}"
            elif owner not in MODULE_CALLS and node.func.attr == "open":
                yield ".open"


def found() -> dict[str, set[str]]:
    result = {}
    for path in [*(path for path in MODULES if part_of(path) != "storage"), *SCRIPTS]:
        name = path.relative_to(LIBRARY if path in MODULES else ROOT).as_posix()
        if opening := set(calls(ast.parse(path.read_text(encoding="utf-8")))):
            result[name] = opening
    return result


def test_only_storage_opens_files() -> None:
    assert found() == {name: set(reasons) for name, reasons in EXCEPTIONS.items()}


def test_within_storage_there_are_three_places() -> None:
    modules = (LIBRARY / "storage").glob("*.py")
    opening = {path.name: set(calls(ast.parse(path.read_text(encoding="utf-8")))) for path in modules}
    assert {name: made for name, made in opening.items() if made} == {
        "arriving.py": {"os.open"},  # for writing what a visitor sends
        "reading.py": {"os.open"},  # open_regular
        "zips.py": {"zipfile.ZipFile", ".open"},  # of what it opened
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open(a)", {"open"}),
        ("path.open('rb')", {".open"}),
        ("path.read_text()", {".read_text"}),
        ("st.button(path.read_bytes)", {".read_bytes"}),
        ("np.load(a)", {"np.load"}),
        ("zipfile.ZipFile(a)", {"zipfile.ZipFile"}),
        ("from zipfile import ZipFile", {"zipfile.ZipFile"}),
        ("Image.open(a)", {"Image.open"}),
        ("archive.open(member)", {".open"}),
        ("open_regular(a)", set()),
        ("read_bytes(a, 3)", set()),
        ("json.load(file)", set()),
    ],
)
def test_calls_that_open_are_recognised(source: str, expected: set[str]) -> None:
    assert set(calls(ast.parse(source))) == expected


def test_tables_for_spreadsheets_are_written_in_one_place() -> None:
    writing = {}
    for path in [*MODULES, *SCRIPTS]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if here := names & {"writer", "DictWriter", "to_csv", "to_excel", "to_parquet", "writerow"}:
            writing[path.name] = here
    assert writing == {
        "spreadsheet.py": {"writer", "writerow", "to_csv"},
        "homonym_images.py": {"to_csv"},  # for a digest
    }

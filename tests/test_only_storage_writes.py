"""Nothing outside `mmdemo/storage` writes, renames or removes; read from the syntax trees."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import LIBRARY, MODULES, ROOT, SCRIPTS, part_of

MODULE_CALLS = {
    "os": {"replace", "rename", "renames", "remove", "unlink", "rmdir", "removedirs", "mkdir", "makedirs", "link",
           "symlink", "utime", "chmod", "truncate"},
    "shutil": {"rmtree", "move", "copy", "copy2", "copyfile", "copytree", "copymode", "copystat", "make_archive",
               "unpack_archive"},
    "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory", "mktemp"},
    "np": {"save", "savez", "savez_compressed", "savetxt"},
}  # fmt: skip
PATH_CALLS = {"write_text", "write_bytes", "unlink", "rmdir", "mkdir", "touch", "symlink_to", "hardlink_to", "chmod"}
EXCEPTIONS = {
    "datasets/homonym_images.py": {
        "write_bytes": "into the folder that whole_folder yielded",
        "os.utime": "of a folder that need not lie in the cache",
    },
    "datasets/first_look.py": {"mkdir": "in the folder that whole_folder yielded", "write_bytes": "as above"},
    "datasets/image_copies.py": {"mkdir": "in the folder that whole_folder yielded", "write_bytes": "as above"},
    "datasets/working_copy.py": {"write_bytes": "into the folder that whole_folder yielded", "open(w)": "as above"},
    "datasets/svg.py": {
        "mkdir": "of the folder that the drawings are rendered into",
        "tempfile.NamedTemporaryFile": "the script that draws stands alone: importing mmdemo would take longer",
        "os.replace": "as above",
    },
    "bundles/example.py": {"write_text": "into the folder that whole_folder yielded"},
    "bundles/files.py": {"open(w)": "into the folder that whole_folder yielded"},
    "bundles/files_written.py": {"np.savez_compressed": "into the folder that whole_folder yielded"},
    "bundles/heads_file.py": {"write_bytes": "into the folder that whole_folder yielded", "np.savez": "as above"},
    "bundles/train_features.py": {"np.save": "into the folder that whole_folder yielded"},
    "bundles/manifest.py": {"write_bytes": "into a folder that whole_folder yielded"},
    "report/model_zip.py": {
        "tempfile.TemporaryDirectory": "a scratch folder, gone before the zip is returned",
        "mkdir": "in it",
    },
    "commands/report.py": {
        "write_text": "into the folder that whole_folder yielded",
        "write_bytes": "as above",
    },
    "sandbox/start.py": {"open(w)": "a setting of the process itself under /proc"},
    "sandbox/worker.py": {"open(w)": "/dev/null in the place of stdin and stdout"},
}
"""Module → call → why it is none of storage's concern."""


def calls(tree: ast.AST) -> Iterator[str]:
    """Yield the calls that write, as `module.function`, or as the name of a path's method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in MODULE_CALLS:
            imported = {alias.name for alias in node.names} & MODULE_CALLS[node.module]
            yield from (f"{node.module}.{name}" for name in imported)
        if not isinstance(node, ast.Call):
            continue
        if _opens_for_writing(node):
            yield "open(w)"
        if isinstance(node.func, ast.Attribute):
            yield from _of_attribute(node, node.func)


def _of_attribute(node: ast.Call, func: ast.Attribute) -> Iterator[str]:
    owner = func.value.id if isinstance(func.value, ast.Name) else ""
    if func.attr in MODULE_CALLS.get(owner, ()):
        yield f"{owner}.{func.attr}"
    elif owner not in MODULE_CALLS and func.attr in PATH_CALLS:
        yield func.attr
    elif func.attr in ("rename", "replace") and len(node.args) == 1 and not node.keywords:
        yield from [] if isinstance(node.args[0], ast.Constant) else [func.attr]  # pandas renames a column so


def _opens_for_writing(node: ast.Call) -> bool:
    """Tell whether this is `open(path, mode)`, `os.fdopen(…)` or `path.open(mode)` with a mode that writes."""
    if isinstance(node.func, ast.Name):
        modes = node.args[1:2] if node.func.id == "open" else []
    elif isinstance(node.func, ast.Attribute):
        modes = {"open": node.args[:2], "fdopen": node.args[1:2]}.get(node.func.attr, [])
    else:
        modes = []
    modes = [*modes, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    values = [mode.value for mode in modes if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
    return any(len(value) <= 3 and set(value) & set("wax+") for value in values)


def test_only_storage_writes() -> None:
    found = {}
    for path in [*(path for path in MODULES if part_of(path) != "storage"), *SCRIPTS]:
        name = path.relative_to(LIBRARY if path in MODULES else ROOT).as_posix()
        if writing := set(calls(ast.parse(path.read_text(encoding="utf-8")))):
            found[name] = writing
    assert found == {name: set(reasons) for name, reasons in EXCEPTIONS.items()}


def test_storage_does_write() -> None:
    modules = (LIBRARY / "storage").glob("*.py")
    found = {call for path in modules for call in calls(ast.parse(path.read_text(encoding="utf-8")))}
    assert {"os.replace", "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.rmtree", "unlink", "os.utime"} <= found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("os.replace(a, b)", {"os.replace"}),
        ("from os import replace", {"os.replace"}),
        ("from tempfile import mkstemp as m", {"tempfile.mkstemp"}),
        ("with tempfile.NamedTemporaryFile() as f: pass", {"tempfile.NamedTemporaryFile"}),
        ("path.replace(other)", {"replace"}),
        ("(folder / 'a').rename(folder / 'b')", {"rename"}),
        ("Path(a).unlink(missing_ok=True)", {"unlink"}),
        ("open(a, 'w')", {"open(w)"}),
        ("path.open('ab')", {"open(w)"}),
        ("path.open(mode='r+b')", {"open(w)"}),
        ("os.fdopen(handle, 'wb')", {"open(w)"}),
        ("open(a)", set()),
        ("open(a, 'rb')", set()),
        ("path.open('rb')", set()),
        ("Image.open(a)", set()),
        ("text.replace('a', 'b')", set()),
        ("replace(config, seed=1)", set()),
        ("counts.rename('images')", set()),
        ("frame.rename(columns=names)", set()),
    ],
)
def test_calls_that_write_are_recognised(source: str, expected: set[str]) -> None:
    assert set(calls(ast.parse(source))) == expected

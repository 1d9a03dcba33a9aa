"""Who may import whom, read from the syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ORDER = (
    "errors",
    "storage",
    "preprocess",
    "encoders",
    "modalities",
    "datasets",
    "model",
    "evaluation",
    "explanation",
    "walkthrough",
    "training",
    "bundles",
    "studies",
    "charts",
    "report",
    "library",
    "jobs",
    "commands",
    "__main__",
)
"""The modules and packages of mmdemo; each imports only itself and what stands before it."""

ALLOWED = {part: {part, *ORDER[:place]} for place, part in enumerate(ORDER)} | {
    "__init__": {"library"},
    "jobs": {"errors", "storage", "jobs"},
    "ui": {*ORDER, "ui"} - {"commands", "__main__"},
}
HEAVY = {"tensorflow", "keras"}
UNSAFE = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "mmdemo"
MODULES = sorted(LIBRARY.rglob("*.py"))
SCRIPTS = sorted([*ROOT.glob("app.py"), *ROOT.glob("pages/*.py")])


def part_of(path: Path) -> str:
    """The top-level module or package of mmdemo that a file belongs to."""
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def parts() -> set[str]:
    return {part_of(path) for path in MODULES}


def imported_names(tree: ast.AST, package: tuple[str, ...] = ()) -> Iterator[str]:
    """Dotted names that the imports of a tree may stand for; `package` is where relative ones start."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def names_in(path: Path) -> set[str]:
    package = path.relative_to(ROOT).parent.parts
    return set(imported_names(ast.parse(path.read_text(encoding="utf-8")), package))


def tops(names: set[str]) -> set[str]:
    return {name.split(".")[0] for name in names}


def parts_of_mmdemo(names: set[str]) -> set[str]:
    """The parts of mmdemo among the names; `mmdemo.__version__` is none."""
    return {name.split(".")[1] for name in names if name.startswith("mmdemo.")} & ALLOWED.keys()


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs when a module is imported: everything outside functions."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from at_import(child)


def loaded_at_import(source: str) -> set[str]:
    """Top-level names of the modules that a source imports when it is itself imported."""
    imports = [node for node in at_import(ast.parse(source)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {name.split(".")[0] for node in imports for name in imported_names(node)}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_its_place() -> None:
    unplaced = parts() - ALLOWED.keys()
    assert not unplaced, f"Give {sorted(unplaced)} a place in ORDER in {Path(__file__).name}."


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_modules_import_only_what_stands_before_them(path: Path) -> None:
    part = part_of(path)
    wrong = parts_of_mmdemo(names_in(path)) - ALLOWED.get(part, set())
    assert not wrong, f"{part} may not import {sorted(wrong)}."


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_interface_imports_streamlit(path: Path) -> None:
    assert part_of(path) == "ui" or "streamlit" not in tops(names_in(path))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_the_library_knows_no_page(path: Path) -> None:
    assert tops(names_in(path)).isdisjoint({"app", "pages", "tests", "benchmarks"})


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_pages_do_not_import_each_other(path: Path) -> None:
    assert tops(names_in(path)).isdisjoint({"app", "pages", "tests", *(script.stem for script in SCRIPTS)})


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=named)
def test_tensorflow_is_not_loaded_with_a_module(path: Path) -> None:
    assert loaded_at_import(path.read_text(encoding="utf-8")).isdisjoint(HEAVY)


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=named)
def test_nothing_is_pickled(path: Path) -> None:
    assert tops(names_in(path)).isdisjoint(UNSAFE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import mmdemo.model", {"model"}),
        ("from mmdemo import model, __version__", {"model"}),
        ("def f():\n    from mmdemo.ui.frame import page", {"ui"}),
        ("from . import encoder", {"encoders"}),
        ("from .encoder import Encoder", {"encoders"}),
        ("from ..errors import MMDemoError", {"errors"}),
        ("from .. import errors", {"errors"}),
        ("import numpy", set()),
    ],
)
def test_imports_are_recognised(source: str, expected: set[str]) -> None:
    assert parts_of_mmdemo(set(imported_names(ast.parse(source), ("mmdemo", "encoders")))) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import keras.layers", {"keras"}),
        ("try:\n    from tensorflow import lite\nexcept ImportError:\n    pass", {"tensorflow"}),
        ("class A:\n    import keras", {"keras"}),
        ("def train():\n    import keras", set()),
    ],
)
def test_imports_inside_functions_load_nothing(source: str, expected: set[str]) -> None:
    assert loaded_at_import(source) == expected

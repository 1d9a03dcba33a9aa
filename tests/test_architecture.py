"""Who may import whom, read from the syntax trees."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ORDER = (
    "errors",
    "storage",
    "sandbox",
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
    "spark",
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
    "jobs": {"errors", "storage", "sandbox", "jobs"},
    "ui": {*ORDER, "ui"} - {"spark", "commands", "__main__"},
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


@cache
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


def test_every_module_has_its_place() -> None:
    unplaced = parts() - ALLOWED.keys()
    assert not unplaced, f"Give {sorted(unplaced)} a place in ORDER in {Path(__file__).name}."


def offenders(paths: Iterable[Path], wrong: Callable[[Path], set[str]]) -> dict[str, list[str]]:
    """File → what is wrong in it, of the files where something is."""
    found = {path.relative_to(ROOT).as_posix(): sorted(wrong(path)) for path in paths}
    return {name: names for name, names in found.items() if names}


def test_the_rules_look_at_files() -> None:
    assert len(MODULES) > 50 and len(SCRIPTS) > 5


def test_modules_import_only_what_stands_before_them() -> None:
    assert offenders(MODULES, lambda path: parts_of_mmdemo(names_in(path)) - ALLOWED.get(part_of(path), set())) == {}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def modules_used_by(path: Path) -> set[str]:
    """Modules of mmdemo that a module imports anywhere, in functions and for type checkers, too."""
    known = {module_of(other) for other in MODULES}
    named = {name if name in known else name.rpartition(".")[0] for name in names_in(path)}
    return (named & known) - {module_of(path)}


def test_no_module_imports_itself_by_a_detour() -> None:
    try:
        TopologicalSorter({module_of(path): modules_used_by(path) for path in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(f"These modules import each other: {' → '.join(error.args[1])}.")


def test_only_the_interface_imports_streamlit() -> None:
    library = [path for path in MODULES if part_of(path) != "ui"]
    assert offenders(library, lambda path: tops(names_in(path)) & {"streamlit"}) == {}


def test_the_library_knows_no_page() -> None:
    assert offenders(MODULES, lambda path: tops(names_in(path)) & {"app", "pages", "tests", "benchmarks"}) == {}


def test_pages_do_not_import_each_other() -> None:
    others = {"app", "pages", "tests", *(script.stem for script in SCRIPTS)}
    assert offenders(SCRIPTS, lambda path: tops(names_in(path)) & others) == {}


def outside_the_frame(path: Path) -> set[str]:
    """What a page would draw outside of `with frame.page("…"):`, or that it has no frame."""
    tree = ast.parse(path.read_text("utf-8")).body
    body = [inner for node in tree for inner in ([*node.body, *node.orelse] if isinstance(node, ast.If) else [node])]
    frames = [node for node in body if isinstance(node, ast.With) and "frame.page(" in ast.unparse(node.items[0])]
    drawn = [
        ast.unparse(node.value)
        for node in body
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)
    ]
    return {*drawn, *([] if len(frames) == 1 else ["no frame.page"])}


def test_every_page_draws_inside_the_frame() -> None:
    assert offenders(SCRIPTS, outside_the_frame) == {}


def test_tensorflow_is_not_loaded_with_a_module() -> None:
    assert offenders([*MODULES, *SCRIPTS], lambda path: loaded_at_import(path.read_text("utf-8")) & HEAVY) == {}


def test_only_the_engine_imports_pyspark() -> None:
    others = [*(path for path in MODULES if part_of(path) != "spark"), *SCRIPTS]
    assert offenders(others, lambda path: tops(names_in(path)) & {"pyspark", "py4j"}) == {}


def test_only_commands_import_the_engine() -> None:
    others = [*(path for path in MODULES if part_of(path) not in {"spark", "commands"}), *SCRIPTS]
    assert offenders(others, lambda path: parts_of_mmdemo(names_in(path)) & {"spark"}) == {}


def test_charts_do_without_altair() -> None:
    assert offenders([*MODULES, *SCRIPTS], lambda path: tops(names_in(path)) & {"altair"}) == {}


def test_nothing_is_pickled() -> None:
    assert offenders([*MODULES, *SCRIPTS], lambda path: tops(names_in(path)) & UNSAFE) == {}


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

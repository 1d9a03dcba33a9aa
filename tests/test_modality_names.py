"""Only its homes name a modality: everything else works for any set of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmdemo.modalities.registry import MODALITIES
from tests.test_architecture import LIBRARY, ROOT, SCRIPTS

HOMES = ("modalities", "ui/modalities", "encoders", "preprocess", "datasets")
"""The registry's entries and their drawing; what encodes and prepares one kind of value; what reads data."""

VEGA_LITE = {
    LIBRARY / file for file in ("charts/drawing.py", "charts/grammar.py", "report/rendering.py", "ui/figure.py")
}
"""They speak Vega-Lite's language, in which `text` and `image` are kinds of marks."""

ELSEWHERE = [
    path
    for path in [*sorted(LIBRARY.rglob("*.py")), *SCRIPTS]
    if path not in VEGA_LITE and not any((LIBRARY / home) in path.parents for home in HOMES)
]


MIME = re.compile("(text|image)/[a-z+-]+")
LIBRARIES = {"st", "alt"}
"""Names of modules whose functions are called `image` and `text` for reasons of their own."""


def named(tree: ast.AST, names: frozenset[str]) -> Iterator[str]:
    """Every literal, constant and attribute that is named for a modality."""
    for node in ast.walk(tree):
        found: list[str] = []
        match node:
            case ast.Constant(value=str(value)) if " " not in value and not MIME.fullmatch(value):
                found = re.split(r"[._:=\[\]-]+", value)
            case ast.Name(id=name) | ast.alias(name=name) if name.isupper():
                found = name.lower().split("_")
            case ast.Attribute(value=ast.Name(id=module)) if module in LIBRARIES:
                found = []
            case ast.Attribute(attr=name):
                found = name.lower().strip("_").split("_") if name.isupper() else [name.strip("_")]
        yield from (f"line {getattr(node, 'lineno', '?')}: {one}" for one in found if one in names)


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_outside_its_homes_names_a_modality(path: Path) -> None:
    found = list(named(ast.parse(path.read_text(encoding="utf-8")), frozenset(MODALITIES)))
    assert not found, f"{path.relative_to(ROOT)} names a modality: {'; '.join(found)}"


@pytest.mark.parametrize(
    "planted",
    [
        "x = 'image'",
        "x = {'text': 1}",
        "IMAGE = 1",
        "_TEXT_TITLE = 1",
        "pair.image",
        "self._text",
        "module.IMAGE",
        "from module import IMAGE",
        "f(**{'text': 1})",
        "f'--{x}' + 'image_encoder'",
        "x['text.ngrams']",
    ],
)
def test_a_planted_name_is_found(planted: str) -> None:
    assert list(named(ast.parse(planted), frozenset(MODALITIES)))


@pytest.mark.parametrize("harmless", ["'an image of a cat'", "context = 1", "'imagery'", "mark_text()", "st.image(1)"])
def test_prose_and_other_words_are_not(harmless: str) -> None:
    assert not list(named(ast.parse(harmless), frozenset(MODALITIES)))

"""One word for one thing in what a person reads, and no phrase that reads as translated."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import click
import pytest

from mmdemo.__main__ import fusion_lab
from mmdemo.bundles.bundle import load
from mmdemo.bundles.facts import model_facts
from mmdemo.report.card import model_card
from mmdemo.report.page import build_report
from tests.models import ROOT

MODULES = sorted([*ROOT.glob("mmdemo/**/*.py"), ROOT / "app.py", *ROOT.glob("pages/*.py")])
DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/scale.md", "models/README.md"),
    "mmdemo/report/report.html",
)
ALLOWED = {
    r"[Dd]oes adding the picture to the words help": "the app's own question",
    r"A picture of a \{\}\.": "a caption of the homonyms: people write so",
    r"Take a photo|The photo is": "what a person takes with the camera",
    r"image images img .* filename path|label labels category categories": "columns as people call them",
    r"motion photo": "the name of a kind of file",
    r"`[^`]*`": "a name in the code, a file or a command",
}
"""What is not looked at, and why."""


@dataclass(frozen=True)
class Text:
    """A text that a person reads.

    where: file and line. kind: `comment`, `docstring`, `message` (any other string that holds a space) or `document`.
    page: whether it belongs to the pages. sent: whether the library or a chart makes it and a page may show it.
    aside: whether it is shown only on demand, or to those who cannot see.
    """

    where: str
    kind: str
    page: bool
    words: str
    aside: bool = False
    sent: bool = False


def outside_the_pages(text: Text) -> bool:
    """In the library, the command line and the documents."""
    return not text.page


def everywhere(text: Text) -> bool:
    """In the pages, too."""
    return True


IN_BRACKETS = re.compile(r"\([^()]*\)")


def main_text(text: Text) -> bool:
    """In what a page shows at once: a term may stand in help, in what opens on demand, and in brackets."""
    return (text.page or text.sent) and text.kind == "message" and not text.aside


def not_only_to_developers(text: Text) -> bool:
    """In messages and documents: docstrings and comments may speak as the code does."""
    return not text.page and text.kind in ("message", "document") and not text.where.startswith("CONTRIBUTING")


@dataclass(frozen=True)
class Rule:
    """Words that are refused, what to say instead, and which texts the rule is for."""

    refused: str
    instead: str
    applies: Callable[[Text], bool] = outside_the_pages

    def offenders(self, texts: Iterable[Text]) -> list[str]:
        """Every place where one of the words stands."""
        pattern = re.compile(self.refused, re.IGNORECASE)
        if self.applies is main_text:
            texts = [replace(text, words=IN_BRACKETS.sub("{}", text.words)) for text in texts]
        return [
            f"{text.where}: {found.group()!r} in …{text.words[max(0, found.start() - 40) : found.end() + 40]!r}…"
            for text in texts
            if self.applies(text)
            for found in pattern.finditer(text.words)
        ]


RULES = {
    # A path such as photo.jpg, and photographs that somebody took, are what they are called.
    "image": Rule(r"\bpictures?\b|(?<![/\w])photos?\b(?![./])", "image", everywhere),
    "class": Rule(r"\bcategor(?:y|ies)\b(?!\()|\bkinds? of labels?\b", "class or label"),
    # TF-IDF counts words, and an explanation colours them: only the modality is not called so.
    "caption": Rule(
        r"\bwords (?:alone|only)\b|\b(?:the )?images? and (?:the )?words\b|\bwords and (?:the )?images?\b"
        r"|\bwords and both\b|\bwithout the words\b|\bleaves? the words\b|\bover the words\b|\bbeside the words\b",
        "caption",
    ),
    "pair": Rule(r"\b(?:training|held-out|test) rows?\b|\brows held out\b", "pair"),
    "model for images, captions or both": Rule(r"\bheads?\b", "model for …", not_only_to_developers),
    "held-out": Rule(r"\btest (?:set|pairs?)\b|\bunseen (?!\()", "held-out"),
    "held-out, in the pages": Rule(r"\bheld aside\b", "held-out", everywhere),
    "trained on": Rule(r"\btaught\b|\blearn(?:t|s|ed)? from\b|\blearning from\b", "trained on", everywhere),
    "embedding, feature": Rule(r"\bnumbers? (?:that|which) stands? for\b", "embedding or feature"),
    "letterboxed, Gram coordinates, confusion matrix, runner-up": Rule(
        r"\bfitted into\b|\bsample space\b|\btaken for what\b|\bthe class next to it\b", "the field's term"
    ),
    "words that nobody outside the field knows": Rule(
        r"\bfus(?:ed|ion)\b(?! (?:Lab|shows))|\bheads?\b|\bheld[ -]out\b|\bfolds?\b|\bsplits?\b|\bintervals?\b"
        r"|\blogits?\b|\bencoders?\b|\btfidf\b|\bword_vectors\b|\bMcNemar\b|\bmacro F1\b|\blog loss\b|\bnats\b"
        r"|\bcalibrat\w+|\bBrier\b|\bregularisation\b|\bseed\b|\bcosine\b|\bsoftmax\b",
        "it plainly, with the term in brackets or in the help",
        main_text,
    ),
    "stilted": Rule(
        r"\bgo on with\b|\bis right so often\b|\bwho has the say\b|\bso many of\b(?! 100)|\bnearly separated\b"
        r"|\b(?:never|nor|only then) (?:is|are|was|were|does|do|did) (?:the|a|it|they)\b|\bthereof\b|\bwhereof\b",
        "what a native would say aloud",
        main_text,
    ),
    "plain English": Rule(
        r"\b(?:is|are|was|were) to be\b|\bshall\b|\bthe \w+ in question\b|\bwork(?:s|ed)? (?:it )?out\b"
        r"|\b(?:has|have) the say\b|\bkeeps? (?:its|their) (?:word|promise)\b|\bno more than\b|\bhardly\b"
        r"|\bof which so many\b|\bspeaks? for\b|\bspoke for\b|\bsomebody made up\b|\bof one's own\b"
        r"|\b(?:is|are) told (?:of|the)\b|\btell(?:s|ing)? of\b|\bmakes? something of\b|\bas far as known\b",
        "what a native engineer would write",
    ),
}


ASIDES = {
    "_HELP": "what `help=` shows",
    "_PROMISE": "the help of the badge beside an answer",
    "_ADDED": "columns of the statistics",
    "_SHARES": "metrics of the statistics",
    "_LOG_LOSS": "a metric of the statistics",
    "_added_row": "a row of the statistics",
    "_metrics": "rows of the statistics",
    "_download": "stands below the statistics",
    "_grouped": "the help on what results rest",
    "_classes": "the table that “Class by class” opens",
    "_calibration": "what “Can its percentages be trusted?” opens",
    "_coverage": "what “Can its percentages be trusted?” opens",
    "_more": "what “More options” opens",
    "_explain_limits": "what “Why can nothing do better?” opens",
    "_configuration": "how a model was made, for those who would make it again",
    "_details": "how a model was trained, below a card's statistics",
    "accuracy_words": "what stands for a chart of accuracies for those who cannot see it",
    "identity": "what tells a network's features apart in the cache",
}
"""Functions and constants (or how their names end) that hold only what is shown on demand, and why."""

ASIDE_MODULES = {
    "mmdemo/evaluation/statistics.py": "shown in help and in “The statistics”",
    "mmdemo/report/card_statistics.py": "“The statistics” of a card",
    "mmdemo/library/": "for those who program",
    "mmdemo/commands/": "for those who use a terminal",
}
"""Library modules whose texts no page shows at once, and why."""


def _is_aside(node: ast.AST) -> bool:
    """Whether what stands in this node is shown on demand alone: help, a popover, an expander, or one of ASIDES."""
    if isinstance(node, ast.keyword):
        return node.arg in ("help", "alt", "key", "tooltip")
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") == "Tooltip"
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        return any(getattr(call.func, "attr", "") in ("popover", "expander") for call in calls)
    names = [node.name] if isinstance(node, ast.FunctionDef) else []
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
    return any(name.endswith(tuple(ASIDES)) for name in names)


def _is_page(name: str) -> bool:
    return name.startswith(("mmdemo/ui/", "pages/", "app.py"))


@cache
def sent() -> frozenset[str]:
    """Where texts stand that pages may show though they are not of the pages: file and line.

    Those of charts and findings; of every function of the library that returns text and that a page names, directly
    or through others; of constants that these name; and of what pages read from classes, such as an encoder's
    title. A name that several share counts for all of them.
    """
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in MODULES}
    aside = tuple(ASIDE_MODULES)
    library = {name: tree for name, tree in trees.items() if not _is_page(name) and not name.startswith(aside)}
    functions: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
    for name, tree in library.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.returns and "str" in ast.unparse(node.returns):
                functions.setdefault(node.name, []).append((name, node))
    named = set().union(*(_names(tree) for name, tree in trees.items() if _is_page(name)))
    reached, left = set(), named & functions.keys()
    while left:
        reached |= left
        named |= set().union(*(_names(node) for one in left for _, node in functions[one]))
        left = (named & functions.keys()) - reached
    nodes: list[tuple[str, ast.AST]] = [found for one in reached for found in functions[one]]
    nodes += [(name, node) for name, tree in library.items() for node in _assigned(tree, named)]
    whole = re.compile(r"mmdemo/(charts/|datasets/(\w+_findings|conflicts|caption_languages|label_in_caption)\.py)")
    nodes += [(name, tree) for name, tree in library.items() if whole.match(name)]
    return frozenset(f"{name}:{line}" for name, node in nodes for line, *_ in _strings(node))


def _names(tree: ast.AST) -> set[str]:
    """Every name that is read, called, imported or asked of an object."""
    found = ((getattr(node, key, None) for key in ("id", "attr", "name")) for node in ast.walk(tree))
    return {name for names in found for name in names if isinstance(name, str)}


def _assigned(tree: ast.Module, named: set[str]) -> Iterator[ast.AST]:
    """What is assigned to one of the names, in the module or in a class."""
    for holder in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]:
        for node in holder.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if any(isinstance(target, ast.Name) and target.id in named for target in targets):
                yield node


def texts_of_module(path: Path) -> Iterator[Text]:
    """Comments, docstrings and strings with a space in them; `{}` stands for what an f-string computes."""
    source, name = path.read_text("utf-8"), path.relative_to(ROOT).as_posix()
    page = _is_page(name)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(f"{name}:{token.start[0]}", "comment", page, token.string)
    for line, kind, words, aside in _strings(ast.parse(source)):
        if " " in words.strip():
            yield Text(f"{name}:{line}", kind, page, " ".join(words.split()), aside, f"{name}:{line}" in sent())


def _strings(node: ast.AST, within: bool = False) -> Iterator[tuple[int, str, str, bool]]:
    aside = within or _is_aside(node)
    for child in ast.iter_child_nodes(node):
        value = child.value if isinstance(child, ast.Expr) else child
        kind = "docstring" if isinstance(child, ast.Expr) else "message"
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.lineno, kind, value.value, aside
        elif isinstance(value, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in value.values)
            yield value.lineno, kind, "".join(map(str, parts)), aside
            for part in value.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _strings(part, aside)
        else:
            yield from _strings(child, aside)


def texts_of_document(name: str) -> Iterator[Text]:
    """The lines of a file that is not code; `{}` stands for what a template computes, and tags are left out."""
    whole = (ROOT / name).read_text("utf-8")
    if name.endswith(".html"):
        computed = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
        whole = computed.sub(lambda found: "{}" + "\n" * found.group().count("\n"), whole)
        whole = re.sub(r"</?(?:head|thead|body|div|table|ul|li|main)\b[^<>]*>", "", whole)
    for number, line in enumerate(whole.splitlines(), 1):
        yield Text(f"{name}:{number}", "document", False, line)


def texts_of_help() -> Iterator[Text]:
    """What `--help` prints, of the program and of each command."""
    context = click.Context(fusion_lab, info_name="mmdemo")
    yield Text("mmdemo --help", "message", False, fusion_lab.get_help(context))
    for name in fusion_lab.list_commands(context):
        command = fusion_lab.get_command(context, name)
        assert command is not None
        help_text = command.get_help(click.Context(command, parent=context, info_name=name))
        yield Text(f"mmdemo {name} --help", "message", False, " ".join(help_text.split()))


@cache
def all_texts() -> tuple[Text, ...]:
    """Everything that is looked at, without what is allowed."""
    code = (text for path in MODULES for text in texts_of_module(path))
    documents = (text for name in DOCUMENTS for text in texts_of_document(name))
    every = [*code, *documents, *texts_of_help()]
    return tuple(replace(text, words=re.sub("|".join(ALLOWED), "{}", text.words)) for text in every)


@pytest.mark.parametrize("name", RULES)
def test_one_word_for_one_thing(name: str) -> None:
    found = RULES[name].offenders(all_texts())
    assert not found, f"Say {RULES[name].instead}:\n" + "\n".join(found)


def test_a_term_may_stand_where_it_is_asked_for() -> None:
    source = """
_MORE_HELP = "the a fold"
def page():
    st.markdown("the b fold", help="the c fold")
    with st.expander("the d fold"):
        st.markdown(f"the e fold {x('the f fold')}")
    with st.container():
        st.markdown("the g fold")
"""
    found = {words[4]: aside for _, _, words, aside in _strings(ast.parse(source))}
    assert found == {"a": True, "b": False, "c": True, "d": True, "e": True, "f": True, "g": False}


def test_every_exception_is_needed() -> None:
    names = {node.name if isinstance(node, ast.FunctionDef) else node.id for path in MODULES
             for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef | ast.Name)}
    assert not [ending for ending in ASIDES if not any(name.endswith(ending) for name in names)]


@pytest.mark.slow
def test_the_report_and_the_card_say_it_plainly_before_the_statistics() -> None:
    folder = ROOT / "models" / "everyday"
    page = re.sub(r"<style>.*?</style>|<[^>]*>", " ", build_report(load(folder)).html, flags=re.DOTALL)
    card = model_card(model_facts(folder), "Everyday")
    assert RULES["words that nobody outside the field knows"].offenders([_shown(page)]), "the statistics have terms"
    told = [_shown(text.partition(heading)[0]) for text, heading in ((page, " The statistics "), (card, "## The stat"))]
    assert all(len(one.words) > 1000 for one in told)
    assert not [found for rule in RULES.values() if rule.applies is main_text for found in rule.offenders(told)]


def _shown(words: str) -> Text:
    return Text("on the page", "message", True, " ".join(words.split()))


def test_what_pages_get_from_elsewhere_is_looked_at() -> None:
    shown = [text.words for text in all_texts() if text.sent and main_text(text)]
    assert len(shown) > 300
    parts = ("neither clearly better", "of 100 pairs are answered", "Pairs answered correctly", "took too long")
    parts += ("tested on one and trained on",)
    assert not [part for part in parts if not any(part in words for words in shown)]


def test_the_rules_look_at_texts() -> None:
    texts = all_texts()
    assert {text.kind for text in texts} == {"comment", "docstring", "message", "document"}
    assert len(texts) > 1000 and any(text.page for text in texts)
    assert any(text.where == "mmdemo train --help" and "--image-encoder" in text.words for text in texts)


@pytest.mark.parametrize(
    ("name", "refused", "allowed"),
    [
        ("image", "Choose a picture.", "--image photo.jpg, one of the photographs"),
        ("class", "Ten categories", "unicodedata.category(c)"),
        ("caption", "the image and the words", "the words of the caption"),
        ("pair", "fitted on training rows", "a row of the table"),
        ("model for images, captions or both", "Results by head", "a table ahead"),
        ("held-out", "on unseen pairs", "on held-out pairs"),
        ("held-out, in the pages", "pairs held aside", "pairs held out"),
        ("trained on", "what it learnt from", "what it was trained on"),
        ("embedding, feature", "a number that stands for a word", "a feature"),
        ("letterboxed, Gram coordinates, confusion matrix, runner-up", "in sample space", "in Gram coordinates"),
        ("words that nobody outside the field knows", "95 % interval", "likely range"),
        ("stilted", "Go on with the usual homonyms", "Continue with the default dataset"),
        ("plain English", "what is to be read", "what it reads"),
    ],
)
def test_the_rules_know_what_they_refuse(name: str, refused: str, allowed: str) -> None:
    page = RULES[name].applies is main_text
    texts = [Text("somewhere", "message", page, words) for words in (refused, allowed)]
    assert [found.split("…")[1].strip("'") for found in RULES[name].offenders(texts)] == [refused]

"""Captions made to cost much, and what every operation on them costs; imported by processes of their own."""

import json
import re
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load
from mmdemo.charts.parts import removal_bars, waterfall
from mmdemo.charts.words import alike_chart, piece_chart, term_chart
from mmdemo.encoders.tfidf_word_vectors_sentence import TfidfWordVectorSentenceEncoder
from mmdemo.explanation.counterfactual import decisive
from mmdemo.explanation.effect import effect, prepared, single_operations
from mmdemo.explanation.explain import against, explain
from mmdemo.modalities.text_corruptions import add_typos, drop_words
from mmdemo.preprocess.text import MAX_CHARACTERS, TextSettings, clean, clean_steps, tokens
from mmdemo.report.explained import Chosen, explained
from mmdemo.ui.modalities.any_explanation import coloured
from mmdemo.walkthrough import formulas
from mmdemo.walkthrough.caption import alike, own_tfidf, walk_meaning, walk_tfidf
from tests.budget import ROOT
from tests.pace import cpu_seconds

CPU = 1.0  # seconds that a caption may take
PIECES = {
    "18 characters each": "\ufdfa",
    "characters": "猫",
    "kana": "㌀",
    "dotted capitals": "İ",
    "ligatures": "ﬃß",
    "accents": "ΐế",
    "marks on marks": "\u0301\u0327\u0344",
    "marks of unspaced scripts": "\u3099\u0e31",
    "one-letter words": "a ",
    "one long word": "a",
    "phrases": "a big red fire truck by the sea ",
    "tags": "<b>",
    "open tags": "<script <!-- ",
    "addresses": "www.a ",
    "entities": "&amp;&#xfdfa;",
    "mixed scripts": "aд猫क्षاก1",
    "emoji": "👩\u200d👩\u200d👧\ufe0f❤",
    "directions": "\u202eabc\u2066\u200f",
    "stop words": "the of ",
    "spaces": "\u00a0\u3000\n",
}
"""Kind → what such a caption repeats."""
ONCE = {
    "different characters": "".join(map(chr, range(0x4E00, 0x4E00 + MAX_CHARACTERS))),
    "different rare characters": "".join(map(chr, range(0x20000, 0x20000 + MAX_CHARACTERS))),
    "different words": " ".join(format(number, "x") for number in range(MAX_CHARACTERS))[:MAX_CHARACTERS],
    "one letter with marks": "a" + "\u0301\u0327" * (MAX_CHARACTERS // 2 - 1),
    "punctuation": "".join(map(chr, range(0x2000, 0x2000 + MAX_CHARACTERS))),
}
HOSTILE = {name: (piece * MAX_CHARACTERS)[:MAX_CHARACTERS] for name, piece in PIECES.items()} | ONCE
TABLE = ("18 characters each", "characters", "different characters", "one letter with marks")
"""Those that the pages are opened with."""
_FEW = (*TABLE, "punctuation", "entities", "different rare characters", "phrases")
_ALL_KINDS = ("clean", "encode", "explain")  # operations that are quick enough for all
ALL = TextSettings(accents=True, stop_words="english", ngrams=3)


def repeated(pieces: Iterable[tuple[str, int]]) -> str:
    """Return a caption of pieces, each so many times, until it is full."""
    return "".join(piece * times for piece, times in pieces)[:MAX_CHARACTERS]


CAPTIONS = st.lists(
    st.tuples(st.sampled_from(list(PIECES.values())) | st.text(min_size=1, max_size=4), st.integers(1, MAX_CHARACTERS)),
    min_size=1,
    max_size=6,
).map(repeated)
"""Captions that mix all kinds."""


def cost(call: Callable[[], object], tries: int) -> tuple[float, float]:
    """Return what a call costs: CPU seconds of this process, and megabytes by which its memory grew at its peak."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    memory = _peak()
    return cpu_seconds(call, CPU, tries), _peak() - memory


def _peak() -> float:
    with open("/proc/self/status", encoding="ascii") as file:
        return int(re.findall(r"VmHWM:\s+(\d+)", file.read())[0]) * 1024 / 1e6


def _report(kind: str, call: Callable[[], object], tries: int = 3) -> None:
    print(json.dumps([kind, *cost(call, tries)]))


def measure(operation: str) -> None:
    """Print what an operation costs for each kind of caption, once it has run on a plain one."""
    act = _OPERATIONS[operation]()
    act("a red car")
    for kind in HOSTILE if operation in _ALL_KINDS else _FEW:
        _report(kind, partial(act, HOSTILE[kind]))


def measure_mixtures(operation: str, examples: str) -> None:
    """Print the same for mixtures of all kinds."""
    act = _OPERATIONS[operation]()
    act("a red car")

    @settings(max_examples=int(examples), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(CAPTIONS)
    def run(caption: str) -> None:
        _report(caption[:20], partial(act, caption))

    run()


def _clean() -> Callable[[str], object]:
    return lambda caption: [clean_steps(caption), tokens(clean(caption, ALL), ALL.ngrams)]


def _encode() -> Callable[[str], object]:
    # Every token is known, which a visitor's own data can bring about.
    encoder = TfidfWordVectorSentenceEncoder(ALL).fit(list(HOSTILE.values()))
    coef = np.random.default_rng(0).normal(size=(10, encoder.n_features_out)).astype(np.float32)
    return lambda caption: [encoder.transform([caption]), encoder.examine(caption).word_parts(coef)]


def _explain() -> Callable[[str], object]:
    model = load(ROOT / "models" / "everyday").model

    def act(caption: str) -> None:
        if model.is_missing("text", caption):
            return
        evidence = model.examine({"text": caption})
        prediction = model.answer(evidence)
        found = against(explain(model, evidence, prediction), *model.classes[:2])
        found.contributions(prediction.label)
        if found.units("text", model.classes[0])[0]:
            coloured(*found.units("text", model.classes[0]))
            removal_bars(found, "text", model.classes[0])
        waterfall(found, model.classes[0])
        explained(model, Chosen("hostile", {"text": caption}, None))

    return act


def _change() -> Callable[[str], object]:
    model = load(ROOT / "models" / "everyday").model

    def act(caption: str) -> None:
        if model.is_missing("text", caption):
            return
        evidence = model.examine({"text": caption})
        decisive(model, evidence, model.answer(evidence), "text")

    return act


def _effect() -> Callable[[str], object]:
    model = load(ROOT / "models" / "everyday").model

    def act(caption: str) -> None:
        changed = prepared(model, "text", caption, ALL)
        single_operations(model, "text", caption)
        if not model.is_missing("text", changed):
            effect(model, model.examine({"text": caption}), model.examine({"text": changed}))
        for damage in (add_typos, drop_words):
            damage(caption, 50, np.random.default_rng(0))

    return act


def _walk() -> Callable[[str], object]:
    counted = own_tfidf(load(ROOT / "models" / "everyday").model.encoders["text"])
    assert counted is not None

    def act(caption: str) -> None:
        weights, meaning = walk_tfidf(counted, caption, 300), walk_meaning(TextSettings(), caption)
        if weights.terms:
            term_chart(weights, "#000000").to_dict()
            formulas.tfidf(weights)
        if meaning.tokens:
            piece_chart(meaning).to_dict()
            alike_chart(meaning.words[0], alike(meaning.words[0], counted)).to_dict()
            formulas.word_vector(meaning)

    return act


_OPERATIONS = {
    "clean": _clean,
    "encode": _encode,
    "explain": _explain,
    "change": _change,
    "effect": _effect,
    "walk": _walk,
}
OPERATIONS = tuple(_OPERATIONS)


def measure_pages() -> None:
    """Print what it costs to draw captions on the pages; raise an AssertionError where they draw too much."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/classify.py").run()
    _write_captions(app)
    app.switch_page("pages/preprocess.py").run()
    app.segmented_control(key="pair_from").set_value("own").run()
    _write_captions(app)
    _walk_captions()


def _write_captions(app: AppTest) -> None:
    for caption in ("a red car", "the blue sea"):
        app.text_input(key="caption").set_value(caption).run()
    for kind in TABLE:
        _report(kind, app.text_input(key="caption").set_value(HOSTILE[kind]).run, tries=1)  # a second run finds it kept
        check_drawn(app)


def _walk_captions() -> None:
    app = AppTest.from_function(_features, default_timeout=60)
    app.session_state["written"] = "a red car"
    app.run()
    for kind in TABLE:
        app.session_state["written"] = HOSTILE[kind]
        _report(kind, app.run, tries=1)
        check_drawn(app)


def _features() -> None:
    import streamlit as st

    from mmdemo.bundles.bundle import load
    from mmdemo.datasets.registry import load as load_dataset
    from mmdemo.ui.modalities import text_walkthrough
    from tests.budget import ROOT

    bundle = load(ROOT / "models" / "everyday")
    text_walkthrough.section(bundle, load_dataset("homonyms", n=40), st.session_state["written"])


def check_drawn(app: AppTest) -> None:
    """Raise an AssertionError where a page shows an error, or sends a browser more than it can draw."""
    assert not app.exception and not app.error, [error.value for error in (*app.exception, *app.error)]
    elements = [element for element in app.main if getattr(element, "proto", None) is not None]
    sizes = {element.type: element.proto.ByteSize() for element in elements}
    assert elements and max(sizes.values()) < 200_000 and sum(sizes.values()) < 500_000, sizes
    for group in (element for element in elements if element.type in ("button_group", "pills")):
        assert len(group.proto.options) <= 200
    spans = sum(str(element.proto).count("<span") for element in elements if element.type == "html")
    assert spans <= 450

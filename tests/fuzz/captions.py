"""Captions: cleaned, cut into words, answered and explained."""

from pathlib import Path

from mmdemo.bundles.bundle import load
from mmdemo.explanation.explain import against, explain
from mmdemo.preprocess.text import TextSettings, clean, clean_steps, tokens
from mmdemo.ui.modalities.any_explanation import coloured
from tests.fuzz.target import Reader, Target

_ROOT = Path(__file__).resolve().parents[2]
_PIECES = (
    "a red car by the sea",
    "\ufdfa",
    "猫",
    "㌀",
    "İ",
    "ﬃß",
    "ΐế",
    "\u0301\u0327\u0344",
    "\u3099",
    "<b>bold</b>",
    "<script <!-- ",
    "&amp;&#xfdfa;",
    "www.a.b ",
    "aд猫क्षاก1",
    "👩\u200d👩\u200d👧\ufe0f",
    "\u202eabc\u2066",
    "the of ",
    "\u00a0\u3000\n",
    "\ud800",
)
_ALL = TextSettings(accents=True, stop_words="english", ngrams=3)


def _read(folder: Path) -> Reader:
    model = load(_ROOT / "models" / "everyday").model

    def read(data: bytes) -> None:
        caption = data.decode("utf-8", "surrogateescape")  # as a command line gives it
        clean_steps(caption)
        tokens(clean(caption, _ALL), _ALL.ngrams)
        if model.is_missing("text", caption):
            return
        evidence = model.examine({"text": caption})
        prediction = model.answer(evidence)
        assert abs(prediction.probabilities.sum() - 1) < 1e-5
        found = against(explain(model, evidence, prediction), *model.classes[:2])
        units, values = found.units("text", model.classes[0])
        if units:
            coloured(units, values).encode()

    return read


def _seeds() -> list[bytes]:
    return [piece.encode("utf-8", "surrogatepass") for piece in (*_PIECES, "".join(_PIECES), " ".join(_PIECES))]


CAPTION = Target(_read, _seeds, tuple(_seeds()[:19]), cpu=1.5, megabytes=60, longest=40_000)

"""Captions in another script or language than most."""

from collections import Counter
from collections.abc import Iterator, Mapping

from mmdemo.datasets.finding import Finding, counted
from mmdemo.datasets.wording import listed
from mmdemo.preprocess.languages import language, scripts_of

_MOST = 0.8  # share of the captions that must be alike, so that others differ from most
_FEWEST, _LEAST = 3, 0.02  # captions in another language, also as a share of all: fewer may be mistaken
_NAMES = {"CJK": "Chinese or Japanese", "HANGUL": "Korean"}


def other_languages(cleaned: Mapping[str, str]) -> Iterator[Finding]:
    """Report the captions whose script, or else whose language, is not that of most; cleaned: row id → caption.

    A caption with a name in Latin letters is in the script of its other letters. A language is known by its little
    words, so that a caption of nouns alone is in none; a few captions that seem to be in another are not reported.
    """
    scripts = {row: found for row, caption in cleaned.items() if (found := scripts_of(caption))}
    main, count = _most_common([found[0] for found in scripts.values()])
    others = {row: found[0] for row, found in scripts.items() if main not in found}
    if others and count >= _MOST * len(scripts):
        yield _finding(others, "script", main)
    languages = {row: name for row in scripts if row not in others and (name := language(cleaned[row]))}
    main, count = _most_common(list(languages.values()))
    others = {row: name for row, name in languages.items() if name != main}
    if len(others) >= max(_FEWEST, _LEAST * len(cleaned)) and count >= _MOST * len(languages):
        yield _finding(others, "language", main)


def _most_common(found: list[str]) -> tuple[str, int]:
    return Counter(found).most_common(1)[0] if found else ("", 0)


def _finding(others: Mapping[str, str], what: str, main: str) -> Finding:
    """Return the finding; others: row id → its script or language."""
    counts = Counter(map(_named, others.values())).most_common()
    detail = (
        f"Most are in {_named(main)}, but {listed([f'{times:,} in {name}' for name, times in counts])}. A model learns "
        "little from words that occur seldom: translate these captions, or leave them out."
    )
    return Finding("note", f"{counted(len(others), 'caption')} in another {what} than most", detail, tuple(others))


def _named(script_or_language: str) -> str:
    return _NAMES.get(script_or_language, script_or_language.capitalize())

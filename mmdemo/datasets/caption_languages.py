"""Captions in another script or language than most."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mmdemo.datasets.finding import Finding, counted
from mmdemo.datasets.wording import listed

_MOST = 0.8  # share of the captions that must be alike, so that others differ from most
_FEWEST, _LEAST = 3, 0.02  # captions in another language, also as a share of all: fewer may be mistaken
_TELLING = 2  # words without which a caption's language is not known
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "BOPOMOFO": "CJK", "FULLWIDTH": "LATIN"}
_NAMES = {"CJK": "Chinese or Japanese", "HANGUL": "Korean"}
_WORDS = """
English: the of and with for from this that is are was has have his her its their you your not by on do i in what
German: der die das und ein eine einen einem mit für von dem den des ist sind nicht auf zum zur im aus
French: le les des une du avec pour dans est sont sur aux cette qui pas ses au et
Spanish: el los las una con para por del es son y esta este muy sus al
Italian: il lo gli una con per della di che è sono nel dei delle e
Portuguese: os as uma com para do da em é são não dos das na ao e
Dutch: het een van met voor en op zijn niet deze aan uit bij naar
Polish: z i na w do jest nie dla się od oraz przez
Swedish: och en ett med för på är av som inte till från
"""
_LANGUAGES = {
    language: frozenset(words.split()) for language, words in (line.split(": ") for line in _WORDS.strip().split("\n"))
}


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


def scripts_of(caption: str) -> list[str]:
    """Return the scripts of a caption's letters by their Unicode names, that of most letters first.

    >>> scripts_of("a red car"), scripts_of("красная vw"), scripts_of("12")
    (['LATIN'], ['CYRILLIC', 'LATIN'], [])
    """
    if caption.isascii():
        return ["LATIN"] if any(map(str.isalpha, caption)) else []
    return [name for name, _ in Counter(filter(None, map(_script_of, caption))).most_common()]


def language(caption: str) -> str:
    """Return the language of a cleaned caption in Latin letters, "" where its words do not tell.

    >>> language("das haus und der garten"), language("a red car")
    ('German', '')
    """
    words = set(caption.split())
    (name, most), (_, less) = Counter({name: len(words & little) for name, little in _LANGUAGES.items()}).most_common(2)
    return name if most >= max(_TELLING, 2 * less) else ""


@lru_cache(maxsize=4096)
def _script_of(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split(" ", 1)[0].split("-")[0]
    return _TOGETHER.get(name, name)

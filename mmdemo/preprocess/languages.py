"""The script and the language of a cleaned caption, as far as its letters and little words tell."""

import unicodedata
from collections import Counter
from functools import lru_cache

_TELLING = 2  # words without which a caption's language is not known
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "BOPOMOFO": "CJK", "FULLWIDTH": "LATIN"}
_OF_SCRIPT = {"HANGUL": "Korean", "CYRILLIC": "Russian or a related language", "ARABIC": "Arabic or a related language",
              "GREEK": "Greek", "HEBREW": "Hebrew", "THAI": "Thai", "DEVANAGARI": "Hindi or a related language",
              "ARMENIAN": "Armenian", "GEORGIAN": "Georgian"}  # fmt: skip
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
LITTLE_WORDS = {
    language: frozenset(words.split()) for language, words in (line.split(": ") for line in _WORDS.strip().split("\n"))
}
"""Language → the little words that tell it from others."""


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
    counts = Counter({name: len(words & little) for name, little in LITTLE_WORDS.items()})
    (name, most), (_, less) = counts.most_common(2)
    return name if most >= max(_TELLING, 2 * less) else ""


@lru_cache(maxsize=4096)
def _script_of(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split(" ", 1)[0].split("-")[0]
    return _TOGETHER.get(name, name)


def language_in_words(caption: str) -> str:
    """Return what to call the language of a cleaned caption in letters other than Latin ones.

    >>> language_in_words("一辆红色的汽车"), language_in_words("красная машина"), language_in_words("ኣማርኛ")
    ('Chinese', 'Russian or a related language', 'in Ethiopic letters')
    """
    script = (scripts_of(caption) or [""])[0]
    if script == "CJK":
        return "Japanese" if any("\u3040" <= letter <= "\u30ff" for letter in caption) else "Chinese"
    return _OF_SCRIPT.get(script, f"in {script.capitalize()} letters")

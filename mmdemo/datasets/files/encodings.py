"""How likely a file's name is in an encoding that systems had before UTF-8."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from math import log

_ASCII = log(1 / 50)
_RARE = log(0.03 / 17_000)
_IMPOSSIBLE = -1_000.0
_ALONE = log(1 / 50)
_LATIN = frozenset(("utf-8", "cp1252", "cp850", "cp437", "cp852", "cp1250"))
_LONE = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?![^\x00-\x7f])|(?<![^\x00-\x7f])[^\x00-\x7f](?=[A-Za-z])")


def likelihood(name: bytes, encoding: str) -> float:
    """Return the logarithm of how likely a name is, if it is in this encoding.

    Characters that people of its language use often share most of the probability, evenly. Letters of other scripts
    seldom stand alone in a Latin word.

    >>> name = "猫の写真.png".encode("cp932")
    >>> max(ENCODINGS, key=lambda encoding: likelihood(name, encoding))
    'cp932'
    """
    try:
        text = name.decode(encoding)
    except UnicodeDecodeError:
        return _IMPOSSIBLE
    prior, of_character = _MODELS[encoding]
    alone = 0 if encoding in _LATIN else len(_LONE.findall(text))
    of_all = sum(_ASCII if character.isascii() else of_character(character) for character in text)
    return log(prior) + of_all + alone * _ALONE


def _asian(codec: str, first: range, size: int) -> Callable[[str], float]:
    """Return the model of a script whose `size` common characters begin with these bytes in a codec."""

    @cache
    def of(character: str) -> float:
        written = character.encode(codec, "ignore")
        return log(0.97 / size) if len(written) == 2 and written[0] in first else _RARE

    return of


def _japanese(character: str) -> float:
    return log(0.5 / 166) if "\u3041" <= character <= "\u30fe" else _KANJI(character) + log(0.5)


def _modern(character: str) -> float:
    """Return the model of UTF-8, of whose letters of two bytes few are in use: 图片 in GB18030 would be two others."""
    return log(1 / 500) if character >= "\u0800" or _IN_USE.match(character) else _RARE


def _letters(common: str, share: float) -> Callable[[str], float]:
    """Return the model of a language that writes these letters beside ASCII, as this share of all."""
    return lambda letter: log(share * 0.9 / len(common)) if letter in common else log(share * 0.1 / 128)


_KANJI = _asian("shift_jis", range(0x88, 0x98), 2_965)
_WESTERN = _letters("äöüßéèàáâçêëíîïñóôõúåæøœãìòùûÄÖÜÉ", 0.1)
_CENTRAL = _letters("áéíóúýäöüőűčďěňřšťůžąćęłńśźżßăâîșț", 0.1)
_CYRILLIC = _letters("абвгдежзийклмнопрстуфхцчшщъыьэюя", 0.9)
_IN_USE = re.compile("[\xa0-\u017f\u0218-\u021b\u0300-\u0345\u0386-\u03ce\u0400-\u045f\u05d0-\u05ea\u0620-\u064a]")
_MODELS: Mapping[str, tuple[float, Callable[[str], float]]] = {
    "utf-8": (1, _modern),
    "gb18030": (0.5, _asian("gb2312", range(0xB0, 0xD8), 3_755)),
    "cp1252": (0.2, _WESTERN),
    "cp850": (0.2, _WESTERN),
    "cp437": (0.1, _WESTERN),
    "cp932": (0.1, _japanese),
    "cp950": (0.1, _asian("big5", range(0xA4, 0xC7), 5_401)),
    "cp949": (0.1, _asian("euc_kr", range(0xB0, 0xC9), 2_350)),
    "cp1251": (0.02, _CYRILLIC),
    "cp866": (0.02, _CYRILLIC),
    "cp852": (0.02, _CENTRAL),
    "cp1250": (0.02, _CENTRAL),
}
ENCODINGS = tuple(_MODELS)

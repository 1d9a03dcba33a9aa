"""How much a text looks like a language, read in an encoding of one byte a character."""

import re
from collections import Counter

_WEST = (
    "äöüßẞé", "àâçèéêëîïôùûüÿœæäö", "áéíñóúüªºäö", "áâãàçéêíóôõúüªº", "àèéìíîòóùúäöü", "æøåéöäü", "åäöéü",
    "áðéíóúýþæö", "éëïóèêöüä", "àçèéíïòóúüäö",
)  # fmt: skip
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдђежзијклљмнњопрстћуфхцчџш",
             "абвгдеёжзійклмнопрстуўфхцчшыьэюя")  # fmt: skip
ALPHABETS = {
    "cp1252": _WEST,
    "cp1250": _CENTRAL,
    "cp1254": ("çğıöşüâîû",),
    "cp1251": _CYRILLIC,
    "cp1253": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",),
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئپچژگ",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "cp874": ("".join(map(chr, range(0x0E01, 0x0E5C))),),
    "koi8_r": _CYRILLIC[:1],
    "iso8859_2": _CENTRAL,
    "mac_roman": _WEST,
    "cp850": _WEST,
}
"""Encoding → the letters beside a to z of each language that is written in it."""

_OTHER_SCRIPTS = frozenset(("cp1251", "cp1253", "cp1255", "cp1256", "cp874", "koi8_r"))  # than Latin
_SYMBOLS = frozenset("\xa0“”„‘’‚‹›«»–—…•€£¥§©®™°·½¼¾²³×¡¿±µ№")
_WITHIN_WORDS = frozenset("\xa0’·–—…")
_HIGH = re.compile(r"(?s)(?<=(.))([^\x00-\x7f])(?=(.))")


def likeness(data: bytes, encoding: str) -> float:
    """Return the share (0–1) of characters beyond ASCII that have their place in a text of one language.

    A letter has it where the language has that letter, and no capital follows a small letter; a symbol between words.
    """
    met: Counter[str] = Counter()
    every, other_script = 0, encoding in _OTHER_SCRIPTS
    for before, character, after in _HIGH.findall(f" {data.decode(encoding, 'replace')} "):
        every += 1
        if _in_place(before, character, after) and not (other_script and (_is_latin(before) or _is_latin(after))):
            met[" " if character in _SYMBOLS else character.lower()] += 1
    known = max(sum(met[letter] for letter in alphabet) for alphabet in ALPHABETS[encoding])
    return (known + met[" "]) / max(1, every)


def _in_place(before: str, character: str, after: str) -> bool:
    if character in _SYMBOLS:
        return character in _WITHIN_WORDS or not (before.isalpha() and after.isalpha())
    return not (character.isupper() and before.islower())


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()

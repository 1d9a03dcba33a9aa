"""How much a text looks like Chinese, Japanese or Korean, read in an encoding of two bytes a character."""

import re
from collections import Counter

_FROM_A1 = range(0xA1, 0xFF)
_ANY = range(0x40, 0xFF)
COMMON = {
    "cp949": (_FROM_A1, (range(0xA1, 0xA4), range(0xB0, 0xC9))),
    "gb18030": (_FROM_A1, (range(0xA1, 0xA4), range(0xB0, 0xD8))),
    "cp950": (_ANY, (range(0xA1, 0xA4), range(0xA4, 0xC7))),
    "cp932": (_ANY, (range(0x81, 0x84), range(0x88, 0x99))),
    "euc_jp": (_FROM_A1, (range(0xA1, 0xA2), range(0xA4, 0xA6), range(0xB0, 0xD0))),
}
"""Encoding → second bytes, then first bytes, of punctuation, syllables and the most common thousands of characters."""


_KANA = range(0xA4, 0xA6)  # first bytes in EUC-JP, which is not told from others without any
_LONE = re.compile("(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")


def likeness(data: bytes, encoding: str) -> float:
    """Return the share (0–1) of characters beyond ASCII that are in common use and do not stand alone in a Latin word.

    Source: these standards order characters by use: GB 2312 and JIS X 0208 have two levels of them, Big5, too.
    """
    text = data.decode(encoding, "surrogateescape")
    every = sum(not character.isascii() for character in text)
    written = Counter(_LONE.sub("", text))
    common = {character: count for character, count in written.items() if _is_common(character, encoding)}
    if encoding == "euc_jp" and not any(character.encode(encoding)[0] in _KANA for character in common):
        return 0.0
    return sum(common.values()) / max(1, every)


def _is_common(character: str, encoding: str) -> bool:
    seconds, firsts = COMMON[encoding]
    written = character.encode(encoding, "surrogateescape")
    return len(written) == 2 and written[1] in seconds and any(written[0] in first for first in firsts)

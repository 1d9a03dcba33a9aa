"""Find the encoding of a text."""

import codecs
import re
from dataclasses import dataclass

from mmdemo.datasets.tables import double_byte, single_byte


@dataclass(frozen=True)
class Encoding:
    """An encoding: the codec of Python, and its name for a person."""

    codec: str
    name: str


UTF_8 = Encoding("utf-8-sig", "UTF-8")
_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: Encoding("utf-16", "UTF-16"),
          codecs.BOM_UTF16_BE: Encoding("utf-16", "UTF-16")}  # fmt: skip
_NAMES = {"cp1252": "Windows-1252", "gb18030": "GB18030", "cp932": "Shift-JIS", "cp949": "EUC-KR", "cp950": "Big5",
          "euc_jp": "EUC-JP", "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253",
          "cp1254": "Windows-1254", "cp1255": "Windows-1255", "cp1256": "Windows-1256", "cp1257": "Windows-1257",
          "cp874": "Windows-874",
          "koi8_r": "KOI8-R", "iso8859_2": "ISO 8859-2", "mac_roman": "Mac Roman",
          "cp850": "code page 850"}  # fmt: skip
_CHUNK = 2**20
_SAMPLE, _LONGEST = 65_536, 4_000  # bytes that are looked at, and of one line
_HIGH = re.compile(rb"[\x80-\xff]")
_PRIOR = {"cp1252": 0.08, "mac_roman": -0.05, "cp850": -0.1, "iso8859_2": -0.02, "cp949": 0.02, "euc_jp": 0.05,
          "cp1254": -0.02, "cp1255": 0.02, "cp874": -0.15}  # fmt: skip
"""What tells equals apart: how much more often one meets an encoding than the others."""
_MOST_WRONG = 0.4  # of a text in UTF-8 that is damaged; other encodings look like it in a fifth at most
_LEAST = 0.6  # of what we know; below, the library decides


def find_encoding(data: bytes) -> Encoding:
    """Return the encoding of a text: UTF-8 wherever that is possible, else what most looks like a language."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return encoding
    if b"\0" in data[:_SAMPLE] and (wide := _utf_16(data)):
        return wide
    return UTF_8 if is_utf_8(data) else _of_bytes(sample(data))


def is_utf_8(data: bytes) -> bool:
    """Return whether all of a text is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def sample(data: bytes) -> bytes:
    """Return lines that hold bytes beyond ASCII, the first tens of kilobytes of them."""
    lines, size, at = [], 0, 0
    while size < _SAMPLE and (met := _HIGH.search(data, at)):
        start = max(at, data.rfind(b"\n", max(0, met.start() - _LONGEST), met.start()) + 1)
        start = start if met.start() - start < _LONGEST else met.start()
        end = data.find(b"\n", met.start(), met.start() + _LONGEST)
        at = end if end >= 0 else met.start() + _LONGEST
        lines.append(data[start:at])
        size += at - start
    return b"\n".join(lines)


def _utf_16(data: bytes) -> Encoding | None:
    """Return UTF-16 in the byte order in which the text has line ends, None where it has none."""
    counts = {}
    for order in ("le", "be"):
        text = data[: _SAMPLE - _SAMPLE % 2].decode(f"utf-16-{order}", "replace")
        counts[f"utf-16-{order}"] = sum(map(text.count, "\n,;\t\"")) - text.count("\ufffd") - 9 * text.count("\0")
    best = max(counts, key=counts.__getitem__)
    return Encoding(best, "UTF-16") if counts[best] > 0 else None


def _of_bytes(data: bytes) -> Encoding:
    if _damaged_utf_8(data):
        return UTF_8
    known = {codec: single_byte.likeness(data, codec) for codec in single_byte.ALPHABETS}
    known |= {codec: double_byte.likeness(data, codec) for codec in double_byte.COMMON}
    best = max(known, key=lambda codec: known[codec] + _PRIOR.get(codec, 0))
    return _named(best if known[best] >= _LEAST else _by_the_library(data))


def _damaged_utf_8(data: bytes) -> bool:
    """Return whether a text is UTF-8 but for a few bytes."""
    text = data.decode("utf-8", "surrogateescape")
    high = [character for character in text if not character.isascii()]
    wrong = sum("\udc80" <= character <= "\udcff" for character in high)
    return wrong < _MOST_WRONG * len(high)


def _by_the_library(data: bytes) -> str:
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        return "cp1252"
    found = from_bytes(data).best()
    return found.encoding if found else "cp1252"


def _named(codec: str) -> Encoding:
    return Encoding(codec, _NAMES.get(codec, codec))

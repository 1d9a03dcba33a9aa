"""What a person may call a run: nothing that passes for the shipped model, nothing that does not show."""

import unicodedata

from mmdemo.errors import JobError

SHIPPED = "Everyday (shipped)"
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}  # what has no shape: control, format and unassigned characters
LONGEST = 60  # characters

# Letters that look like those of the shipped model's name. Source: Unicode's confusables.txt (UTS 39), for these.
_ALIKE = {
    "a": "аɑα⍺ᴀ", "d": "ԁɗⅾᴅ", "e": "еєεҽ℮ᴇ3", "h": "һհнʜ", "i": "іιıӏɪ1l|!", "p": "рρϸᴘ", "r": "гʀ", "s": "ѕꜱ5$",
    "v": "ѵνⅴᴠ", "y": "уүγυʏ",
}  # fmt: skip
_LETTER = {alike: letter for letter, all_alike in _ALIKE.items() for alike in all_alike}


def cleaned(name: str) -> str:
    """Return a name on one line, without characters that do not show or that turn the direction of writing.

    Raises a JobError for a name that could be taken for the shipped model's.
    """
    shown = "".join(letter for letter in name if letter.isspace() or unicodedata.category(letter) not in _UNSEEN)
    written = " ".join(shown.split())[:LONGEST]
    if is_reserved(written):
        raise JobError(f"“{written}” could be taken for the shipped model; choose another name.")
    return written


def is_reserved(name: str) -> bool:
    """Return whether a name could be taken for the shipped model's, whatever its case, spaces, accents or alphabet."""
    seen = _skeleton(name.strip(" !|$"))
    return _skeleton("shipped") in seen or seen == _skeleton("everyday")


def _skeleton(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = (_LETTER.get(letter, letter) for letter in plain)
    return "".join(letter for letter in letters if letter.isalnum())

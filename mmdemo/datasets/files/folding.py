"""Compare names of files as a person would: without regard to case, the form of letters and the ending of an image."""

import re
import unicodedata

from mmdemo.preprocess.formats import ENDINGS

_NOT_READ = "svg psd ico jp2 jxl qoi dng cr2 nef arw"  # images, too; their reader says what to do about them
_OF_IMAGES = frozenset((*ENDINGS, *_NOT_READ.split()))
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff\u00ad"))
_ENDED = re.compile(rf"\.(?:{'|'.join(sorted(_OF_IMAGES))})(?=[\s;,|'\"\])]|$)", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")


def folded(name: str) -> str:
    r"""Return a name in the form used for comparison.

    >>> folded("Photos/Café 01.JPG") == folded("photos/cafe\u0301\u00a001.jpg"), folded("Ａ１．png")
    (True, 'a1.png')
    """
    if name.isascii() and name.isprintable() and "  " not in name:  # nearly all, and there may be many
        return name.lower()
    name = unicodedata.normalize("NFKC", name.translate(_INVISIBLE)).casefold()
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", name))


def stem(name: str) -> str:
    """Return a folded name without the ending of an image, if it has one.

    >>> stem("photos/a.v2.png"), stem("photos/a.v2"), stem("notes.txt")
    ('photos/a.v2', 'photos/a.v2', 'notes.txt')
    """
    start, _, ending = name.rpartition(".")
    return start if start and ending in _OF_IMAGES else name


def number(name: str) -> str:
    """Return a folded name without ending that is a whole number, as spreadsheets and data frames leave it; else "".

    >>> number("007"), number("7.0"), number("0"), number("7a")
    ('7', '7', '0', '')
    """
    whole = name.removesuffix(".0")
    return (whole.lstrip("0") or "0") if whole.isascii() and whole.isdigit() else ""


def is_image(name: str) -> bool:
    """Return whether a name ends as those of images do; what a file is, its bytes decide.

    >>> is_image("a/B.JPG"), is_image("notes.txt"), is_image("png")
    (True, False, False)
    """
    start, _, ending = name.rpartition(".")
    return bool(start) and ending.lower() in _OF_IMAGES


def names_several(cell: str) -> bool:
    """Return whether a cell holds the names of several images, however they are separated.

    >>> [names_several(cell) for cell in ("p/a b.jpg, p/c.png", "a.jpg b.jpg", "a.jpg;", "a.jpg.png")]
    [True, True, False, False]
    """
    return len(_ENDED.findall(cell)) > 1


def may_be_image(name: str) -> bool:
    """Return whether a folded name ends as those of images do, or has no ending at all."""
    return name.rpartition(".")[2] in _OF_IMAGES or "." not in name.rpartition("/")[2]

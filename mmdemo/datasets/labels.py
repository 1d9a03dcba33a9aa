"""Labels as people write them: brought into one form, with the spellings of one class merged and said."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from mmdemo.datasets.wording import listed, shown

LONGEST = 200  # characters
_SPACES = re.compile("[\\s\u00a0\u200b\u2060\ufeff\u3000]+")  # and line breaks, no-break, zero-width, full-width ones
_JOINERS = "\u200c\u200d"  # without which some scripts, and some emoji, are written otherwise
_UNSEEN = re.compile("[\u00ad\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # soft hyphens, marks of direction
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_WHOLE = re.compile(r"\.0+$")


def tidied(label: str) -> str:
    r"""Return a label in Unicode's composed form, with single spaces in the place of any white space.

    >>> tidied(" cars\u00a0&\n bikes\u200b"), tidied("cafe\u0301")
    ('cars & bikes', 'café')
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", label))).strip()


def refusal(label: str) -> str:
    """Return why a tidied label cannot be used, "" if it can."""
    if len(label) > LONGEST:
        return f"has a label of {len(label):,} characters; at most {LONGEST} are allowed"
    if not all(letter.isprintable() or letter in _JOINERS for letter in label):
        return "has a control character in its label"
    return ""


def as_known(labels: pd.Series, known: Sequence[str]) -> pd.Series:
    """Return the labels as a model spells them, whatever their case; "" in the place of those that it does not know.

    >>> as_known(pd.Series(["CAT", "dog", "ox"]), ["Cat", "dog"]).tolist()
    ['Cat', 'dog', '']
    """
    spelled = {label.casefold(): label for label in known} | {label: label for label in known}
    return labels.map(lambda label: spelled.get(label) or spelled.get(label.casefold(), ""))


def one_spelling(labels: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return each label as it is most often written in another case, and notes on what was merged.

    labels: tidied. Whole numbers lose their `.0` where all labels are numbers.

    >>> one_spelling(["Cat", "cat", "Cat"])
    (['Cat', 'Cat', 'Cat'], ("Labels that differ only in case were merged: 'cat' (1) into 'Cat'.",))
    >>> one_spelling(["1.0", "1", "2"])[0]
    ['1', '1', '2']
    """
    chosen, notes = spellings(Counter(labels))
    return [chosen[label] for label in labels], notes


def spellings(counts: Mapping[str, int]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return for each label how it is spelled, as `one_spelling` does for labels of these counts, and the notes.

    >>> spellings({"Cat": 2, "cat": 1})[0]
    {'Cat': 'Cat', 'cat': 'Cat'}
    """
    numbers = all(_NUMBER.fullmatch(label) for label in counts if label)
    written = {label: _WHOLE.sub("", label) if numbers else label for label in counts}
    found: Counter[str] = Counter()
    for label, count in counts.items():
        found[written[label]] += count
    alike: dict[str, list[str]] = {}
    for label in sorted(found, key=lambda label: (-found[label], label)):
        alike.setdefault(label.casefold(), []).append(label)
    changed = [f"{shown(label)} ({found[label]:,}) into {shown(labels[0])}"
               for labels in alike.values() for label in labels[1:]]  # fmt: skip
    notes = (f"Labels that differ only in case were merged: {listed(changed)}.",) if changed else ()
    return {label: alike[new.casefold()][0] for label, new in written.items()}, notes

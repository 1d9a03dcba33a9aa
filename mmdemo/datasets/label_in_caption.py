"""Captions that name their label, so that a model need only read the answer off."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from mmdemo.datasets.finding import Finding
from mmdemo.preprocess.text import clean
from mmdemo.preprocess.tokens import UNSPACED

_TOLD = 0.5  # share of a class's captions beyond which they are reported
_OWN = 0.9  # share of a word's captions that are of one class, from which on it gives that class away
_FEWEST = 5  # captions of a class
_SHORTEST = 3  # letters of a word
_RUN = re.compile(f"[{UNSPACED}]{{2,}}")


def label_in_caption(cleaned: Mapping[str, str], labels: pd.Series) -> Iterator[Finding]:
    """Report classes of which most captions hold a word of the label that gives the class away.

    cleaned: row id → cleaned caption. A word that captions of other classes hold, too, such as “bat” where there are
    “bat (animal)” and “bat (sport)”, gives nothing away.
    """
    label_of = dict(zip(map(str, labels.index), labels.tolist(), strict=True))
    captions = {row: caption for row, caption in cleaned.items() if caption}
    naming = _naming(captions, label_of)
    sizes, named = Counter(label_of[row] for row in captions), Counter(label_of[row] for row in naming)
    told = [label for label, count in named.items() if count >= _FEWEST and count > _TOLD * sizes[label]]
    rows = tuple(row for row in naming if label_of[row] in told)
    if rows:
        share = len(rows) / sum(sizes[label] for label in told)
        detail = (
            f"{share:.0%} of these captions hold a word of their own label, such as “{naming[rows[0]]}” in {rows[0]}, "
            "so a model can read the answer off. Take the word out, unless the captions that you will classify "
            "hold it, too."
        )
        title = f"The label stands in the captions of {len(told):,} of {labels.nunique():,} classes"
        yield Finding("warning" if len(rows) > _TOLD * len(captions) else "note", title, detail, rows)


def _naming(captions: Mapping[str, str], label_of: Mapping[str, str]) -> dict[str, str]:
    """Return row id → the word of its own label that a caption holds, where that word gives the label away."""
    words_of = {label: _words(label) for label in set(label_of.values())}
    wanted = {word for words in words_of.values() for word in words}
    runs = {word for word in wanted if _RUN.match(word)}
    held = {row: {*(wanted & _stems(text)), *(run for run in runs if run in text)} for row, text in captions.items()}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row, words in held.items():
        for word in words:
            counts[word][label_of[row]] += 1
    found = {}
    for row, words in held.items():
        label = label_of[row]
        own = sorted(word for word in words & words_of[label] if counts[word][label] >= _OWN * counts[word].total())
        if own:
            found[row] = own[0]
    return found


def _words(label: str) -> set[str]:
    """Return the stems of a label's words, and its runs of characters of an unspaced script."""
    cleaned = clean(label)
    return {stem for stem in _stems(cleaned) if len(stem) >= _SHORTEST} | set(_RUN.findall(cleaned))


def _stems(cleaned: str) -> set[str]:
    return {_stem(word) for word in cleaned.split()}


def _stem(word: str) -> str:
    """Return a word without the ending of an English plural; enough to find “car” in “cars”, “berry” in “berries”."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word

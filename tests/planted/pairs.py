"""Pairs whose image and caption contradict each other."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from tests.planted.captions import CONTRADICTIONS

_SHIFTS = (3, 4, 6, 7, 9)  # classes between that of the image and that of the caption


@dataclass(frozen=True)
class Contradiction:
    """A stamp (its row id and class) beside a caption that names a thing of another class."""

    row: str
    label: str
    caption: str
    said: str


def contradictions(stamps: pd.DataFrame) -> list[Contradiction]:
    """Return fifty: five stamps of each class, chosen by the hash of their id, each with another class's caption."""
    classes, found = sorted(CONTRADICTIONS), []
    for place, label in enumerate(classes):
        for number, (row, shift) in enumerate(zip(_rows(stamps, label), _SHIFTS, strict=False)):
            said = classes[(place + shift) % len(classes)]
            found.append(Contradiction(row, label, CONTRADICTIONS[said][number], said))
    return found


def more_contradictions(stamps: pd.DataFrame, captions: Mapping[str, Sequence[str]]) -> list[Contradiction]:
    """Return one for each caption: beside the next stamp of another class, none of which `contradictions` returns."""
    classes, found = sorted(captions), []
    used = dict.fromkeys(classes, len(_SHIFTS))
    for place, said in enumerate(classes):
        for number, caption in enumerate(captions[said]):
            label = classes[(place + 2 + 3 * number) % len(classes)]
            found.append(Contradiction(_rows(stamps, label)[used[label]], label, caption, said))
            used[label] += 1
    return found


def contradicting_homonyms(drawn: pd.DataFrame, captions: Mapping[str, Sequence[str]]) -> list[Contradiction]:
    """Return one for each caption: beside the next drawing of another class that is not covered."""
    classes, found = sorted(captions), []
    left = {label: drawn.index[(drawn["label"] == label) & ~drawn["covered"]].tolist() for label in classes}
    for place, said in enumerate(classes):
        for number, caption in enumerate(captions[said]):
            label = classes[(place + 1 + 2 * number) % len(classes)]
            found.append(Contradiction(left[label].pop(0), label, caption, said))
    return found


def _rows(stamps: pd.DataFrame, label: str) -> list[str]:
    return sorted(stamps.index[stamps["label"] == label], key=lambda row: hashlib.sha256(row.encode()).digest())

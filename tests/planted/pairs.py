"""Pairs whose image and caption contradict each other."""

import hashlib
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
        rows = sorted(stamps.index[stamps["label"] == label], key=lambda row: hashlib.sha256(row.encode()).digest())
        for number, (row, shift) in enumerate(zip(rows, _SHIFTS, strict=False)):
            said = classes[(place + shift) % len(classes)]
            found.append(Contradiction(row, label, CONTRADICTIONS[said][number], said))
    return found

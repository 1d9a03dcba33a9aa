"""Modalities that too few pairs hold: they are not used, so that the others can be."""

from itertools import islice
from typing import Any

import pandas as pd

from mmdemo.datasets.data_frame import modalities_of, values_of
from mmdemo.datasets.rare_classes import FEWEST
from mmdemo.errors import MMDemoError
from mmdemo.modalities.registry import MODALITIES


def without_scarce(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the pairs without the modalities that fewer than FEWEST of them hold, and a note on each.

    The same pairs where that would leave no modality.

    >>> frame = pd.DataFrame({"image": ["a.png"] * 12, "text": ["🎈"] * 12, "label": "cat"})
    >>> used, notes = without_scarce(frame)
    >>> list(used), notes[0]
    (['image', 'label'], 'Captions are not used: no pair holds a caption with at least one word in it.')
    """
    held = {name: _held(name, frame) for name in modalities_of(frame)}
    scarce = [name for name, count in held.items() if count < FEWEST]
    if len(scarce) == len(held):
        return frame, ()
    return frame.drop(columns=scarce), tuple(scarce_note(name, held[name], len(frame)) for name in scarce)


def lacks(modality: str, value: Any) -> bool:
    """Return whether a cell is empty or holds nothing to classify by, prepared as usual: a caption without a word.

    >>> lacks("text", "🎈!"), lacks("text", "a balloon")
    (True, False)
    """
    found = MODALITIES[modality]
    try:
        return value is None or (isinstance(value, str) and not value) or found.missing(value, found.settings())
    except MMDemoError:  # whoever reads it says what is wrong with it
        return False


def _held(modality: str, frame: pd.DataFrame) -> int:
    """Return how many pairs hold a modality, at most FEWEST."""
    held = (value for value in values_of(frame, modality) if not lacks(modality, value))
    return len(list(islice(held, FEWEST)))


def scarce_note(modality: str, held: int, pairs: int) -> str:
    """Return a note on a modality that so many of the pairs hold, fewer than FEWEST."""
    nouns, wanted = MODALITIES[modality].nouns.capitalize(), MODALITIES[modality].wanted
    few = f"only {held} of the {pairs:,} pairs hold {wanted}, and it takes {FEWEST}"
    return f"{nouns} are not used: {few if held else f'no pair holds {wanted}'}."

"""One pair of the homonyms by itself, in Hugging Face's layout."""

from typing import Any

from mmdemo.datasets.homonym_captions import SENSES
from mmdemo.datasets.homonym_images import homonym_png
from mmdemo.datasets.homonym_table import homonym_alone, homonym_caption

LAYOUT = "image struct<bytes: binary, path: string>, text string, label string"
"""Columns and types, as SQL calls them."""
OPTIONS = ("n", "q_text", "q_image", "seed")
"""What a table of such pairs depends on."""


def homonym_pair(number: int, q_text: float, q_image: float, seed: int) -> dict[str, Any]:
    """Return row `number` (from 0) of a table of any size: its image as a PNG, its caption and its label.

    >>> homonym_pair(5, q_text=0.5, q_image=0.4, seed=42)["label"]
    'bat (sport)'
    """
    sense, ambiguous, covered = homonym_alone(number, q_text, q_image, seed)
    label = SENSES[sense].label
    png = homonym_png(label, covered, seed, number)
    caption = homonym_caption(sense, ambiguous, seed, number)
    return {"image": {"bytes": png, "path": f"{number + 1:04d}.png"}, "text": caption, "label": label}

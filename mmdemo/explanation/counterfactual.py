"""Counterfactuals: words and cells taken out, and everything computed again."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from mmdemo.encoders.cells import cell_edges
from mmdemo.encoders.evidence import Evidence, ImageEvidence, image_evidence, text_evidence
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.model.model import Model, Prediction
from mmdemo.preprocess.text import words

Cell = tuple[int, int]
_EXHAUSTIVE = 400  # sets of words tried before words are taken out one after the other
_FEW_CELLS = 64  # up to this many, each is also tried alone
_MOST = 128  # words or cells taken out one after the other


@dataclass(frozen=True)
class Removal:
    """What to take out to change the answer, words (0-based places) or cells (row, column), and the new answer."""

    parts: tuple[Any, ...]
    prediction: Prediction


def without_words(cleaned: str, places: Collection[int]) -> str:
    """Return a cleaned caption after its words at these places (0-based) are taken out.

    >>> without_words("a red 自行车", [1, 3])
    'a 自车'
    """
    left, all_words = cleaned, words(cleaned)
    for i in sorted(places, reverse=True):
        left = left[: all_words[i].start] + left[all_words[i].end :]
    return " ".join(left.split())


def without_cells(image: ImageEvidence, cells: Collection[Cell]) -> ImageEvidence:
    """Return the evidence of the image with these cells (row, column) painted over in its mean colour."""
    if not cells:
        return image
    x, y, width, height = image.square.box
    pixels = image.square.pixels.copy()
    mean = pixels[y : y + height, x : x + width].mean(axis=(0, 1))
    rows, columns = (cell_edges(len(pixels), count).round().astype(int) for count in image.feature_map.shape[:2])
    for row, column in cells:
        pixels[rows[row] : rows[row + 1], columns[column] : columns[column + 1]] = mean
    return image.of_pixels(pixels)


def reduced(
    model: Model, evidence: Mapping[str, Evidence], places: Collection[int] = (), cells: Collection[Cell] = ()
) -> Mapping[str, Evidence]:
    """Return the evidence without these words and cells; without any word left the caption counts as missing.

    Raises a ConfigError when nothing is left to classify.
    """
    left, image, text = dict(evidence), image_evidence(evidence), text_evidence(evidence)
    if places and text is not None:
        left.pop("text")
        caption = without_words(text.cleaned, places)
        if caption:
            left["text"] = model.encoders["text"].examine(caption)
    if cells and image is not None:
        left["image"] = without_cells(image, cells)
    return left if left else model.examine({})


def decisive_words(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction) -> Removal | None:
    """Return the fewest words whose removal changes the answer, or None if no removal does.

    Sets of one, two and three words are all tried while they are few; then words are taken out one after the other,
    starting with the one that supports the answer most; those that are not needed are put back.
    """
    text = text_evidence(evidence)
    if text is None:
        return None
    count = len(text.words)

    def answer(places: Collection[int]) -> Prediction | None:
        if len(places) == count and len(evidence) == 1:
            return None
        return model.answer(reduced(model, evidence, places=places))

    tried = 0
    for size in range(1, min(count, 3) + 1):
        candidates = list(combinations(range(count), size))
        tried += len(candidates)
        if tried > _EXHAUSTIVE:
            break
        found = _first_change(candidates, answer, prediction.label)
        if found:
            return found
    explained = explain(model, evidence, prediction)
    return _greedy(_by_strength(explained, prediction, explained.word_parts), answer, prediction.label)


def decisive_cells(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction) -> Removal | None:
    """Return a few cells that change the answer when painted over, or None if no set tried does.

    Every cell is tried alone; then they are painted over one after the other, starting with the one that supports the
    answer most, and those that are not needed are put back.
    """
    image, explained = image_evidence(evidence), explain(model, evidence, prediction)
    if image is None or explained.cells is None:
        return None
    parts = explained.cells.reshape(len(model.classes), -1)
    width = explained.cells.shape[2]
    inside = image.in_image().ravel()
    order = [divmod(int(i), width) for i in _by_strength(explained, prediction, parts) if inside[i]]

    def answer(cells: Collection[Cell]) -> Prediction:
        return model.answer(reduced(model, evidence, cells=cells))

    alone = [(cell,) for cell in order] if len(order) <= _FEW_CELLS else []
    return _first_change(alone, answer, prediction.label) or _greedy(order, answer, prediction.label)


def _by_strength(explained: Explanation, prediction: Prediction, parts: np.ndarray) -> list[int]:
    # What most supports the answer against the runner-up comes first.
    second, first = np.argsort(prediction.logits)[-2:]
    return [int(i) for i in np.argsort(parts[second] - parts[first], kind="stable")]


def _first_change(
    candidates: list[tuple[Any, ...]], answer: Callable[[Collection[Any]], Prediction | None], label: str
) -> Removal | None:
    for places in filter(None, candidates):
        found = answer(places)
        if found is not None and found.label != label:
            return Removal(places, found)
    return None


def _greedy(order: list[Any], answer: Callable[[Collection[Any]], Prediction | None], label: str) -> Removal | None:
    taken: list[Any] = []
    found = None
    for part in order[:_MOST]:
        taken.append(part)
        found = answer(taken)
        if found is not None and found.label != label:
            break
    if found is None or found.label == label:
        return None
    while smaller := _first_change([tuple(other for other in taken if other != part) for part in taken], answer, label):
        taken, found = list(smaller.parts), smaller.prediction
    return Removal(tuple(taken), found)

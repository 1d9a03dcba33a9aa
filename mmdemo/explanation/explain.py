"""Explain an answer: every logit split exactly into intercept, image cells and words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mmdemo.encoders.evidence import Evidence, ImageEvidence, TextEvidence, image_evidence, text_evidence
from mmdemo.errors import ConfigError
from mmdemo.explanation.heat_map import heat_map
from mmdemo.model.model import Model, Prediction


@dataclass(frozen=True)
class Explanation:
    """The parts that each of a prediction's k logits is the sum of.

    For each class: intercept + image + text = logit; the cells and the border add up to image, the words to text. Where
    an encoder's features are not sums over cells or words, there are none, and only its total is given.

    classes: the labels, in the order of the first axis below.
    intercept, logits: float64 (k,).
    totals: modality → float64 (k,).
    cells: float64 (k, h, w), 0 outside the image, or None without an image whose part is a sum over cells.
    border: float64 (k,), the cells on the white padding together.
    box: x, y, width, height of the image in the square that the cells divide, in pixels.
    pixels: that square, uint8 (size, size, 3), or None without an image.
    words: the cleaned caption's words, and word_parts: float64 (k, words).
    """

    classes: tuple[str, ...]
    intercept: np.ndarray
    logits: np.ndarray
    totals: Mapping[str, np.ndarray]
    cells: np.ndarray | None
    border: np.ndarray
    box: tuple[int, int, int, int]
    pixels: np.ndarray | None
    words: tuple[str, ...]
    word_parts: np.ndarray

    def contributions(self, label: str) -> dict[str, Any]:
        """Return the parts of one class's logit in JSON's types: intercept, image, text, words."""
        k = self.classes.index(label)
        return {
            "intercept": float(self.intercept[k]),
            "image": float(self.totals["image"][k]) if "image" in self.totals else 0.0,
            "text": float(self.totals["text"][k]) if "text" in self.totals else 0.0,
            "words": [[word, float(part)] for word, part in zip(self.words, self.word_parts[k], strict=True)],
        }

    def heat_map(self, label: str | None = None, against: str | None = None) -> np.ndarray:
        """Return the image tinted by what separates two classes.

        Parameters
        ----------
        label : str, optional
            The class that blue supports [default: the answer].
        against : str, optional
            The class that orange supports [default: the likeliest other one, the runner-up].

        Returns
        -------
        numpy.ndarray
            uint8 (h, w, 3), RGB 0–255: the image as the network saw it, without its border.

        Raises
        ------
        ConfigError
            Where no image was given, or there is no such class.

        Examples
        --------
        >>> from mmdemo import load_dataset, load_model
        >>> image = load_dataset("homonyms", n=40).frame["image"].iloc[0]
        >>> load_model().explain(image=image).heat_map().shape
        (224, 224, 3)
        """
        if self.cells is None:
            raise ConfigError("There are no image cells to paint; explain an image, by an encoder that has them.")
        for name in (label, against):
            if name is not None and name not in self.classes:
                raise ConfigError(f"There is no class named {name!r}; known: {', '.join(self.classes)}.")
        best = [self.classes[i] for i in np.argsort(-self.logits, kind="stable")]
        label = label or best[0]
        rival = against or next(name for name in best if name != label)
        return self.painted(self.cells[self.classes.index(label)] - self.cells[self.classes.index(rival)])

    def painted(self, parts: np.ndarray) -> np.ndarray:
        """Return the image, uint8 (h, w, 3), tinted by parts of its cells, float (rows, columns); see `heat_map`.

        Raises a ValueError for an explanation without an image.
        """
        if self.pixels is None:
            raise ValueError("There is no image to paint on.")
        return heat_map(self.pixels, self.box, parts)


def explain(model: Model, evidence: Mapping[str, Evidence], prediction: Prediction) -> Explanation:
    """Return the exact parts of the prediction's logits, from the evidence that `Model.examine` found."""
    head = model.heads[prediction.head]
    used = {name: found for name, found in evidence.items() if name in head.coef}
    image, text = image_evidence(used), text_evidence(used)
    cells, border = _cell_parts(image, head.coef.get("image"), len(model.classes))
    word_parts = _word_parts(text, head.coef.get("text"), len(model.classes))
    sums = {"image": None if cells is None else cells.sum(axis=(1, 2)) + border, "text": word_parts.sum(axis=1)}
    return Explanation(
        classes=model.classes,
        intercept=head.intercept,
        logits=prediction.logits,
        totals={name: _total(found, head.coef[name], sums.get(name)) for name, found in used.items()},
        cells=cells,
        border=border,
        box=image.square.box if image is not None else (0, 0, 0, 0),
        pixels=image.square.pixels if image is not None else None,
        words=tuple(word.text for word in text.words) if text is not None and text.additive else (),
        word_parts=word_parts,
    )


def against(explanation: Explanation, label: str, other: str) -> Explanation:
    """Return the explanation with the other's parts subtracted from the label's: what separates the two classes.

    The label's logit is then the difference of the two logits. Raises a ValueError for a class that does not exist.
    """
    k, rival = explanation.classes.index(label), explanation.classes.index(other)

    def less(parts: np.ndarray) -> np.ndarray:
        changed = parts.copy()
        changed[k] -= parts[rival]
        return changed

    return replace(
        explanation,
        intercept=less(explanation.intercept),
        logits=less(explanation.logits),
        totals={name: less(total) for name, total in explanation.totals.items()},
        cells=None if explanation.cells is None else less(explanation.cells),
        border=less(explanation.border),
        word_parts=less(explanation.word_parts),
    )


def _total(found: Evidence, coef: np.ndarray, total: np.ndarray | None) -> np.ndarray:
    # A total is computed as the sum of its parts, so that the explanation's own numbers agree to the last digit.
    return total if found.additive and total is not None else found.features.astype(np.float64) @ coef.T


def _cell_parts(
    image: ImageEvidence | None, coef: np.ndarray | None, classes: int
) -> tuple[np.ndarray | None, np.ndarray]:
    if image is None or coef is None or not image.additive:
        return None, np.zeros(classes)
    parts = np.asarray(image.cell_parts(coef), np.float64)
    outside = ~image.in_image()
    return np.where(outside, 0.0, parts), parts[:, outside].sum(axis=1)


def _word_parts(text: TextEvidence | None, coef: np.ndarray | None, classes: int) -> np.ndarray:
    if text is None or coef is None or not text.additive:
        return np.zeros((classes, 0))
    return np.asarray(text.word_parts(coef), np.float64)

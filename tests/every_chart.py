"""Every kind of chart, of data drawn at random."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.charts import (
    accuracy,
    calibration,
    confusion,
    data,
    dataset_map,
    explanation,
    fusion,
    runs,
    studies,
    words,
)
from mmdemo.charts.grammar import Chart, LayerChart
from mmdemo.datasets.words import TellingWord
from mmdemo.encoders.word_vectors import WordPieces
from mmdemo.evaluation.calibration import calibration_bins, coverage_curve
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.preprocess.square import Square
from mmdemo.studies.learning_curve import LearningCurve
from mmdemo.studies.robustness import Curve
from mmdemo.walkthrough.blocks import Columns
from mmdemo.walkthrough.caption import MeaningWalk, Term, TfidfWalk
from mmdemo.walkthrough.fused import FusedBlock, FusedWalk
from tests.evaluated import held_out

HOSTILE = ("a cat", "dog's", 'quoted "x"', "a\\b", "data-0", "view_1", "<b>", "猫", "x:Q", "{}")
HEADS = ("image", "text", "fused")


@dataclass(frozen=True)
class Seen:
    """An image as an encoder saw it, in 3 × 3 cells."""

    square: Square
    features: np.ndarray
    feature_map: np.ndarray
    notes: tuple[str, ...] = ()
    additive: bool = True

    def cell_parts(self, coef: np.ndarray) -> np.ndarray:
        return np.zeros((len(coef), 3, 3))

    def in_image(self) -> np.ndarray:
        return np.ones((3, 3), bool)

    def of_pixels(self, pixels: np.ndarray) -> "Seen":
        return self


def _walk(rng: np.random.Generator, blocks: int) -> FusedWalk:
    columns = [Columns("image", "efficientnet", 0, 400), Columns("text", "tfidf", 0, 30), Columns("text", "b", 30, 50)]
    found = tuple(
        FusedBlock(one, rng.normal(size=one.stop - one.start), 1.0, share, 1 / blocks, rng.normal(size=4))
        for one, share in zip(columns[:blocks], rng.dirichlet(np.ones(blocks)), strict=True)
    )
    logits = rng.normal(size=4)
    return FusedWalk(found, HOSTILE[:4], rng.normal(size=4), logits, np.exp(logits) / np.exp(logits).sum())


def _evaluated(rng: np.random.Generator) -> Evaluation:
    return evaluate(held_out(int(rng.integers(99))))


def _alike(rng: np.random.Generator) -> LayerChart:
    return words.alike_chart(HOSTILE[0], list(zip(HOSTILE, rng.uniform(-1, 1, 10).tolist(), strict=True)))


def _meaning(rng: np.random.Generator) -> MeaningWalk:
    vectors = rng.normal(size=(3, 4))
    spans, which = np.zeros((4, 2), int), np.array([0, 1, 2, 0])
    pieces = WordPieces(("▁a", "▁", "cat", "▁a"), spans, vectors, which)
    return MeaningWalk(pieces, vectors.mean(axis=0), ("a", "cat"))


def _curve(rng: np.random.Generator) -> LearningCurve:
    accuracies = {head: tuple(rng.uniform(size=3)) for head in HEADS}
    return LearningCurve(40, 3, (10, 20, 40), accuracies, dict.fromkeys(HEADS, ((0.1, 0.5), (0.3, 0.7), (0.4, 0.9))))


def _points(rng: np.random.Generator) -> pd.DataFrame:
    x, y = rng.normal(size=(2, 10))
    return pd.DataFrame({"x": x, "y": y, "id": HOSTILE, "label": rng.choice(HOSTILE, 10), "Caption": HOSTILE})


def _map_of_many(rng: np.random.Generator) -> Chart:
    points = pd.concat([_points(rng)] * 4, ignore_index=True)
    points = points.assign(id=points.index.astype(str), label=[f"{HOSTILE[i % 10]}{i // 10}" for i in points.index])
    return dataset_map.map_chart(points, HOSTILE[2], HOSTILE[:2], "7")


def _cells(rng: np.random.Generator) -> LayerChart:
    pixels, top = rng.integers(0, 255, (32, 32, 3), dtype=np.uint8), int(rng.integers(0, 8))
    seen = Seen(Square(pixels, (0, top, 32, 32 - 2 * top)), np.zeros(4), np.zeros((3, 3, 4)))
    return explanation.cells_chart(seen, rng.normal(size=9))


def _confusion(rng: np.random.Generator, clickable: bool) -> LayerChart:
    chosen = (HOSTILE[0], HOSTILE[1]) if clickable else None
    return confusion.confusion_chart(rng.integers(0, 9, (3, 3)), HOSTILE[:3], chosen, clickable)


def _confusion_of_many(rng: np.random.Generator, whole: bool) -> LayerChart:
    classes = [f"{name}{place}" for place in range(2) for name in HOSTILE]
    return confusion.confusion_chart(rng.integers(0, 9, (20, 20)), classes, whole=whole)


def _epochs(rng: np.random.Generator) -> LayerChart:
    events = [
        {"epoch": i + 1, "epochs": 5, "loss": loss, "accuracy": share}
        for i, (loss, share) in enumerate(rng.uniform(size=(4, 2)))
    ]
    return runs.epochs_chart(events)


def _telling(rng: np.random.Generator) -> list[TellingWord]:
    shares = rng.uniform(size=(10, 2)).tolist()
    return [TellingWord(word, 3, *both, 9.0) for word, both in zip(HOSTILE, shares, strict=True)]


def _terms(rng: np.random.Generator) -> TfidfWalk:
    weights = rng.uniform(size=10).tolist()
    terms = [Term(name, 1, 3, 2.5, weight) for name, weight in zip(HOSTILE, weights, strict=True)]
    return TfidfWalk(tuple(terms), (), 90, 40, 0.1)


Draw = Callable[[np.random.Generator], LayerChart | Chart]
KINDS: dict[str, Draw] = {
    "accuracy": lambda rng: accuracy.accuracy_chart(_evaluated(rng).accuracies()),
    "accuracy with limits": lambda rng: accuracy.accuracy_chart(
        _evaluated(rng).accuracies(), dict.fromkeys(HEADS, 0.9), HOSTILE[2]
    ),
    "adds": lambda rng: accuracy.adds_chart(_evaluated(rng).adds, HOSTILE[3]),
    "calibration": lambda rng: calibration.calibration_chart(
        calibration_bins(rng.uniform(size=40), rng.uniform(size=40) > 0.5), "fused"
    ),
    "coverage": lambda rng: calibration.coverage_chart(
        coverage_curve(rng.uniform(size=40), rng.uniform(size=40) > 0.5), float(rng.uniform()), "text"
    ),
    "confusion": lambda rng: _confusion(rng, True),
    "confusion of many": lambda rng: _confusion_of_many(rng, False),
    "all confusion of many": lambda rng: _confusion_of_many(rng, True),
    "confusion that cannot be clicked": lambda rng: _confusion(rng, False),
    "limits": lambda rng: data.limits_chart(dict(zip(HEADS, rng.uniform(size=3).tolist(), strict=True))),
    "length": lambda rng: data.length_chart(pd.Series(rng.integers(1, 99, 40))),
    "size": lambda rng: data.size_chart(pd.DataFrame(rng.integers(1, 9, (20, 2)), columns=["width", "height"])),
    "words": lambda rng: data.words_chart(HOSTILE[2], _telling(rng)),
    "map": lambda rng: dataset_map.map_chart(_points(rng), HOSTILE[2], HOSTILE[:2], HOSTILE[int(rng.integers(10))]),
    "map of many labels": _map_of_many,
    "cells": _cells,
    "strip": lambda rng: fusion.strip_chart(_walk(rng, 3)),
    "strip of one block": lambda rng: fusion.strip_chart(_walk(rng, 1)),
    "share": lambda rng: fusion.share_chart(_walk(rng, 3)),
    "part": lambda rng: fusion.part_chart(_walk(rng, 2)),
    "epochs": _epochs,
    "learning": lambda rng: studies.learning_chart(_curve(rng)),
    "learning with limits": lambda rng: studies.learning_chart(_curve(rng), dict.fromkeys(HEADS, 0.9)),
    "robustness": lambda rng: studies.robustness_chart(
        Curve(HOSTILE[0], HOSTILE[1], "image", (0, 1, 2), {head: tuple(rng.uniform(size=3)) for head in HEADS})
    ),
    "term": lambda rng: words.term_chart(_terms(rng), "#2a78d6"),
    "piece": lambda rng: words.piece_chart(_meaning(rng)),
    "alike": _alike,
    "meaning": lambda rng: words.meaning_chart(list(zip(HOSTILE, rng.uniform(-1, 1, 10).tolist(), strict=True))),
}
"""Kind → a drawing of it, of data drawn by a generator."""

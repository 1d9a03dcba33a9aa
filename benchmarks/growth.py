"""How the cost of a training grows with its pairs and with its classes, and whether the page's estimate says so.

Nothing large is imported here: see `run_python`.
"""

import csv
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import log
from pathlib import Path

from benchmarks.child import Finished, run_python
from benchmarks.report import Report, Table, Target
from mmdemo.model.config import ModelConfig
from mmdemo.training.estimate import estimate

PAIRS, CLASSES, EACH = (600, 1_200, 2_400, 4_800, 9_600), (5, 20, 50, 200), 8
"""Pairs of the homonyms, which have eight classes; classes of captions, and pairs of each of them."""
_ESTIMATED = (600, 2_400, 9_600)
_SYLLABLES = tuple(f"{first}{second}" for first in "bdfgklmnprstvz" for second in "aeiou")


@dataclass(frozen=True)
class Trained:
    """One training from nothing. fit: seconds of its models. estimated: seconds that the page would have said."""

    taken: Finished
    fit: float
    estimated: float

    @property
    def off(self) -> float:
        """How many times too long or too short the estimate is, at least 1."""
        ratio = self.estimated / self.taken.seconds
        return max(ratio, 1 / ratio)


def measure(quick: bool = False) -> Report:
    """Return what trainings of more and more pairs and classes take; quick leaves the largest number of pairs out."""
    by_pairs = {pairs: homonyms(pairs) for pairs in PAIRS[: -1 if quick else None]}
    by_classes = {classes: captions(classes) for classes in CLASSES}
    rows = [*_rows("{:,} pairs, image and caption", by_pairs), *_rows("{:,} classes of 8 captions", by_classes)]
    return Report(
        title="How a training grows",
        table=Table(("training", "seconds", "CPU s", "grows as", "fitting, s", "estimated, s", "peak, MB"), rows),
        targets=targets(by_pairs, by_classes),
        notes=(
            "Homonyms of eight classes, drawn and encoded for the first time, and tables of captions that are made "
            "up; default encoders, five folds, whole processes. The fourth column is the exponent by which the "
            "processor seconds have grown since the row above: 1 is in proportion, 2 is with the square. MB "
            "are 10⁶ bytes.",
        ),
        numbers={
            "pairs": {str(pairs): asdict(one) for pairs, one in by_pairs.items()},
            "classes": {str(classes): asdict(one) for classes, one in by_classes.items()},
        },
    )


def homonyms(pairs: int) -> Trained:
    """Train on so many drawn pairs."""
    expected = estimate(ModelConfig(), pairs, classes=8).seconds
    return _train(f"{pairs} pairs", expected, "--data", "homonyms", "--set", f"data.n={pairs}")


def captions(classes: int) -> Trained:
    """Train on a table of captions alone, eight of each class."""
    expected = estimate(ModelConfig().without(["image"]), EACH * classes, classes).seconds
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "data.csv")
        write_captions(table, classes)
        return _train(f"{classes} classes", expected, "--data", str(table), "--image-encoder", "none")


def write_captions(table: Path, classes: int) -> None:
    """Write a table of captions in a made-up language: two words that only their class has, among four of all."""
    chance = random.Random(42)
    words = ["".join(chance.sample(_SYLLABLES, 3)) for _ in range(4 * classes + 200)]
    own, shared = words[: 4 * classes], words[4 * classes :]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label"))
        for label in range(classes):
            for _ in range(EACH):
                said = chance.sample(own[4 * label : 4 * label + 4], 2) + chance.sample(shared, 4)
                writer.writerow((" ".join(chance.sample(said, len(said))), f"class {label:03}"))


def _train(title: str, expected: float, *options: str) -> Trained:
    with tempfile.TemporaryDirectory() as folder:
        arguments = ("-m", "mmdemo", "train", *options, "--progress", "json", "--out", f"{folder}/model")
        taken = run_python(*arguments, MMDEMO_CACHE_DIR=f"{folder}/cache")
    fit = json.loads(taken.output.splitlines()[-1])["seconds"]["fit"]
    print(f"  {title}: {taken.seconds:.1f} s, {taken.peak_mb:.0f} MB, fit {fit:.1f} s", file=sys.stderr, flush=True)
    return Trained(taken, fit, expected)


def targets(by_pairs: Mapping[int, Trained], by_classes: Mapping[int, Trained]) -> list[Target]:
    """Return what must hold; of the largest number of pairs only where it was measured."""
    silence = max(one.taken.silence for some in (by_pairs, by_classes) for one in some.values())
    most, estimated = CLASSES[-1], sorted({*_ESTIMATED} & by_pairs.keys())
    found = [
        *(Target(f"Estimate of {n:,} pairs is off by:", by_pairs[n].off, "≤", 1.5, "×", 2) for n in estimated),
        Target(f"Fitting {most} classes of {EACH} pairs:", by_classes[most].fit, "≤", 15, "s", 1),
        Target("Longest silence of the progress:", silence, "≤", 2, "s", 1),
    ]
    if (last := PAIRS[-1]) in by_pairs:
        largest = by_pairs[last].taken
        found += [
            Target(f"{last:,} pairs:", largest.seconds, "≤", 180, "s", 0),
            Target(f"{last:,} pairs, peak:", largest.peak_mb, "≤", 900, "MB", 0),
            Target("An added pair, from 4,800 on, beside one from 1,200 on:", added(by_pairs), "≤", 1.2, "×", 2),
        ]
    return found


def added(by_pairs: Mapping[int, Trained]) -> float:
    """Return the processor seconds of a pair added to 4,800, over those of a pair added to 1,200."""
    seconds = {pairs: one.taken.cpu_seconds for pairs, one in by_pairs.items()}
    return (seconds[9_600] - seconds[4_800]) / 4_800 / ((seconds[2_400] - seconds[1_200]) / 1_200)


def exponents(sizes: Sequence[int], seconds: Sequence[float]) -> list[float]:
    """Return by which power of the size the seconds grow from each to the next.

    >>> exponents([1, 2, 4], [3.0, 6.0, 24.0])
    [1.0, 2.0]
    """
    pairs = zip(pairwise(sizes), pairwise(seconds), strict=True)
    return [log(after / before) / log(more / fewer) for (fewer, more), (before, after) in pairs]


def _rows(title: str, found: Mapping[int, Trained]) -> list[tuple[str, ...]]:
    grows = exponents(list(found), [one.taken.cpu_seconds for one in found.values()])
    powers = ["–", *(f"n^{power:.2f}" for power in grows)]
    return [(title.format(size), *_cells(one, power)) for (size, one), power in zip(found.items(), powers, strict=True)]


def _cells(one: Trained, power: str) -> tuple[str, ...]:
    taken = (f"{number:.1f}" for number in (one.taken.seconds, one.taken.cpu_seconds))
    return (*taken, power, f"{one.fit:.1f}", f"{one.estimated:.1f}", f"{one.taken.peak_mb:.0f}")

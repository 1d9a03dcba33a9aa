"""Pairs whose caption may be ambiguous and whose image may be covered, so the best accuracies are known."""

from collections.abc import Callable
from numbers import Integral, Real
from pathlib import Path

import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.homonym_captions import SENSES
from mmdemo.datasets.homonym_images import image_paths
from mmdemo.datasets.homonym_table import homonym_table
from mmdemo.errors import DatasetError
from mmdemo.storage.folders import cache_dir

SMALLEST, LARGEST = 40, 10_000


def homonyms(
    n: int = 600,
    q_text: float = 0.5,
    q_image: float = 0.4,
    seed: int = 42,
    directory: Path | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> Dataset:
    """Return `n` pairs of four words in two senses each: eight classes, exactly balanced.

    A share `q_text` of the captions is ambiguous (the word is known, its sense is not), a share `q_image` of the
    images is covered (nothing is known), and a share `q_text · q_image` is both: exact to about a pair, and
    independent of the class. So the best accuracy to expect on held-out pairs is

    - text: `1 − q_text / 2`, since an ambiguous word leaves two senses;
    - image: `1 − q_image · 7 / 8`, since a cover leaves eight classes;
    - fused: `1 − q_image · q_text / 2`.

    n: a multiple of 8 from 40 to 10,000. q_text, q_image: 0–1. seed: 0 or more.
    directory: where the folder of 128 × 128 PNGs is kept; by default in the cache folder.
    report: called with the share (0–1) of the images that is drawn.
    The frame also says which pairs are `ambiguous` and `covered` (bool).
    The same arguments give the same captions and pixels, bit for bit, on the same versions of NumPy and OpenCV.

    Raises DatasetError for other arguments, or when the images cannot be written.

    >>> homonyms(n=40).limits
    {'image': 0.65, 'text': 0.75, 'fused': 0.9}
    """
    _check(n, q_text, q_image, seed)
    table = homonym_table(n, q_text, q_image, seed)
    options = {"n": int(n), "q_text": float(q_text), "q_image": float(q_image), "seed": int(seed)}
    parent = Path(directory or cache_dir() / "homonyms")
    table.insert(0, "image", image_paths(table, "-".join(map(str, options.values())), seed, parent, report))
    return Dataset(
        frame=table,
        name="homonyms",
        source="Drawn and written by Fusion Lab itself: four words, each the name of two different things.",
        licence="Apache-2.0",
        limits={"image": 1 - q_image * 7 / 8, "text": 1 - q_text / 2, "fused": 1 - q_image * q_text / 2},
        notes=(_note(table),),
        options=options,
    )


def check_chances(q_text: float, q_image: float, seed: int) -> None:
    """Raise a DatasetError for a share that is not from 0 to 1, or a seed below 0."""
    for name, share in (("q_text", q_text), ("q_image", q_image)):
        if not isinstance(share, Real) or not 0 <= share <= 1:
            raise DatasetError(f"Got {name}={share!r}, but homonyms needs a share from 0 to 1, such as 0.5.")
    if not isinstance(seed, Integral) or seed < 0:
        raise DatasetError(f"Got seed={seed!r}, but homonyms needs a whole number of at least 0, such as 42.")


def _check(n: int, q_text: float, q_image: float, seed: int) -> None:
    if not isinstance(n, Integral) or n % len(SENSES) or not SMALLEST <= n <= LARGEST:
        raise DatasetError(f"Got n={n!r}, but homonyms needs a multiple of 8 from 40 to 10,000, such as 600.")
    check_chances(q_text, q_image, seed)


def _note(table: pd.DataFrame) -> str:
    ambiguous, covered = int(table["ambiguous"].sum()), int(table["covered"].sum())
    both = int((table["ambiguous"] & table["covered"]).sum())
    return f"{ambiguous:,} captions are ambiguous and {covered:,} images are covered; {both:,} pairs are both."

"""Listings as large as a shop's: a table and photographs, made of the stamps with noise, which no format compresses."""

import csv
import zipfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from mmdemo.datasets.registry import load

_COLOURS = ("red", "blue", "green", "small", "large", "old", "new")
_WRITERS = 2  # threads: encoding releases Python's lock


def write_listings(folder: Path, rows: int, size: tuple[int, int], noise: float, labelled: bool = True) -> int:
    """Write listings.csv and photos/ to a new folder; return the bytes of the photos.

    size: (width, height) of a photo in pixels. noise: standard deviation of a pixel's noise, 0–255; 6 is a good camera.
    labelled: whether the table says what each is.
    """
    (folder / "photos").mkdir(parents=True)
    pairs = load("stamps").frame
    chosen = pairs.iloc[np.random.default_rng(1).permutation(rows) % len(pairs)]
    table = [(f"IMG_{number:04}.jpg", _title(pair.text, number), pair.label)
             for number, pair in enumerate(chosen.itertuples())]  # fmt: skip
    with (folder / "listings.csv").open("w", encoding="utf-8", newline="") as file:
        shown = ("Photo", "Title", "Category") if labelled else ("Photo", "Title")
        csv.writer(file).writerows([shown, *(row[: len(shown)] for row in table)])
    written = _Photos(chosen["image"].tolist(), [folder / "photos" / name for name, *_ in table], size, noise)
    with ThreadPoolExecutor(_WRITERS) as writers:
        return sum(writers.map(written.write, range(rows)))


def zipped(folder: Path, archive: Path) -> int:
    """Write a folder as a zip, as a person's computer does; return its bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zip_file:
        for path in sorted(folder.rglob("*")):
            zip_file.write(path, path.relative_to(folder.parent))
    return archive.stat().st_size


def _title(caption: str, number: int) -> str:
    return f"{_COLOURS[number % len(_COLOURS)]} {caption} {number}"


class _Photos:
    """Photos of stamps, each with noise of its own.

    sources, targets: paths. size: (width, height). noise: see `write_listings`.
    """

    def __init__(self, sources: Sequence[str], targets: Sequence[Path], size: tuple[int, int], noise: float) -> None:
        self._sources, self._targets, self._size = sources, targets, size
        width, height = size
        self._noise = np.random.default_rng(0).normal(0, noise, (2 * height, 2 * width)).astype(np.float32)

    def write(self, number: int) -> int:
        """Write one photo as a JPEG; return its bytes."""
        width, height = self._size
        stamp = cv2.imread(self._sources[number], cv2.IMREAD_COLOR)
        pixels = cv2.resize(stamp, self._size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        left, top = number * 37 % width, number * 53 % height
        pixels += self._noise[top : top + height, left : left + width, None]
        whole = np.clip(pixels, 0, 255).astype(np.uint8)
        cv2.imwrite(str(self._targets[number]), whole, [cv2.IMWRITE_JPEG_QUALITY, 90])
        return self._targets[number].stat().st_size



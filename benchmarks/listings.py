"""Listings as large as a shop's: a table and photographs, made of the stamps and a texture as rich as nature."""

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


def write_listings(folder: Path, rows: int, size: tuple[int, int], detail: float, labelled: bool = True) -> int:
    """Write listings.csv and photos/ to a new folder; return the bytes of the photos.

    size: (width, height) of a photo in pixels. detail: standard deviation, 0–255, of the texture behind which it is.
    labelled: whether the table says what each is.
    """
    (folder / "photos").mkdir(parents=True)
    pairs = load("stamps").frame
    chosen = pairs.iloc[np.resize(np.random.default_rng(1).permutation(len(pairs)), rows)]
    table = [(f"IMG_{number:04}.jpg", _title(pair.text, number), pair.label)
             for number, pair in enumerate(chosen.itertuples())]  # fmt: skip
    with (folder / "listings.csv").open("w", encoding="utf-8", newline="") as file:
        shown = ("Photo", "Title", "Category") if labelled else ("Photo", "Title")
        csv.writer(file).writerows([shown, *(row[: len(shown)] for row in table)])
    written = _Photos(chosen["image"].tolist(), [folder / "photos" / name for name, *_ in table], size, detail)
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
    """Photos of stamps, each behind a texture of its own.

    sources, targets: paths. size: (width, height). detail: see `write_listings`.
    """

    def __init__(self, sources: Sequence[str], targets: Sequence[Path], size: tuple[int, int], detail: float) -> None:
        self._sources, self._targets, self._size = sources, targets, size
        self._texture = detail * _texture(*size)

    def write(self, number: int) -> int:
        """Write one photo as a JPEG; return its bytes."""
        stamp = cv2.imread(self._sources[number], cv2.IMREAD_COLOR)
        pixels = cv2.resize(stamp, self._size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        pixels += np.roll(self._texture, (number * 53, number * 37), axis=(0, 1))[..., None]
        whole = np.clip(pixels, 0, 255).astype(np.uint8)
        cv2.imwrite(str(self._targets[number]), whole, [cv2.IMWRITE_JPEG_QUALITY, 90])
        return self._targets[number].stat().st_size


def _texture(width: int, height: int) -> np.ndarray:
    """Return float32 (h, w) of mean 0 and standard deviation 1 that goes on beyond its edges: detail at every scale.

    Its amplitude falls with the frequency f as f^-1.3, as that of photographs does.
    Source: Tolhurst, Tadmor and Chao 1992, "Amplitude spectra of natural images".
    """
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = np.inf
    white = np.fft.rfft2(np.random.default_rng(0).normal(size=(height, width)))
    found = np.fft.irfft2(white * frequency**-1.3, (height, width))
    return (found / found.std()).astype(np.float32)

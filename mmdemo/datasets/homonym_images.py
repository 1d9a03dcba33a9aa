"""The images of the homonyms, drawn into a folder that is reused."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from mmdemo.datasets import drawings
from mmdemo.datasets.drawings.covers import cover
from mmdemo.datasets.drawings.drawing import drawing
from mmdemo.datasets.generated_folder import filled_folder
from mmdemo.datasets.homonym_table import image_stream
from mmdemo.storage.limits import MOST_DRAWN_FOLDERS
from mmdemo.storage.trimming import Bounds, contents, trim

SIZE = 128  # pixels, both ways
_TOLD = 64  # images between two reports


def image_paths(
    table: pd.DataFrame, name: str, seed: int, parent: Path, report: Callable[[float], None] = lambda share: None
) -> list[str]:
    """Return the path of each row's PNG, drawn into a folder of `parent` unless it already exists.

    name: what the folder's name starts with. report: called with the share (0–1) drawn.

    Raises DatasetError when the images cannot be written.
    """
    files = [f"{row}.png" for row in table.index]
    folder = parent / f"{name}-{_key(table)}"
    filled_folder(folder, files, lambda empty: _draw(table, seed, empty, report))
    with suppress(OSError):
        os.utime(folder)  # the time of its last use
    trim(contents(parent), Bounds(most=MOST_DRAWN_FOLDERS))
    return [str(folder / file) for file in files]


def homonym_png(label: str, covered: bool, seed: int, number: int) -> bytes:
    """Return the image of row `number` as a PNG: a drawing of its class, or a cover."""
    rng = image_stream(seed, number)
    pixels = cover(rng, SIZE) if covered else drawing(label, rng, SIZE)
    _, png = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    return png.tobytes()


def _draw(table: pd.DataFrame, seed: int, folder: Path, report: Callable[[float], None]) -> None:
    for number, (row, label, covered) in enumerate(zip(table.index, table["label"], table["covered"], strict=True)):
        (folder / f"{row}.png").write_bytes(homonym_png(label, covered, seed, number))
        if number % _TOLD == 0:
            report(number / len(table))


def _key(table: pd.DataFrame) -> str:
    """Return a key for what the pixels depend on besides the seed: the table, our code, and the libraries."""
    key = hashlib.sha256(f"{np.__version__} {cv2.__version__}".encode())
    key.update(table[["label", "covered"]].to_csv().encode())
    for module in [Path(__file__), *sorted(Path(drawings.__file__).parent.glob("*.py"))]:
        key.update(module.read_bytes())
    return key.hexdigest()[:12]

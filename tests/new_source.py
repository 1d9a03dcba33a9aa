"""A dataset source as CONTRIBUTING's recipe has it: a function that returns a `Dataset`."""

import cv2
import numpy as np
import pandas as pd

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.generated_folder import filled_folder
from mmdemo.storage.folders import cache_dir

COLOURS = {"blue": (230, 60, 30), "green": (40, 160, 60), "red": (40, 40, 220)}  # BGR


def flags(n: int = 60) -> Dataset:
    """Return `n` flags of one colour each with a caption that names it, half of the time."""
    labels = [list(COLOURS)[i % len(COLOURS)] for i in range(n)]
    names = [f"{i:03}.png" for i in range(n)]

    def pixels(i: int) -> np.ndarray:
        return np.full((24, 32, 3), COLOURS[labels[i]], np.uint8) - np.uint8(i % 10)

    folder = filled_folder(
        cache_dir() / "flags" / str(n),
        names,
        lambda fresh: [cv2.imwrite(str(fresh / name), pixels(i)) for i, name in enumerate(names)] and None,
    )
    frame = pd.DataFrame(
        {
            "image": [str(folder / name) for name in names],
            "text": [f"a {label} flag" if i % 2 else f"flag {i}" for i, label in enumerate(labels)],
            "label": labels,
        },
        index=[name.removesuffix(".png") for name in names],
    )
    return Dataset(frame, name="Flags of one colour", source="Drawn by a test.", licence="CC0-1.0", options={"n": n})

"""A working copy made by hand."""

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from mmdemo.datasets.sheet_file import CELLS, write_cells
from mmdemo.datasets.tables.sheet import Sheet


def working_copy(folder: Path, sheet: Sheet) -> Path:
    """Write two pairs, the second with an image and without a label, and two rows that were left out."""
    for name in ("images", "thumbnails"):
        (folder / name).mkdir(parents=True)
        cv2.imwrite(str(folder / name / "1.png"), np.full((20, 30, 3), 90, np.uint8))
    pairs = pd.DataFrame(
        {"id": ["row 2", "row 11"], "label": ["ball", ""], "group": "", "text": ["a ball", "a box"],
         "image": ["", "1.png"]}
    )  # fmt: skip
    pairs.to_parquet(folder / "pairs.parquet", index=False)
    left_out = [
        {"row": "row 3", "reason": "has no caption", "remedy": "write one"},
        {"row": "row 10", "reason": "has more cells than the header", "remedy": ""},
    ]
    (folder / "data.json").write_text(json.dumps({"schema": 1, "name": "copy", "left_out": left_out}))
    with (folder / CELLS).open("wb") as file:
        write_cells(sheet, file)
    return folder

"""Small tables of drawn images: the files, and a working copy of them."""

import shutil
from pathlib import Path

import pandas as pd

from mmdemo.datasets import working_copy
from mmdemo.datasets.own_data import own_data
from tests.models import drawn

WITHOUT = 6  # rows without a label
MISSING = "row 3"  # names an image that is not there


def own_folder(folder: Path, each: int = 6) -> Path:
    """Draw `each` pairs of three classes beside a table with a column of its own; some rows have no label."""
    folder.mkdir(parents=True)
    frame = drawn(folder, each).frame
    table = pd.DataFrame(
        {"SKU": [f"0{number}" for number in range(len(frame))], "image": [Path(image).name for image in frame["image"]],
         "text": frame["text"], "label": frame["label"]}
    )  # fmt: skip
    table.iloc[-WITHOUT:, 3] = ""
    table.iloc[1, 1] = "nowhere.png"
    (folder / "data.csv").unlink()
    table.to_csv(folder / "data.csv", index=False)
    return folder


def copied(folder: Path, each: int = 6) -> Path:
    """Write a working copy of such a table, without the files that it was made from."""
    source = own_folder(folder.parent / "source", each)
    working_copy.write(own_data(source), folder)
    shutil.rmtree(source)
    return folder

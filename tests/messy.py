"""A small folder as a person may have it: some of its rows cannot be used, each for another reason."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

HEADER = "SKU;Photo;Title;Category\n"
USED, ROWS = 30, 51
"""Of the table: rows that a model can be trained on, and all."""


def photo(seed: int, width: int = 60, height: int = 40) -> bytes:
    """A JPEG that looks like no other."""
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def messy(folder: Path) -> Path:
    """Write the folder: 30 good pairs of two classes, 12 rows of a class that are three pairs, 5 without a label,
    three truncated images, and one web address.
    """
    photos = folder / "photos"
    photos.mkdir(parents=True)
    rows = []
    for number in range(30):
        (photos / f"IMG_{number}.JPG").write_bytes(photo(number, 700 if number == 0 else 60))
        kind = ["Cars & Bikes", "Boats"][number % 2] if number != 2 else "cars &\u00a0bikes"
        rows.append(f"A{number};img_{number}.jpg;a {kind[:4]} seen from side {number};{kind}")
    for number in range(3):
        (photos / f"ox{number}.jpg").write_bytes(photo(100 + number))
        (photos / f"cut{number}.jpg").write_bytes(photo(200 + number)[:-300])
    rows += [f"B{number};ox{number % 3}.jpg;an ox on a meadow {number};Oxen" for number in range(12)]
    rows += [f"C{number};ox{number % 3}.jpg;what is this {number};" for number in range(5)]
    rows += [f"D{number};cut{number}.jpg;half a boat {number};Boats" for number in range(3)]
    rows += ["E;https://shop.example/boat.jpg;a boat far away;Boats"]
    (folder / "Listings.csv").write_bytes((HEADER + "\n".join(rows) + "\n").encode("cp1252"))
    return folder

"""A shop's listings in which every caption, label and file name can be told from all that others have."""

import csv
import io
import json
import zipfile

import cv2
import numpy as np

from tests import listings
from tests.tab import Answer, ask

CAPTION, LABEL, FILE, TABLE, NAME = "Xylocap", "Xylolab", "Xylofile", "Xylotable", "Xyloshop"
SECRET = "xylo"  # what they have in common, in small letters
_PIECE = 1_500_000  # bytes
_ROWS = 70


def pack() -> bytes:
    """A zip with the table and the photos."""
    made = listings.listings(180)
    rows, table, packed = made.rows[:_ROWS], io.StringIO(), io.BytesIO()
    csv.writer(table).writerows([listings.HEADER, *map(_marked, rows)])
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(f"{TABLE}.csv", table.getvalue())
        for name in made.photos.keys() & {f"IMG_{sku}.png" for sku, *_ in rows}:
            file.writestr(name.replace("IMG", FILE), _mirrored(made.photos[name]))
    return packed.getvalue()


def send(url: str, cookie: str, content: bytes) -> str:
    """Send the pack as a browser does, and return the id of the data set."""
    data_id = str(json.loads(_ask(url, "POST", "new", cookie, json.dumps({"name": NAME}).encode()).text)["id"])
    for offset in range(0, len(content), _PIECE):
        _ask(url, "PUT", f"{data_id}/{offset}", cookie, content[offset : offset + _PIECE])
    assert _ask(url, "POST", f"{data_id}/done", cookie, b"").status == 200
    return data_id


def _ask(url: str, method: str, path: str, cookie: str, body: bytes) -> Answer:
    return ask(url, method, f"/own-data/{path}", {"Cookie": cookie, "X-Fusion-Lab": "1"}, body)


def _mirrored(data: bytes) -> bytes:
    """An image that no sample has, from one of a sample; what is damaged stays so."""
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return data if pixels is None else bytes(cv2.imencode(".png", np.fliplr(pixels))[1])


def _marked(row: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    sku, photo, title, category = row
    return (
        sku,
        photo.replace("IMG", FILE).replace("img", FILE.lower()),
        f"{title} {CAPTION}" if title else "",
        f"{LABEL} {category}" if category else "",
    )

"""A first look at somebody's data: its first rows, and which column seems to be what, before anything is computed."""

import json
from pathlib import Path
from typing import Any

from mmdemo.datasets.choices import Choices
from mmdemo.datasets.cleaning import joined
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.contents import Contents
from mmdemo.datasets.own_data import located
from mmdemo.datasets.own_images import images_of
from mmdemo.datasets.settling import settled
from mmdemo.datasets.tables.reading import sheets_of
from mmdemo.datasets.understanding import understand
from mmdemo.errors import ImageError
from mmdemo.preprocess.reencoded import copy_of
from mmdemo.storage.whole import whole_folder

LOOK, THUMBNAILS = "look.json", "thumbnails"
SCHEMA = 1
_ROWS = 8
_LETTERS = 500  # of a cell


def write_look(path: Path, folder: Path, choices: Choices) -> dict[str, Any]:
    """Write look.json and thumbnails of the first rows to a folder, whole or not at all; return the former.

    Raises a DatasetError, one sentence, where there is no table and no folder of images.
    """
    found, mapping = located(path, None, choices)
    guess = understand(found.columns, found.plain)
    chosen = settled(found, mapping, choices, whole=False)[0]
    with whole_folder(folder) as place:
        (place / THUMBNAILS).mkdir()
        look = {
            "look": SCHEMA,
            "name": found.name,
            "header": list(found.sheet.header),
            "count": len(found.sheet.cells) + len(found.sheet.left_out),
            "rows": _rows(found, chosen, place / THUMBNAILS),
            "mapping": chosen.to_json(""),
            "reasons": dict(guess.reasons),
            "joinable": list(guess.joinable),
            "tables": list(found.tables),
            "sheets": list(_sheets(found)),
            "notes": [*found.notes, *found.sheet.notes],
        }
        (place / LOOK).write_bytes(json.dumps(look, ensure_ascii=False).encode())
    return look


def _sheets(found: Contents) -> tuple[str, ...]:
    return sheets_of(found.tree, found.table) if found.table else ()


def _rows(found: Contents, mapping: ColumnMapping, folder: Path) -> list[dict[str, Any]]:
    cells = found.sheet.cells.head(_ROWS)
    thumbnails = _thumbnails(found, mapping, folder)
    return [
        {"row": f"row {number}", "cells": [cell[:_LETTERS] for cell in row], "thumbnail": thumbnails.get(number)}
        for number, row in zip(cells.index.tolist(), cells.itertuples(index=False, name=None), strict=True)
    ]


def _thumbnails(found: Contents, mapping: ColumnMapping, folder: Path) -> dict[int, str]:
    """Return row number → name of the thumbnail of its image, where there is one; those are written."""
    columns = mapping.columns.get("image")
    if not columns:
        return {}
    cells = joined(found.sheet, columns).head(_ROWS)
    images = images_of(found.files, found.table, cells, lambda share: None, verify=False)
    made = {}
    for number, path in images.paths.items():
        try:
            thumbnail = copy_of(path).thumbnail if path else b""
        except ImageError:
            continue
        if thumbnail:
            made[int(number)] = f"{number}.jpg"  # type: ignore[call-overload]
            (folder / made[int(number)]).write_bytes(thumbnail)  # type: ignore[call-overload]
    return made

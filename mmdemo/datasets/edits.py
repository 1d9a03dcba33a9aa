"""What a person changed in their data after it was read: rows left out, labels corrected or given, rows added."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.errors import DatasetError
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.whole import make_inside, whole_file

_FOLDER = "edits"
_NAME = re.compile("e[0-9a-f]{15}")
_MOST_BYTES = 20_000_000


def with_edits(folder: Path, edits: Mapping[str, Any]) -> str:
    """Keep edits beside a working copy; return the name by which the dataset's option `edits` means them.

    edits: `{"left_out": [ids], "labels": {id: label}, "added": [{"from": name, "row": id, "label": label}]}`, each of
    them optional; from: the folder of another data set beside this one's. Equal edits have one name, and what a name
    means never changes. Raises a DatasetError for edits of another shape, or where the copy is gone.
    """
    written = json.dumps(_checked(edits), ensure_ascii=False, sort_keys=True).encode()
    name = f"e{hashlib.sha256(written).hexdigest()[:15]}"
    place = folder / _FOLDER / f"{name}.json"
    if not place.exists():
        try:
            make_inside(folder, _FOLDER)  # data that was deleted meanwhile stays away
            with whole_file(place, binary=True) as file:
                file.write(written)
        except FileNotFoundError as error:
            raise DatasetError("This data is no longer here: it was deleted or has expired. Bring it again.") from error
    return name


def has_edits(folder: Path, name: str) -> bool:
    """Return whether edits of this name are kept beside a working copy."""
    return _NAME.fullmatch(name) is not None and (folder / _FOLDER / f"{name}.json").is_file()


def read_edits(folder: Path, name: str) -> dict[str, Any]:
    """Return the edits of a name, none for ""; raise a DatasetError where they are not there."""
    if not name:
        return _checked({})
    if not _NAME.fullmatch(name):
        raise DatasetError(f"Got edits={name!r}, which is no name of edits.")
    try:
        return _checked(read_json(read_bytes(folder / _FOLDER / f"{name}.json", _MOST_BYTES)))
    except (OSError, ValueError) as error:
        raise DatasetError(f"The edits {name!r} of this data are not there any more.") from error


def _checked(edits: Any) -> dict[str, Any]:
    """Return edits of the right shape, sorted and complete."""
    found: dict[str, Any] = {"left_out": [], "labels": {}, "added": []}
    found |= edits if isinstance(edits, Mapping) else {"": edits}
    left_out, labels, added = found["left_out"], found["labels"], found["added"]
    fits = (
        len(found) == 3
        and isinstance(left_out, list | tuple)
        and isinstance(labels, Mapping)
        and isinstance(added, list | tuple)
        and all(isinstance(one, str) for one in (*left_out, *labels, *labels.values()))
        and all(isinstance(one, Mapping) and {*one} == {"from", "row", "label"} for one in added)
        and all(isinstance(word, str) for one in added for word in one.values())
    )
    if not fits:
        raise DatasetError('Edits look like {"left_out": [id], "labels": {id: label}, "added": [{from, row, label}]}.')
    rows = sorted((dict(one) for one in added), key=lambda one: (one["from"], one["row"]))
    return {"left_out": sorted(set(left_out)), "labels": dict(sorted(labels.items())), "added": rows}

"""A bundle's manifest: the facts of the model, and a seal that reveals any changed byte."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.errors import BundleError
from mmdemo.storage.limits import JSON_BYTES
from mmdemo.storage.reading import read_bytes

SCHEMA = 3
MANIFEST = "manifest.json"
_KINDS: dict[str, tuple[type, ...]] = {
    "classes": (list,),
    "config": (dict,),
    "dataset": (dict,),
    "n_train": (int,),
    "n_test": (int,),
    "evaluation": (dict,),
    "command": (str,),
    "versions": (dict,),
    "files": (dict,),
    "seconds": (dict, type(None)),  # of the run, where measured
}
_DATASET_KINDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "source": (str,),
    "licence": (str,),
    "options": (dict,),
    "fingerprint": (str,),
    "limits": (dict, type(None)),
    "notes": (list,),
    "left_out": (list,),
}
_UNSEALED = "0" * 64
_SEAL = re.compile("[0-9a-f]{64}")


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest; its last entry is the SHA-256 (hex) of the file with 64 zeros in place of that entry."""
    whole = {"schema": SCHEMA, **content, "sha256": _UNSEALED}
    unsealed = json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"
    start = unsealed.rindex(_UNSEALED.encode())
    (folder / MANIFEST).write_bytes(unsealed[:start] + _seal(unsealed) + unsealed[start + len(_UNSEALED) :])


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest; raise a BundleError when it is missing, damaged or of another schema version."""
    try:
        written = read_bytes(folder / MANIFEST, JSON_BYTES)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleError(f"There is no model in {folder}: it holds no {MANIFEST}.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the folder's name
        reason = getattr(error, "strerror", None) or error
        raise BundleError(f"{MANIFEST} in {folder} cannot be read: {reason}.") from error
    manifest = _parse(written, folder)
    if manifest["schema"] != SCHEMA:
        raise BundleError(
            f"The model in {folder} has schema version {manifest['schema']!r}, but this program reads version "
            f"{SCHEMA}. Train it again with this version."
        )
    if not _is_sealed(written, manifest):
        raise BundleError(f"{MANIFEST} in {folder} is damaged or was changed. Copy or train the model again.")
    if wrong := _unusable(manifest):
        raise BundleError(f"{MANIFEST} in {folder} lacks a usable {wrong!r}. Copy or train the model again.")
    return manifest


def files_named(folder: Path) -> set[str]:
    """Return the names of the manifest and of the files it lists, for any schema version; {} if it is not a model.

    Every version has the seal, which distinguishes a model's manifest from others.
    """
    try:
        written = read_bytes(folder / MANIFEST, JSON_BYTES)
        manifest = _parse(written, folder)
    except (OSError, BundleError):
        return set()
    files = manifest.get("files")
    return {MANIFEST, *files} if isinstance(files, dict) and _is_sealed(written, manifest) else set()


def _is_sealed(written: bytes, manifest: Mapping[str, Any]) -> bool:
    """Return whether the manifest is unchanged."""
    seal = manifest.get("sha256")
    if not isinstance(seal, str) or not _SEAL.fullmatch(seal):
        return False
    return _seal(written.replace(seal.encode(), _UNSEALED.encode())) == seal.encode()


def _unusable(manifest: Mapping[str, Any]) -> str | None:
    """Return the name of the first entry that is missing or of another type than it should be."""
    for kinds, place in ((_KINDS, manifest), (_DATASET_KINDS, manifest.get("dataset"))):
        for name, allowed in kinds.items():
            if not isinstance(place, dict) or not isinstance(place.get(name), allowed):
                return name
    limits, heads = manifest["dataset"]["limits"], manifest["evaluation"].get("heads", ())
    known = limits is None or all(isinstance(limits.get(head), float | int) for head in heads)
    return None if known and isinstance(manifest["evaluation"].get("n"), int) else "limits or evaluation"


def _parse(written: bytes, folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(written)
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or "schema" not in manifest:
        raise BundleError(f"{MANIFEST} in {folder} is damaged. Copy or train the model again.")
    return manifest


def _seal(unsealed: bytes) -> bytes:
    return hashlib.sha256(unsealed).hexdigest().encode()

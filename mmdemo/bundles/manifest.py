"""A bundle's manifest: what the model is, and a seal that shows a changed byte."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.errors import BundleError

SCHEMA = 1
MANIFEST = "manifest.json"
_KEYS = ("classes", "config", "dataset", "n_train", "n_test", "evaluation", "command", "versions", "files")
_UNSEALED = "0" * 64


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest; its last entry is the SHA-256 (hex) of the file with 64 zeros in the place of that entry."""
    whole = {"schema": SCHEMA, **content, "sha256": _UNSEALED}
    unsealed = json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"
    start = unsealed.rindex(_UNSEALED.encode())
    (folder / MANIFEST).write_bytes(unsealed[:start] + _seal(unsealed) + unsealed[start + len(_UNSEALED) :])


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest; raise a BundleError when it is missing, damaged or of another schema version."""
    try:
        written = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleError(f"There is no model in {folder}: it holds no {MANIFEST}.") from error
    except OSError as error:
        raise BundleError(f"{MANIFEST} in {folder} cannot be read: {error.strerror or error}.") from error
    manifest = _parse(written, folder)
    if manifest["schema"] != SCHEMA:
        raise BundleError(
            f"The model in {folder} has schema version {manifest['schema']!r}, but this program reads version "
            f"{SCHEMA}. Train it again with this version."
        )
    seal = manifest.get("sha256")
    if not isinstance(seal, str) or _seal(written.replace(seal.encode(), _UNSEALED.encode())) != seal.encode():
        raise BundleError(f"{MANIFEST} in {folder} is damaged or was changed. Copy or train the model again.")
    if missing := [key for key in _KEYS if key not in manifest]:
        raise BundleError(f"{MANIFEST} in {folder} lacks {missing[0]!r}. Copy or train the model again.")
    return manifest


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

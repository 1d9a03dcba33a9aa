"""A bundle's manifest: the facts of the model, and a seal that reveals any changed byte."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdemo.bundles.manifest_kinds import unusable
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.strict_json import read_json

SCHEMA = 4
READABLE = (3, SCHEMA)  # the heads of schema 3 are in a file of skops
MANIFEST = "manifest.json"
MOST_BYTES = 2_000_000
_UNSEALED = "0" * 64
_SEAL = re.compile("[0-9a-f]{64}")


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest; its last entry is the SHA-256 (hex) of the file with 64 zeros in place of that entry."""
    whole = {"schema": SCHEMA, **content, "sha256": _UNSEALED}
    unsealed = json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"
    if len(unsealed) > MOST_BYTES:  # nobody could read it
        raise BundleError(
            f"The facts of this model have {len(unsealed):,} bytes, and {MOST_BYTES:,} at most are kept. "
            "Use fewer or shorter labels."
        )
    start = unsealed.rindex(_UNSEALED.encode())
    (folder / MANIFEST).write_bytes(unsealed[:start] + _seal(unsealed) + unsealed[start + len(_UNSEALED) :])


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest; raise a BundleError when it is missing, damaged or of another schema version."""
    try:
        written = read_bytes(folder / MANIFEST, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BundleError(f"There is no model in {place(folder)}: it holds no {MANIFEST}.") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the folder's name
        raise BundleError(f"{MANIFEST} in {place(folder)} cannot be read: {reason(error)}.") from error
    manifest = _parse(written, folder)
    if manifest["schema"] not in READABLE:
        raise BundleError(
            f"The model in {place(folder)} has schema version {manifest['schema']!r}, but this program reads versions "
            f"{' and '.join(map(str, READABLE))}. Train it again with this version."
        )
    if not _is_sealed(written, manifest):
        raise BundleError(f"{MANIFEST} in {place(folder)} is damaged or was changed. Copy or train the model again.")
    if wrong := unusable(manifest):
        raise BundleError(f"{MANIFEST} in {place(folder)} lacks a usable {wrong!r}. Copy or train the model again.")
    return manifest


def files_named(folder: Path) -> set[str]:
    """Return the names of the manifest and of the files it lists, for any schema version; {} if it is not a model.

    Every version has the seal, which distinguishes a model's manifest from others.
    """
    try:
        written = read_bytes(folder / MANIFEST, MOST_BYTES)
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


def _parse(written: bytes, folder: Path) -> dict[str, Any]:
    try:
        manifest = read_json(written)
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or "schema" not in manifest:
        raise BundleError(f"{MANIFEST} in {place(folder)} is damaged. Copy or train the model again.")
    return manifest


def _seal(unsealed: bytes) -> bytes:
    return hashlib.sha256(unsealed).hexdigest().encode()

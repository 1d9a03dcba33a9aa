"""Open a model's zip that was made elsewhere: what it costs is bounded, and it is checked as any model is."""

import posixpath
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import IO

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.manifest import MANIFEST, MOST_BYTES, files_named, read_manifest
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.writing import new_bundle
from mmdemo.errors import BundleError
from mmdemo.storage.bounded import Readable
from mmdemo.storage.reading import open_regular
from mmdemo.storage.whole import whole_file
from mmdemo.storage.zips import open_member, open_zip

_MOST_MEMBERS = 1_000
_MOST_UNPACKED = 300_000_000  # bytes of all files of a model
_CHUNK = 2**20
_DAMAGED = "This zip cannot be opened: it is damaged, protected by a password or none at all. Download the model again."


def open_model(path: Path, folder: Path) -> Bundle:
    """Unpack a model's zip, as the Models page gives it, into a folder, whole or not at all; return the model.

    Its files may lie in a folder of the zip; what does not belong to the model is left in it.
    Raises a BundleError that says what is wrong with the zip or the model, or why it cannot be written.
    """
    with new_bundle(folder) as temporary:
        try:
            _unpack(path, temporary)
            bundle = load(temporary)
        except BundleError as error:
            raise BundleError(str(error).replace(place(temporary), "this zip")) from error
    return replace(bundle, path=folder)


def _unpack(path: Path, folder: Path) -> None:
    try:
        opened = open_regular(path)
    except OSError as error:
        raise BundleError(f"The zip cannot be read: {reason(error)}.") from error
    try:
        with opened as file, open_zip(file, _MOST_MEMBERS) as archive:
            where = _folder_of_model(archive.namelist())
            left = _unpack_all(archive, where, {MANIFEST}, folder, MOST_BYTES)
            names = files_named(folder) - {MANIFEST}
            if not names:
                read_manifest(folder)  # says why
            _unpack_all(archive, where, names, folder, _MOST_UNPACKED - MOST_BYTES + left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise BundleError(_DAMAGED) from error


def _folder_of_model(names: Collection[str]) -> str:
    """Return the folder of a zip that holds a model, "" for its top."""
    found = [posixpath.dirname(name) for name in names if posixpath.basename(name) == MANIFEST]
    found = [name for name in found if name.count("/") == min(one.count("/") for one in found)]
    if not found:
        raise BundleError(f"There is no model in this zip: it holds no {MANIFEST}.")
    if len(found) > 1:
        raise BundleError("This zip holds more than one model: open one after the other, each in a zip of its own.")
    return found[0]


def _unpack_all(archive: zipfile.ZipFile, where: str, names: Collection[str], folder: Path, most: int) -> int:
    """Write the files of these names, at most so many bytes in all; return how many bytes are left."""
    there = set(archive.namelist())
    for name in sorted(names):
        member = posixpath.join(where, name)
        if member not in there or Path(name).name != name:  # `load` says so
            continue
        with whole_file(folder / name, binary=True) as file, open_member(archive, archive.getinfo(member)) as source:
            most = _copy(source, file, most)
    return most


def _copy(source: Readable, target: IO[bytes], most: int) -> int:
    while chunk := source.read(_CHUNK):
        most -= len(chunk)
        if most < 0:
            raise BundleError("The model in this zip is too large when unpacked, so it is not opened.")
        target.write(chunk)
    return most

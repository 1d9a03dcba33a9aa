"""Open what a person named: a folder or a zip."""

import os
import zipfile
from pathlib import Path

from mmdemo.datasets.files.folder import Folder, is_text
from mmdemo.datasets.files.not_read import not_read
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.files.zip_tree import ZipTree
from mmdemo.errors import DatasetError
from mmdemo.storage.reading import open_regular


def open_tree(path: Path) -> FileTree:
    """Return the files of a folder or zip; raise DatasetError for anything else, or a path that no table can hold."""
    if wrong := [part for part in path.absolute().parts if not is_text(part)]:
        readable = os.fsencode(wrong[-1]).decode("utf-8", "replace")
        raise DatasetError(f"The path of {readable!r} is not UTF-8; rename the folder or file.")
    if path.is_dir():
        return Folder(path)
    if what := not_read(path.name):
        raise DatasetError(f"{path.name!r} is {what}.")
    if path.suffix.lower() == ".zip" or is_zip(path):
        return ZipTree(path)
    raise DatasetError(
        f"{path.name!r} is neither a folder, a zip nor a table: give one of them, such as a spreadsheet with its "
        "images beside it."
    )


def is_zip(path: Path) -> bool:
    """Return whether a file is a zip, whatever its name: a workbook is one, too."""
    try:
        with open_regular(path) as file:
            return zipfile.is_zipfile(file)
    except OSError:
        return False

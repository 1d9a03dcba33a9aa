"""What somebody's folder, zip or table holds: its table, and the files that the table may name."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mmdemo.datasets.class_folders import class_folders
from mmdemo.datasets.column_names import suggests
from mmdemo.datasets.columns import Column, columns_of
from mmdemo.datasets.files.folder import Folder
from mmdemo.datasets.files.opening import open_tree
from mmdemo.datasets.files.tree import FileTree
from mmdemo.datasets.mapping_file import read_mapping
from mmdemo.datasets.tables.lone_file import LoneFile
from mmdemo.datasets.tables.names import TEXT, is_table, tables_in
from mmdemo.datasets.tables.reading import read_sheet
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.text_tables import text_tables
from mmdemo.datasets.wording import listed
from mmdemo.errors import DatasetError

_MOST_TABLES = 12  # of which the best is looked for


@dataclass(frozen=True)
class Contents:
    """What is at a path.

    table: the name of the table in its folder or zip, "" where folders stand for classes. tables: of all that are
    there. files: the tree of the files that cells name. columns: what is known of the table's columns.
    """

    name: str
    table: str
    tables: tuple[str, ...]
    sheet: Sheet
    tree: FileTree
    files: FileTree
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether columns called as the modalities and `label` are what they are called."""
        return not self.table or posixpath.basename(self.table).lower() == "data.csv"

    @property
    def shown(self) -> str:
        """The table's name for messages."""
        return posixpath.basename(self.table) or repr(self.name)


def contents(path: Path, table: str = "", sheet: str = "") -> Contents:
    """Return what a folder, zip or table holds; table, sheet: which to read, "" for the likeliest.

    Raises a DatasetError, one sentence, where there is neither a table nor folders of images.
    """
    if not path.is_dir() and (is_table(path.name) or _is_text_table(path)):
        return _alone(path, LoneFile(path), sheet)
    tree = open_tree(path)
    name = path.absolute().name if path.is_dir() else path.stem
    tables = tuple(one for one in tables_in(tree.names) if not (path.is_dir() and read_mapping(path / one)))
    if table:
        return _contents(name, tree, tables, _named(tables, table, name), sheet)
    return _best(name, tree, tables or text_tables(tree), sheet)


def _alone(path: Path, tree: LoneFile, sheet: str) -> Contents:
    """Return a table by itself; the images that it names are looked for in its folder."""
    found = read_sheet(tree, tree.names[0], sheet)
    columns, files = columns_of(found, ()), found.files
    if files is None and any(column.addresses or suggests(column.name, "image") for column in columns):
        files = Folder(path.absolute().parent)
    names = files.names if files else ()
    columns = columns_of(found, names) if names else columns
    return Contents(path.stem, tree.names[0], (), found, tree, files or tree, columns)


def _contents(name: str, tree: FileTree, tables: tuple[str, ...], table: str, sheet: str) -> Contents:
    found = read_sheet(tree, table, sheet) if table else class_folders(tree, name)
    files = found.files or tree
    return Contents(name, table, tables, found, tree, files, columns_of(found, files.names))


def _best(name: str, tree: FileTree, tables: tuple[str, ...], sheet: str) -> Contents:
    """Return what a data.csv holds, else the only table, else the largest that names files, else the folders."""
    found, errors = [], []
    for table in (_called_data(tables) or tables)[:_MOST_TABLES]:
        try:
            found.append(_contents(name, tree, tables, table, sheet))
        except DatasetError as error:
            errors.append(error)
    if found:
        best = max(found, key=lambda one: (_names_files(one), len(one.sheet.cells)))
        return best if len(found) == 1 else replace(best, notes=_on_choice(best))
    if errors:  # images in folders must not stand in for a table that is there
        raise errors[0]
    return _contents(name, tree, tables, "", sheet)


def _called_data(tables: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of data.csv: at the top, or in a folder at the top."""
    found = [name for name in tables if posixpath.basename(name).lower() == "data.csv" and name.count("/") < 2]
    return tuple([name for name in found if "/" not in name] or found)


def _names_files(one: Contents) -> bool:
    return any(column.share(column.files) >= 0.5 for column in one.columns)


def _on_choice(best: Contents) -> tuple[str, ...]:
    why = "the largest whose cells name files here" if _names_files(best) else "the largest"
    return (f"Read {best.table!r}: of {len(best.tables):,} tables, it is {why}. Choose another with --table.",)


def _is_text_table(path: Path) -> bool:
    return path.suffix.lower() == TEXT and path.is_file() and bool(text_tables(LoneFile(path)))


def _named(tables: Sequence[str], wanted: str, where: str) -> str:
    found = [name for name in tables if wanted in (name, posixpath.basename(name))]
    if not found:
        raise DatasetError(f"{where!r} holds no table {wanted!r}; it holds {listed([repr(name) for name in tables])}.")
    return found[0]

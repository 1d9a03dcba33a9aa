"""Which column of somebody's table is what: guessed, confirmed by a person, and kept as a small JSON file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self, get_args

from mmdemo.errors import DatasetError

SCHEMA = 1
MARK = "fusion_lab"
"""The key by which a JSON file says that it is a mapping, with its schema."""

Rare = Literal["leave out", "other"]


@dataclass(frozen=True)
class ColumnMapping:
    """Which column of a table is what.

    table: name of the table in its folder or zip, "" where there is one or none. sheet: of a workbook, "" for the
    first. columns: modality → names of its columns; several are joined with a space. label, group: names of columns,
    "" for none.
    rare: what becomes of classes with too few pairs: left out, or merged into the class "other".

    >>> ColumnMapping.from_json({"fusion_lab": 1, "columns": {"text": ["Title"]}, "label": "Kind"}).columns["text"]
    ('Title',)
    """

    table: str = ""
    sheet: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    label: str = ""
    group: str = ""
    rare: Rare = "leave out"

    @classmethod
    def from_json(cls, written: Any) -> Self:
        """Return what a mapping file holds; raise a DatasetError that says what is wrong with it."""
        if not isinstance(written, dict) or written.get(MARK) != SCHEMA:
            raise DatasetError(f"The mapping file does not say {MARK!r}: {SCHEMA}; make it again with this version.")
        words = {name: written.get(name, "") for name in ("table", "sheet", "label", "group")}
        columns, rare = written.get("columns", {}), written.get("rare", "leave out")
        if wrong := [name for name, word in words.items() if not isinstance(word, str)]:
            raise DatasetError(f"The mapping file gives {wrong[0]}: {words[wrong[0]]!r}; expected a name in quotes.")
        if not isinstance(columns, dict) or not all(map(_are_names, columns.values())):
            raise DatasetError('The mapping file needs "columns" such as {"image": ["File"], "text": ["Title"]}.')
        if rare not in get_args(Rare):
            raise DatasetError(f"The mapping file gives rare: {rare!r}; expected one of {', '.join(get_args(Rare))}.")
        return cls(columns={name: tuple(found) for name, found in columns.items()}, rare=rare, **words)

    def to_json(self, data: str) -> dict[str, Any]:
        """Return what a mapping file holds; data: path of the folder, zip or table, relative to the mapping file."""
        columns = {name: list(found) for name, found in self.columns.items()}
        return {MARK: SCHEMA, "data": data, **asdict(self), "columns": columns}


def _are_names(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(name, str) for name in found)

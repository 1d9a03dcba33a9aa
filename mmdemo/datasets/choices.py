"""Which columns a person chose on the command line, in a link or in a program, instead of those that are guessed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.column_mapping import ColumnMapping, Rare
from mmdemo.datasets.column_names import NONE, find_column
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES

PLACES = ("table", "sheet", "rare")
"""Options that are no columns; see `ColumnMapping`."""


@dataclass(frozen=True)
class Choices:
    """What of a column mapping is chosen; the rest is guessed, or as a mapping file says.

    columns: modality → names of columns, none for `none`. label, group: a column's name, "" for none, None where it is
    not chosen. table, sheet, rare: as in `ColumnMapping`, "" where they are not chosen.
    """

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    label: str | None = None
    group: str | None = None
    table: str = ""
    sheet: str = ""
    rare: Rare | Literal[""] = ""

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the choices that the options of a dataset hold; raise a ConfigError for one that cannot be.

        >>> Choices.from_options({"text": '["Title", "Brand"]', "label": "none"}).columns["text"]
        ('Title', 'Brand')
        """
        for name, value in options.items():
            if not isinstance(value, str) or not value:
                raise ConfigError(f"The option {name} of your own data is {value!r}; expected a name.")
        if options.get("rare", get_args(Rare)[0]) not in get_args(Rare):
            raise ConfigError(f"Got rare={options['rare']!r} but expected one of {', '.join(get_args(Rare))}.")
        single: dict[str, Any] = {name: _one(options[name]) for name in (LABEL, GROUP) if name in options}
        single |= {name: options[name] for name in PLACES if name in options}
        return cls(columns={name: _listed(options[name]) for name in MODALITIES if name in options}, **single)

    def instead_of(self, mapping: ColumnMapping) -> ColumnMapping:
        """Return a mapping without the columns that are chosen here: whether the table has them does not matter."""
        columns = {name: () if name in self.columns else found for name, found in mapping.columns.items()}
        label, group = ("" if one is not None else kept
                        for one, kept in ((self.label, mapping.label), (self.group, mapping.group)))  # fmt: skip
        return replace(mapping, columns=columns, label=label, group=group)

    def applied_to(self, mapping: ColumnMapping, names: Sequence[str], table: str) -> ColumnMapping:
        """Return a mapping in which the chosen columns are as chosen; names: of the table's columns.

        Raises a DatasetError for a column that the table does not have.
        """
        columns = {name: tuple(find_column(names, one, table) for one in found) for name, found in self.columns.items()}
        single = {role: name and find_column(names, name, table)
                  for role, name in ((LABEL, self.label), (GROUP, self.group)) if name is not None}  # fmt: skip
        taken = {name for found in columns.values() for name in found} | set(single.values()) - {""}
        rest = {name: tuple(one for one in found if one not in taken) for name, found in mapping.columns.items()}
        kept = {role: "" for role in (LABEL, GROUP) if getattr(mapping, role) in taken}
        changed = replace(mapping, columns={**rest, **columns}, rare=self.rare or mapping.rare)
        return replace(changed, **{**kept, **single})  # type: ignore[arg-type]


NOTHING = Choices()


def options_of(columns: Mapping[str, Sequence[str]], single: Mapping[str, str | None]) -> dict[str, str]:
    """Return what was typed as options of a dataset; columns: modality → names of columns.

    >>> options_of({"text": ["Title", "Brand"], "image": []}, {"label": "Kind", "group": None})
    {'text': '["Title", "Brand"]', 'label': 'Kind'}
    """
    several = {name: found[0] if len(found) == 1 and not found[0].startswith("[") else _json(found)
               for name, found in columns.items() if found}  # fmt: skip
    return several | {name: value for name, value in single.items() if value is not None}


def flags_of(options: Mapping[str, Any]) -> list[str]:
    """Return the words of a command line that choose the same columns; the inverse of `options_of`."""
    words = []
    for name in (*MODALITIES, LABEL, GROUP, *PLACES):
        if isinstance(options.get(name), str):
            several = _listed(options[name]) or (NONE,) if name in MODALITIES else (options[name],)
            words += [word for value in several for word in (f"--{name}", value)]
    return words


def _listed(written: str) -> tuple[str, ...]:
    if written.casefold() == NONE:
        return ()
    if written.startswith("["):
        try:
            found = json.loads(written)
        except (ValueError, RecursionError):
            return (written,)
        if isinstance(found, list) and all(isinstance(name, str) for name in found):
            return tuple(found)
    return (written,)


def _one(written: str) -> str:
    return "" if written.casefold() == NONE else written


def _json(names: Sequence[str]) -> str:
    return json.dumps(list(names), ensure_ascii=False)

"""Settle which column is what: what a person confirmed or chose goes before what is guessed."""

from dataclasses import replace

from mmdemo.datasets.base import GROUP, LABEL
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.column_names import column_names, find_column
from mmdemo.datasets.contents import Contents
from mmdemo.datasets.understanding import understand
from mmdemo.datasets.wording import columns_listed, listed, shown
from mmdemo.errors import DatasetError
from mmdemo.modalities.registry import MODALITIES


def settled(
    found: Contents, mapping: ColumnMapping | None, choices: Choices, whole: bool = True
) -> tuple[ColumnMapping, tuple[str, ...]]:
    """Return which column is what, and notes on what was guessed; mapping: what a person confirmed, if anything.

    Raises a DatasetError for a column that the table does not have or, if the mapping has to be whole, where none
    holds a modality.
    """
    names = column_names(found.sheet.header)
    if mapping is None or not mapping.columns:
        guess, given = understand(found.columns, found.plain).mapping, mapping or ColumnMapping()
        start = replace(guess, table=found.table, sheet=choices.sheet or given.sheet, rare=given.rare)
    else:
        guess, start = None, _checked(choices.instead_of(mapping), names, found.shown)
    settled = choices.applied_to(start, names, found.shown)
    if whole and not any(settled.columns.values()):
        raise DatasetError(_nothing(names, found))
    if len(settled.columns.get("image", ())) > 1:
        named = listed([shown(column) for column in settled.columns["image"]])
        raise DatasetError(f"Images are read from one column of {found.shown}; choose one of {named}.")
    return settled, (*_notes(settled, guess), *_other_images(settled, found))


def _other_images(settled: ColumnMapping, found: Contents) -> tuple[str, ...]:
    """Return a note on columns that name images as well as the one that is read."""
    read = settled.columns.get("image", ())
    telling = [one.name for one in found.columns if one.share(one.files) > 0.5 and not one.are_numbers]
    others = [shown(name) for name in telling if name not in read]
    if not read or not others:
        return ()
    name = "names" if len(others) == 1 else "name"
    return (f"Images are read from {shown(read[0])} alone; {listed(others)} {name} images, too.",)


def _checked(mapping: ColumnMapping, names: tuple[str, ...], table: str) -> ColumnMapping:
    try:
        return replace(
            mapping,
            columns={name: tuple(find_column(names, column, table) for column in found)
                     for name, found in mapping.columns.items() if name in MODALITIES},
            label=mapping.label and find_column(names, mapping.label, table),
            group=mapping.group and find_column(names, mapping.group, table),
        )  # fmt: skip
    except DatasetError as error:
        raise DatasetError(f"{error} Choose the columns again, or correct the mapping file.") from error


def _nothing(names: tuple[str, ...], found: Contents) -> str:
    table, sheet = found.shown, found.sheet
    if not any(names):
        return f"{table} is empty."
    if sheet.cells.empty and sheet.left_out:
        return f"{table} has no row that can be read: {sheet.left_out[0]}"
    if sheet.cells.empty:
        return f"{table} has no rows below its header."
    flags = " or ".join(f"--{name} COLUMN" for name in MODALITIES)
    wanted = " or ".join(modality.nouns for modality in MODALITIES.values())
    return f"{table} has no column that seems to hold {wanted}; {columns_listed(names)}. Say which with {flags}."


def _notes(settled: ColumnMapping, guess: ColumnMapping | None) -> tuple[str, ...]:
    """Return a note on the columns that were guessed and are not called what they hold."""
    if guess is None:
        return ()
    roles = {role: (settled.label if role == LABEL else settled.group,) for role in (LABEL, GROUP)}
    said = [f"{listed(list(map(shown, columns)))} as {role}"
            for role, columns in {**settled.columns, **roles}.items()
            if any(column and column.casefold() != role for column in columns)]  # fmt: skip
    return (f"Read {', '.join(said)}.",) if said else ()

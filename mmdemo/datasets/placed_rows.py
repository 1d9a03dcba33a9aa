"""The rows of a table in their order, each with the pair that it became, or why it became none."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from mmdemo.datasets.base import LABEL
from mmdemo.datasets.column_names import column_names
from mmdemo.datasets.data_frame import modalities_of, values_of
from mmdemo.datasets.table_of_pairs import TableOfPairs, TableRow

_UNUSED = "This row holds nothing that can be used."


def placed(
    header: Sequence[str], cells: pd.DataFrame, pairs: pd.DataFrame, left_out: Mapping[str, str], label: str = ""
) -> TableOfPairs:
    """Return the rows to classify.

    cells: of the table as written, by row id. pairs: the usable ones, by row id: modalities, and `label`, "" for none.
    left_out: row id → why it is. label: the column of the labels, "" for none.
    """
    names = modalities_of(pairs)
    columns = [values_of(pairs, name) for name in (*names, LABEL)]
    of_label = column_names(header).index(label) if label in column_names(header) else None
    places = {row: place for place, row in enumerate(map(str, pairs.index))}

    def rows() -> Iterator[TableRow]:
        for row, *written in cells.itertuples(name=None):
            if row not in places:
                given = "" if of_label is None else written[of_label]
                yield TableRow(row, tuple(written), {}, left_out.get(row, _UNUSED), given)
                continue
            *values, label = (column[places[row]] for column in columns)
            held = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            yield TableRow(row, tuple(written), held, label=label or "")

    return TableOfPairs(tuple(header), len(cells), rows)

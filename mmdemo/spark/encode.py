"""What a worker makes of a row: its values, the features that depend on it alone, and what tells it from copies."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits

from mmdemo.datasets.labels import refusal, tidied
from mmdemo.datasets.left_out import BAD_LABEL, NO_LABEL, Why, nothing_held, unusable_image, unusable_value
from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.threads import one_thread
from mmdemo.errors import MMDemoError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.spark.cells import Cells, Column, texts_of
from mmdemo.spark.encoded_columns import (
    WHY,
    digest_column,
    features_column,
    look_column,
    missing_column,
    repeat_column,
    tie_column,
    value_column,
)
from mmdemo.spark.source import ID, WRITTEN

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class Encoding:
    """What a worker needs in order to encode rows.

    config: the encoders, of which those that are frozen are run. cells: modality → where its values stand, of all that
    the data has. spelling: tidied label → as it is used; None where the labels are that already.
    labelled: whether a row without a label is left out.
    """

    config: ModelConfig
    cells: Mapping[str, Cells]
    label: Column | None
    group: Column | None
    spelling: Mapping[str, str] | None
    labelled: bool = True

    def frozen(self) -> dict[str, Encoder]:
        """Return column → the frozen part of an encoder whose features it holds."""
        return {
            features_column(name, place): part
            for name in self.config.encoders
            for place, part in enumerate(self.config.build_encoder(name).parts)
            if part.frozen
        }

    def schema(self) -> "StructType":
        """Return the columns of encoded rows."""
        from pyspark.sql.types import BinaryType, BooleanType, StringType, StructType

        found = StructType()
        for name in (ID, "label", "group", *WHY):
            found = found.add(name, StringType())
        for name in self.cells:
            found = found.add(missing_column(name), BooleanType()).add(value_column(name), BinaryType())
            for column in (digest_column, tie_column, repeat_column):
                found = found.add(column(name), StringType())
            found = found.add(look_column(name), BinaryType())
        for name in self.frozen():
            found = found.add(name, BinaryType())
        return found

    def of(self, rows: "DataFrame") -> "DataFrame":
        """Return the encoded rows; columns that are not read stay where they are."""
        return rows.drop(WRITTEN).mapInArrow(self, self.schema())

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Yield the encoded rows of each batch; a row that cannot be used says why, and costs no other its place."""
        parts = self.frozen()
        with one_thread(), threadpool_limits(1):
            for batch in batches:
                yield _Batch(self, batch).encoded(parts)


class _Batch:
    """The rows of a batch; why: place → why a row is left out, the first reason that is found."""

    def __init__(self, encoding: Encoding, batch: pa.RecordBatch) -> None:
        self._encoding, self._batch = encoding, batch
        self.count = batch.num_rows
        self.why: dict[int, Why] = {}

    def encoded(self, parts: Mapping[str, Encoder]) -> pa.RecordBatch:
        encoding = self._encoding
        labels = self._labels()
        values = {name: self._values(name, cells) for name, cells in encoding.cells.items()}
        looks = {name: self._looks(name, found) for name, found in values.items()}
        for place in range(self.count):
            if all(found[place] is None for found in values.values()):
                self.why.setdefault(place, nothing_held(values))
        features = {name: self._features(name, part, values) for name, part in parts.items()}
        columns: dict[str, list[Any]] = {
            ID: self._batch.column(ID).to_pylist(),
            "label": labels,
            "group": [tidied(cell) or None for cell in texts_of(encoding.group, self._batch)],
        }
        columns |= {name: [self.why[at][place] if at in self.why else None for at in range(self.count)]
                    for place, name in enumerate(WHY)}  # fmt: skip
        for name, found in values.items():
            columns |= _keys(name, [None if at in self.why else one for at, one in enumerate(found)])
            columns[look_column(name)] = looks[name]
        columns |= features
        return _of(columns)

    def _labels(self) -> list[str]:
        encoding, found = self._encoding, []
        for place, cell in enumerate(texts_of(encoding.label, self._batch)):
            label = cell if encoding.spelling is None else tidied(cell)
            if label and (reason := refusal(label)):
                self.why[place] = reason, "write it shorter and on one line", BAD_LABEL
            if not label and encoding.labelled:
                self.why[place] = "has no label", "write one, or let a model answer it", NO_LABEL
            found.append(label if encoding.spelling is None else encoding.spelling.get(label, ""))
        return found

    def _values(self, name: str, cells: Cells) -> list[Any]:
        """Return what each row holds of a modality, None where it lacks it."""
        settings = self._settings(name)
        return [self._value(name, settings, place, cell) for place, cell in enumerate(cells.values(self._batch))]

    def _value(self, name: str, settings: Any, place: int, cell: Any) -> Any:
        if isinstance(cell, tuple):
            self.why.setdefault(place, cell)
            return None
        if not cell:
            return None
        try:
            value = MODALITIES[name].read(cell) if isinstance(cell, str) else cell
            return None if MODALITIES[name].missing(value, settings) else value
        except MMDemoError as error:
            self.why.setdefault(place, unusable_value(name, error))
            return None

    def _settings(self, name: str) -> Any:
        config = self._encoding.config
        return config.build_encoder(name).settings if name in config.encoders else MODALITIES[name].settings()

    def _looks(self, name: str, values: list[Any]) -> list[bytes | None]:
        look = MODALITIES[name].likeness.look
        return [None if look is None else self._look(name, look, place, value) for place, value in enumerate(values)]

    def _look(self, name: str, look: Callable[[Any], Any], place: int, value: Any) -> bytes | None:
        if value is None or place in self.why:
            return None
        try:
            found = look(value)
        except MMDemoError as error:
            self.why[place] = _of_file(name, error)
            return None
        return None if found is None else np.asarray(found, np.float32).tobytes()

    def _features(self, column: str, part: Encoder, values: Mapping[str, list[Any]]) -> list[bytes | None]:
        """Return the features of each row that holds something and is not left out."""
        name = _modality_of(column)
        found: list[bytes | None] = [None] * self.count
        places = [place for place, value in enumerate(values[name]) if value is not None and place not in self.why]
        rows = self._rows(name, part, [values[name][place] for place in places], places)
        for place, row in zip(places, rows, strict=True):
            found[place] = None if row is None else np.asarray(row, np.float32).tobytes()
        return found

    def _rows(self, name: str, part: Encoder, values: list[Any], places: list[int]) -> Iterable[Any]:
        try:
            return part.transform(values) if values else ()
        except MMDemoError:
            return [self._row(name, part, value, place) for value, place in zip(values, places, strict=True)]

    def _row(self, name: str, part: Encoder, value: Any, place: int) -> Any:
        try:
            return part.transform([value])[0]
        except MMDemoError as error:
            self.why[place] = _of_file(name, error)
            return None


def _modality_of(column: str) -> str:
    return column.split("_", 1)[1].rsplit("_", 1)[0]


def _of_file(name: str, error: MMDemoError) -> Why:
    return unusable_image(str(error)) if MODALITIES[name].drawn else unusable_value(name, error)


def _keys(name: str, values: list[Any]) -> dict[str, list[Any]]:
    modality, likeness = MODALITIES[name], MODALITIES[name].likeness
    return {
        missing_column(name): [value is None for value in values],
        value_column(name): [None if modality.drawn or value is None else _encoded(value) for value in values],
        digest_column(name): [None if value is None else modality.digest(value) for value in values],
        tie_column(name): [None if value is None else likeness.tied_by(value) for value in values],
        repeat_column(name): [None if value is None else likeness.repeated_by(value) for value in values],
    }


def _encoded(value: Any) -> bytes | None:
    """Return a text in UTF-8; nothing else is needed again."""
    return value.encode() if isinstance(value, str) else None


def _of(columns: Mapping[str, list[Any]]) -> pa.RecordBatch:
    kinds = {"missing": pa.bool_(), "value": pa.binary(), "look": pa.binary(), "features": pa.binary()}
    arrays = [pa.array(values, kinds.get(name.split("_")[0], pa.string())) for name, values in columns.items()]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))

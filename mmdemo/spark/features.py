"""The features of encoded rows by encoders that have been fitted: in a worker, or on a sample in the driver."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.gaps import transformed
from mmdemo.encoders.side_by_side import SideBySideEncoder
from mmdemo.errors import ConfigError
from mmdemo.model.config import ModelConfig
from mmdemo.spark.encoded_columns import features_column, missing_column, value_column

MOST_COLUMNS = 3_000  # of an encoder that learns nothing: the products of all pairs of them are summed up

Part = tuple[str, int]
"""A modality, and the place of a part in its encoder."""
Table = Any
"""A batch or a table of Arrow's."""


def check_encoders(config: ModelConfig) -> None:
    """Raise a ConfigError for an encoder that cannot be used on Spark."""
    if config.trains_network:
        raise ConfigError("A network is trained on one machine: choose another encoder, or leave out --engine spark.")
    for name in config.encoders:
        for part in config.build_encoder(name).parts:
            if not part.frozen and not hasattr(part, "fit_counts"):
                raise ConfigError(f"The encoder {config.encoders[name]!r} cannot be fitted on Spark; choose another.")
            if part.frozen and part.n_features_out > MOST_COLUMNS:
                raise ConfigError(
                    f"The encoder {config.encoders[name]!r} makes {part.n_features_out:,} numbers of each value, and "
                    f"{MOST_COLUMNS:,} at most go through Spark; choose another."
                )


def assembled(encoder: Encoder, parts: list[Any]) -> Encoder:
    """Return an encoder of fitted parts, in their order."""
    return encoder.of_parts(parts) if isinstance(encoder, SideBySideEncoder) else parts[0]


def holds(rows: Table, names: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return modality → which rows hold it, bool (n,)."""
    return {name: np.logical_not(rows.column(missing_column(name)).to_pylist()) for name in names}


def values_of(rows: Table, name: str) -> list[str | None]:
    """Return the values of a modality that encoders which learn read, None where there is none."""
    return [None if cell is None else cell.decode() for cell in rows.column(value_column(name)).to_pylist()]


def parts_of(rows: Table, name: str, encoder: Encoder) -> list[Any]:
    """Return the features of each part of a fitted encoder, (n, d) dense or sparse, zero where a row lacks it."""
    found = []
    for place, part in enumerate(encoder.parts):
        if part.frozen:
            found.append(_dense(rows.column(features_column(name, place)), part.n_features_out))
        else:
            values = values_of(rows, name)
            found.append(transformed(part, values, np.array([value is None for value in values], dtype=bool)))
    return found


def features_of(rows: Table, name: str, encoder: Encoder) -> Any:
    """Return the features of a fitted encoder, (n, d), sparse where a part is."""
    parts = parts_of(rows, name, encoder)
    if len(parts) == 1:
        return parts[0]
    return sparse.hstack(parts, format="csr") if any(map(sparse.issparse, parts)) else np.hstack(parts)


def _dense(column: Any, width: int) -> np.ndarray:
    cells = column.to_pylist()
    found = np.zeros((len(cells), width), np.float32)
    for place, cell in enumerate(cells):
        if cell is not None:
            found[place] = np.frombuffer(cell, np.float32)
    return found


def side_by_side(blocks: Sequence[Any]) -> np.ndarray:
    """Return blocks (n, d) one after the other, all of them dense."""
    return np.hstack([block.toarray() if sparse.issparse(block) else block for block in blocks])

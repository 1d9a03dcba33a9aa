"""One pair on a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Pair:
    """One pair of a dataset.

    values: modality → value as the pages hold it (see `View.of_cell`); what the pair lacks is left out.
    label: what it is. row_id: of its row in the dataset.
    """

    values: Mapping[str, Any]
    label: str
    row_id: str

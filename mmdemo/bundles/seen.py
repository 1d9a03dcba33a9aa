"""Which pairs of a dataset a model was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmdemo.bundles.row_digests import row_digests
from mmdemo.datasets.base import LABEL, Dataset
from mmdemo.datasets.labels import as_known
from mmdemo.errors import DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import usable_rows
from mmdemo.training.train import TrainedModel


@dataclass(frozen=True)
class TrainedOn:
    """What a model was trained on.

    config: its configuration. fingerprint: of the dataset. ids, digests: str (n,), of its training pairs, or of a
    sample of them. count: how many pairs it was trained on.
    """

    config: ModelConfig
    fingerprint: str
    ids: np.ndarray
    digests: np.ndarray
    count: int

    @property
    def complete(self) -> bool:
        """Whether all training pairs are named; otherwise `seen` recognises only some of them."""
        return len(self.ids) == self.count

    @property
    def caveat(self) -> str:
        """One sentence on pairs that cannot be recognised, "" where all are named."""
        if self.complete:
            return ""
        return (
            f"This model names only {len(self.ids):,} of the {self.count:,} pairs that it was trained on, so some of "
            "the others may be counted here as new to it."
        )

    def is_of(self, dataset: Dataset) -> bool:
        """Return whether this is the very dataset that the model was trained on."""
        return dataset.fingerprint() == self.fingerprint

    def seen(self, dataset: Dataset) -> np.ndarray:
        """Return bool (n,): which pairs of a dataset the model was trained on.

        In its own training data they are recognised by id, in other data by content. Where not all are named, see
        `complete`, others are taken for new pairs.
        """
        if self.is_of(dataset):
            if self.config.n_folds > 1 and not self.complete:  # it was trained on all of them
                return np.ones(len(dataset.frame), dtype=bool)
            return np.asarray(dataset.frame.index.isin(self.ids))
        return np.isin(row_digests(dataset.frame, self.config), self.digests)

    def others(self, dataset: Dataset, classes: Sequence[str]) -> pd.DataFrame:
        """Return the dataset's usable pairs of these classes that the model was not trained on, labelled as it does.

        Raises a DatasetError if there is none.
        """
        frame = usable_rows(dataset, self.config).drop(index=dataset.frame.index[self.seen(dataset)], errors="ignore")
        frame = frame.assign(**{LABEL: as_known(frame[LABEL], classes)})
        frame = frame[frame[LABEL] != ""]
        if frame.empty:
            raise DatasetError(
                f"{dataset.address} holds no pair that this model was not trained on; give other data, or none for the "
                "results on the pairs that were held out in training."
            )
        return frame


def trained_on(trained: TrainedModel) -> TrainedOn:
    """Return what a model that has just been trained was trained on."""
    config, ids = trained.model.config, trained.train_ids
    digests = row_digests(trained.dataset.frame.loc[ids], config)
    return TrainedOn(config, trained.dataset.fingerprint(), ids, digests, len(ids))

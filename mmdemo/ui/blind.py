"""A pair of the model's own data is answered by the model of a fold, which was trained without it."""

from dataclasses import replace

import numpy as np

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.ui import model_data


def blind(bundle: Bundle, dataset: Dataset, row_id: str) -> Bundle:
    """Return the bundle with the model that had not seen the pair, or as it is where there is no such model."""
    model = bundle.model_for(row_id) if model_data.trained_on(bundle, dataset) else bundle.model
    if model is bundle.model:
        return bundle
    fold = int(bundle.held_out.fold[bundle.held_out.ids == row_id][0])
    return replace(bundle, model=model, fold=fold)


def same_fold(bundle: Bundle, row_id: str) -> frozenset[str]:
    """Return the ids of the pairs that were held out together with this one, and so were not trained on either."""
    held_out = bundle.held_out
    together = np.isin(held_out.fold, held_out.fold[held_out.ids == row_id])
    return frozenset(held_out.ids[together].tolist())

"""Features of pairs that may lack a modality: zeros stand for what is not there."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from mmdemo.encoders.encoder import Encoder
from mmdemo.errors import MMDemoError


def transformed(encoder: Encoder, values: Sequence[Any], missing: np.ndarray) -> Any:
    """Return the features (n, d) of n values, zeros where one is missing: bool (n,)."""
    if missing.all():
        return np.zeros((len(values), encoder.n_features_out), np.float32)
    return with_gaps(encoder.transform([values[i] for i in np.flatnonzero(~missing).tolist()]), missing)


def attempted(encoder: Encoder, values: Sequence[Any], missing: np.ndarray) -> tuple[Any, dict[int, MMDemoError]]:
    """Return the same as `transformed`, and place → error of the values that cannot be read, zeros in their place."""
    try:
        return transformed(encoder, values, missing), {}
    except MMDemoError:
        errors, rows = {}, []
    for place in np.flatnonzero(~missing).tolist():
        try:
            rows.append(encoder.transform([values[place]]))
        except MMDemoError as error:
            errors[place] = error
    gaps = missing | np.isin(np.arange(len(values)), list(errors))
    if not rows:
        return np.zeros((len(values), encoder.n_features_out), np.float32), errors
    stacked = sparse.vstack(rows) if sparse.issparse(rows[0]) else np.concatenate(rows)
    return with_gaps(stacked, gaps), errors


def with_gaps(features: Any, missing: np.ndarray) -> Any:
    """Return (n, d) with a row of zeros for each missing pair, from the features (m, d) of the others.

    >>> with_gaps(np.ones((1, 2)), np.array([True, False])).tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    """
    if not missing.any():
        return features
    places, shape = np.flatnonzero(~missing), (len(missing), features.shape[1])
    if sparse.issparse(features):
        rows = features.tocoo()
        return sparse.csr_matrix((rows.data, (places[rows.row], rows.col)), shape=shape)
    whole = np.zeros(shape, features.dtype)
    whole[places] = features
    return whole

"""scikit-learn's own checks, over every estimator of ours."""

import unittest
import warnings
from collections.abc import Iterator

import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.modalities.registry import MODALITIES

ENCODERS = [modality.build(name, {}) for modality in MODALITIES.values() for name in modality.encoders]

with warnings.catch_warnings():
    # Most checks feed tables of numbers: of encoders they check the parameters. The rest is in test_encoders.py.
    warnings.simplefilter("ignore", SkipTestWarning)
    every_check = parametrize_with_checks([BlockScaler(), *ENCODERS])


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several threads."""
    with threadpool_limits(1):
        yield


@every_check
def test_scikit_learns_checks(estimator: BaseEstimator, check) -> None:
    try:
        check(estimator)
    except unittest.SkipTest as reason:  # arrays of other libraries, of which we promise nothing
        assert "SCIPY_ARRAY_API" in str(reason)

"""One factor for a whole block: against NumPy, sparse as dense, and nothing centred."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.encoders.variances import total_variance

BLOCKS = arrays(
    np.float64,
    st.tuples(st.integers(2, 8), st.integers(1, 8)),
    elements=st.one_of(st.just(0.0), st.floats(-1e3, 1e3, allow_subnormal=False)),
)


@given(BLOCKS)
def test_the_total_variance_is_numpys_dense_or_sparse(X: np.ndarray) -> None:
    expected = X.var(axis=0).sum()
    assert total_variance(X) == pytest.approx(expected, abs=1e-9)
    assert total_variance(sparse.csr_matrix(X)) == pytest.approx(expected, abs=1e-6)


@given(BLOCKS, st.sampled_from([0.125, 1.0, 3.0]))
def test_the_scaled_blocks_variance_is_the_weights_square(X: np.ndarray, weight: float) -> None:
    scaled = BlockScaler(weight).fit_transform(X)
    if X.var(axis=0).sum() < 1e-3:
        return
    assert scaled.var(axis=0).sum() == pytest.approx(weight**2)
    np.testing.assert_allclose(scaled, X * (weight / np.sqrt(X.var(axis=0).sum())), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", [sparse.csr_matrix, sparse.csc_matrix])
def test_sparse_blocks_stay_sparse_and_equal_dense_ones(layout, dtype) -> None:
    X = np.random.default_rng(0).normal(5, 2, (20, 7)).astype(dtype) * np.eye(20, 7, dtype=dtype)
    dense, thin = BlockScaler().fit(X), BlockScaler().fit(layout(X))
    scaled = thin.transform(layout(X))
    assert scaled.format == layout(X).format
    assert scaled.dtype == dense.transform(X).dtype == dtype
    assert scaled.nnz == np.count_nonzero(X)  # nothing was centred
    np.testing.assert_allclose(scaled.toarray(), dense.transform(X), rtol=1e-5)
    assert thin.scale_ == pytest.approx(dense.scale_, rel=1e-5)


def test_a_block_that_does_not_vary_keeps_its_size() -> None:
    assert BlockScaler().fit(np.full((4, 3), 7.0)).transform(np.ones((1, 3))).tolist() == [[1, 1, 1]]
    assert BlockScaler().fit(sparse.csr_matrix((4, 3))).factor == 1.0


def test_the_training_rows_decide_and_the_input_is_left_alone() -> None:
    X = np.array([[0.0, 0.0], [2.0, 4.0]])
    scaler = BlockScaler().fit(X)
    assert scaler.transform([[10.0, 0.0]])[0, 0] == pytest.approx(10 / np.sqrt(5))
    assert X.tolist() == [[0, 0], [2, 4]]


def test_float32_far_from_zero_keeps_its_variance() -> None:
    X = (1000 + np.random.default_rng(1).normal(size=(500, 3))).astype(np.float32)
    assert total_variance(X) == pytest.approx(X.astype(np.float64).var(axis=0).sum(), rel=1e-6)

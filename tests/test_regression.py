"""The regression, against scikit-learn's, against a direct solve, and on data that make solvers fail."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from mmdemo.encoders.coordinates import Block, Coordinates
from mmdemo.encoders.encoder import unchanged
from mmdemo.errors import ConfigError
from mmdemo.model.design import Design
from mmdemo.model.regression import LinearProblem
from mmdemo.model.softmax import fit_softmax
from mmdemo.training import selection

C_GRID = [1e-3, 1.0, 30.0, 1000.0]
RNG = np.random.default_rng(11)
LABELS = np.array(["a", "b", "c"]).repeat(20)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Matrices this small are slower on several threads."""
    with threadpool_limits(1):
        yield


def blobs(width: int, y: np.ndarray, spread: float = 2.0) -> np.ndarray:
    """Classes that overlap: noise about a random centre for each class; the first column has a mean of 5."""
    codes = np.unique(y, return_inverse=True)[1]
    centres = np.random.default_rng(width).normal(size=(len(set(y)), width)) / np.sqrt(width) * 2
    X = centres[codes] + np.random.default_rng(3).normal(size=(len(y), width)) * spread / np.sqrt(width)
    X[:, 0] += 5
    return X


def sklearns(X: np.ndarray, y: np.ndarray, C: float) -> np.ndarray:
    """Probabilities by scikit-learn."""
    return LogisticRegression(C=C, tol=1e-8, max_iter=100_000).fit(X, y).predict_proba(X)


def probabilities(X: object, y: np.ndarray, C: float) -> np.ndarray:
    return softmax(LinearProblem({"": Block(X)}, {"": 1.0}, y).fit(C).logits({"": X}), axis=-1)


@pytest.mark.parametrize("width", [1, 8, 200], ids=["one column", "narrow", "wide"])
@settings(max_examples=8)
@given(classes=st.sampled_from([2, 3]), C=st.sampled_from(C_GRID) | st.floats(1e-3, 1e3))
def test_probabilities_are_scikit_learns(width: int, classes: int, C: float) -> None:
    y = LABELS[: 20 * classes]
    X = blobs(width, y)
    np.testing.assert_allclose(probabilities(X, y, C), sklearns(X, y, C), atol=1e-4)
    np.testing.assert_allclose(probabilities(sparse.csr_matrix(X), y, C), sklearns(X, y, C), atol=1e-4)


@pytest.mark.parametrize("C", C_GRID)
def test_a_sparse_block_of_mostly_zeros_gives_the_same(C: float) -> None:
    X = blobs(50, LABELS) * (np.random.default_rng(4).random((60, 50)) < 0.1)
    problem = LinearProblem({"": Block(sparse.csr_matrix(X))}, {"": 1.0}, LABELS)
    np.testing.assert_allclose(softmax(problem.fit(C).logits({"": X}), axis=-1), sklearns(X, LABELS, C), atol=1e-4)


@pytest.mark.parametrize("C", C_GRID)
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix], ids=["dense", "sparse"])
def test_gram_coordinates_give_the_direct_solution(kind, C: float) -> None:
    # Written out from the definition, in the features' own space, with the weights of each block multiplied out.
    blocks = {"image": blobs(90, LABELS), "text": blobs(40, LABELS) * 7}
    factors = {"image": 0.8, "text": 0.1}
    X = np.hstack([blocks[name] * factors[name] for name in blocks])
    truth = np.eye(3)[np.unique(LABELS, return_inverse=True)[1]]

    def loss(unknowns: np.ndarray) -> tuple[float, np.ndarray]:
        W, b = unknowns[:-3].reshape(3, -1), unknowns[-3:]
        p = softmax(X @ W.T + b, axis=-1)
        residuals = p - truth
        gradient = np.concatenate([(residuals.T @ X + W / C).ravel(), residuals.sum(axis=0)])
        return -np.log((p * truth).sum(axis=1)).sum() + (W**2).sum() / (2 * C), gradient

    options = {"maxiter": 50_000, "maxfun": 100_000, "gtol": 1e-9, "ftol": 1e-16}
    direct = minimize(loss, np.zeros(3 * 130 + 3), jac=True, method="L-BFGS-B", options=options).x
    W, b = direct[:-3].reshape(3, -1), direct[-3:]

    features = {name: kind(block) for name, block in blocks.items()}
    found = LinearProblem({name: Block(block) for name, block in features.items()}, factors, LABELS).fit(C)
    expected = {"image": W[:, :90] * 0.8, "text": W[:, 90:] * 0.1}
    for name, coef in found.coef.items():
        # The larger C, the flatter the bottom: the weights differ more than what they say.
        np.testing.assert_allclose(coef, expected[name], atol=max(1, C / 30) * 1e-4 * np.abs(expected[name]).max())
    np.testing.assert_allclose(softmax(found.logits(features), axis=-1), softmax(X @ W.T + b, axis=-1), atol=1e-4)


def test_two_classes_have_two_opposite_rows() -> None:
    y = LABELS[:40]
    X = blobs(5, y)
    found = LinearProblem({"": Block(X)}, {"": 1.0}, y).fit(10.0)
    reference = LogisticRegression(C=10.0, tol=1e-9).fit(X, y)
    np.testing.assert_allclose(found.coef[""][1], -found.coef[""][0], atol=1e-9)
    np.testing.assert_allclose(found.coef[""][1] - found.coef[""][0], reference.coef_[0], atol=1e-4)
    np.testing.assert_allclose(found.intercept[1] - found.intercept[0], reference.intercept_[0], atol=1e-4)


def nasty() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Data on which solvers take long, overflow or stop at once."""
    noise = RNG.normal(size=(60, 30))
    return {
        "noise": (noise, LABELS),
        "separable": (np.eye(3).repeat(20, axis=0) * 10, LABELS),
        "scales from a millionth to a million": (noise * 10 ** RNG.uniform(-6, 6, 30), LABELS),
        "the same, wide": (RNG.normal(size=(60, 300)) * 10 ** RNG.uniform(-6, 6, 300), LABELS),
        "duplicate rows": (np.repeat(RNG.normal(size=(15, 40)), 4, axis=0), LABELS),
        "duplicate rows, other labels": (np.repeat(RNG.normal(size=(20, 90)), 3, axis=0), np.tile(["a", "b", "c"], 20)),
        "duplicate columns": (np.tile(noise[:, :3], 30), LABELS),
        "constant": (np.ones((60, 5)), LABELS),
        "zero": (np.zeros((60, 5)), LABELS),
        "zero, wide": (np.zeros((60, 99)), LABELS),
        "far from zero": (1e4 + noise, LABELS),
        "one outlier": (np.vstack([noise[:-1], np.full((1, 30), 1e6)]), LABELS),
        "two classes, separable": (np.eye(2).repeat(30, axis=0), np.array(["a", "b"]).repeat(30)),
        "one rare class": (noise, np.array(["a"] * 59 + ["b"])),
        "many classes": (noise, np.arange(30).repeat(2).astype(str)),
    }


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize(("X", "y"), nasty().values(), ids=nasty())
def test_nasty_data_converge_without_a_warning(X: np.ndarray, y: np.ndarray, kind) -> None:
    features = kind(X)
    scaled = Block(features)
    problem = LinearProblem({"": scaled}, {"": scaled.factor}, y)
    truth = np.unique(y, return_inverse=True)[1]
    losses = []
    for C in [*C_GRID, 1e5]:
        logits = problem.fit(C).logits({"": features})
        assert np.isfinite(logits).all()
        losses.append(-np.log(np.maximum(softmax(logits, axis=-1)[np.arange(len(y)), truth], 1e-300)).mean())
    shares = np.unique(y, return_counts=True)[1] / len(y)
    assert losses[0] <= -(shares * np.log(shares)).sum() + 1e-3  # never worse than the classes' shares
    assert all(later <= before + 0.02 for before, later in pairwise(losses))


@pytest.mark.parametrize("width", [8, 200], ids=["narrow", "wide"])
@pytest.mark.parametrize("C", [1.0, 30.0, 1000.0])
def test_what_compares_values_of_c_is_near_the_optimum(width: int, C: float) -> None:
    X = blobs(width, LABELS)
    rough = LinearProblem({"": Block(X)}, {"": 1.0}, LABELS).fit(C, selection._TOLERANCE)
    np.testing.assert_allclose(softmax(rough.logits({"": X}), axis=-1), sklearns(X, LABELS, C), atol=0.005)


def test_a_solver_that_gives_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.model.lbfgs._MOST_CALLS", 2)
    with pytest.raises(
        ConfigError, match=r"^The regression did not converge with C=1000; choose a smaller C, or auto\.$"
    ):
        fit_softmax(Design(blobs(8, LABELS)), np.arange(3).repeat(20), 3, [1000.0])


def penalised(logits: np.ndarray, weights: np.ndarray, C: float) -> float:
    """The function that is minimised, in float64."""
    truth = np.unique(LABELS, return_inverse=True)[1]
    return float(-log_softmax(logits, axis=1)[np.arange(len(truth)), truth].sum() + (weights**2).sum() / (2 * C))


@pytest.mark.parametrize("width", [20, 300], ids=["narrow", "wide"])
def test_all_values_of_c_together_reach_the_optimum_of_each(width: int) -> None:
    # Dense and sparse parts of one modality beside another, against a solver without any of our shortcuts.
    rare = sparse.random(60, width, density=0.05, random_state=7, format="csr")
    parts = Coordinates((sparse.csr_matrix(rare), blobs(width, LABELS)), (unchanged, unchanged))
    blocks = {"text": Block(parts), "image": Block(blobs(30, LABELS, spread=4.0))}
    factors = {"text": 0.9, "image": 0.3}
    X = np.hstack([rare.toarray() * 0.9, parts.parts[1] * 0.9, blocks["image"].features.parts[0] * 0.3])
    told: list[float] = []
    fits = LinearProblem(blocks, factors, LABELS).fit_all(C_GRID, report=told.append)
    for C, fit in zip(C_GRID, fits, strict=True):
        reference = LogisticRegression(C=C, tol=1e-10, max_iter=1_000_000).fit(X, LABELS)
        least = penalised(X @ reference.coef_.T + reference.intercept_, reference.coef_, C)
        weights = np.hstack([fit.coef["text"] / 0.9, fit.coef["image"] / 0.3])
        assert penalised(X @ weights.T + fit.intercept, weights, C) <= least * (1 + 1e-7)
    assert told == sorted(told)
    assert told[-1] == 1.0

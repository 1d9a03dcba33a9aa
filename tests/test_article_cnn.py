"""The article's network, against an independent implementation; its regression without its features."""

import numpy as np
import pytest
from scipy.signal import correlate
from scipy.special import softmax

from mmdemo.encoders.article_cnn import FILTERS, ArticleCNNEncoder, article_filters
from mmdemo.encoders.coordinates import Block
from mmdemo.errors import ConfigError
from mmdemo.model.design import Design
from mmdemo.model.regression import LinearProblem
from mmdemo.model.softmax import fit_softmax
from mmdemo.preprocess.image import prepare
from tests.picture_files import noise


def by_scipy(pixels: np.ndarray) -> np.ndarray:
    """Conv2D(32, 3 × 3, relu), MaxPool(2 × 2) and Flatten, written out: features of uint8 (size, size, 3)."""
    image, filters = pixels.astype(np.float64) / 255, article_filters().astype(np.float64)
    maps = [correlate(image, filters[..., k], mode="valid")[..., 0] for k in range(FILTERS)]
    rectified = np.maximum(np.stack(maps, axis=-1), 0)
    side = rectified.shape[0] // 2
    pooled = rectified[: 2 * side, : 2 * side].reshape(side, 2, side, 2, FILTERS).max(axis=(1, 3))
    return pooled.ravel()


def pictures(count: int, size: int) -> list[np.ndarray]:
    """Blurred noise of many proportions, white to black."""
    rng = np.random.default_rng(size)
    shapes = rng.integers(size // 2, 2 * size, (count, 2))
    return [
        (rng.random((height, width, 3)) * rng.uniform(0, 255)).astype(np.uint8) for height, width in shapes.tolist()
    ]


@pytest.mark.parametrize("size", [8, 9, 31, 64])
def test_features_equal_those_of_scipy(size: int) -> None:
    encoder = ArticleCNNEncoder(size=size)
    for row, picture in zip(encoder.transform(pictures(3, size)), pictures(3, size), strict=True):
        np.testing.assert_allclose(row, by_scipy(prepare(picture, encoder.settings, size).pixels), atol=1e-5)


def test_at_224_px_there_are_394_272_features() -> None:
    encoder = ArticleCNNEncoder(size=224)
    (row,) = encoder.transform([noise(224, 224)])
    assert row.shape == (394_272,)
    assert encoder.n_features_out == len(encoder.get_feature_names_out()) == 394_272
    np.testing.assert_allclose(row, by_scipy(noise(224, 224)), atol=1e-5)


def test_filters_are_glorots_and_never_change() -> None:
    filters = article_filters()
    assert (filters.shape, filters.dtype) == ((3, 3, 3, 32), np.float32)
    limit = np.sqrt(6 / (3 * 3 * 3 + 3 * 3 * 32))
    assert limit * 0.99 < np.abs(filters).max() <= limit
    np.testing.assert_array_equal(filters, article_filters())
    assert filters[0, 0, 0, 0] == np.float32(np.random.default_rng(42).uniform(-limit, limit))


def test_every_cell_has_weights_of_its_own() -> None:
    encoder = ArticleCNNEncoder(size=20)
    evidence = encoder.examine(noise(20, 20))
    coef = np.random.default_rng(0).normal(size=(2, encoder.n_features_out))
    expected = np.zeros((2, 9, 9))
    for place, (activation, weights) in enumerate(zip(by_scipy(noise(20, 20)), coef.T, strict=True)):
        expected[:, place // 32 // 9, place // 32 % 9] += activation * weights
    np.testing.assert_allclose(evidence.cell_parts(coef), expected, atol=1e-4)


@pytest.mark.slow
def test_the_gram_matrix_is_that_of_the_features() -> None:
    encoder, images = ArticleCNNEncoder(size=40), pictures(25, 40)
    features = encoder.transform(images).astype(np.float64)
    coordinates, _ = encoder.gram_coordinates(images, lambda done: None)
    assert coordinates.shape[0] == 25 >= coordinates.shape[1]
    expected = features @ features.T
    np.testing.assert_allclose(coordinates @ coordinates.T, expected, atol=1e-5 * expected.max())


@pytest.mark.parametrize("C", [1.0, 30.0])
def test_the_lifted_weights_are_those_of_the_direct_solution(C: float) -> None:
    encoder, images = ArticleCNNEncoder(size=10), pictures(30, 10)
    labels, unseen = np.array(["a", "b", "c"] * 10), pictures(40, 10)[30:]
    coordinates, lift = encoder.gram_coordinates(images, lambda done: None)
    block = Block(coordinates)
    fit = LinearProblem({"image": block}, {"image": block.factor}, labels).fit(C)
    coef = lift(fit.coef["image"])

    features = encoder.transform(images).astype(np.float64)
    scale = np.sqrt(features.var(axis=0).sum())
    assert block.factor == pytest.approx(1 / scale, rel=1e-5)
    ((direct, intercept),) = fit_softmax(Design(features / scale), np.arange(30) % 3, 3, [C])
    np.testing.assert_allclose(coef, direct / scale, atol=1e-4 * np.abs(direct / scale).max())
    rows = encoder.transform(unseen)
    expected = softmax(rows @ (direct / scale).T + intercept, axis=-1)
    np.testing.assert_allclose(softmax(rows @ coef.T + fit.intercept, axis=-1), expected, atol=1e-4)


def test_progress_is_told_row_by_row() -> None:
    told: list[float] = []
    ArticleCNNEncoder(size=10).gram_coordinates(pictures(3, 10), told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_black_pictures_have_no_features_and_still_a_coordinate() -> None:
    coordinates, lift = ArticleCNNEncoder(size=10).gram_coordinates(
        [np.zeros((5, 5, 3), np.uint8)] * 4, lambda done: None
    )
    assert coordinates.shape == (4, 1)
    assert not lift(np.ones((2, 1))).any()


@pytest.mark.parametrize("size", [7, 513, 64.0, "64", True])
def test_sizes_that_are_not_allowed(size: object) -> None:
    for use in (lambda encoder: encoder.transform([noise(9, 9)]), lambda encoder: encoder.fit([])):
        with pytest.raises(ConfigError) as caught:
            use(ArticleCNNEncoder(size=size))
        assert str(caught.value) == f"Got size={size!r} but expected a whole number from 8 to 512."

"""What every encoder in the registry promises, whatever it encodes."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from mmdemo.encoders.block_scaler import BlockScaler
from mmdemo.modalities.registry import MODALITIES
from tests.picture_files import encoded, noise

VALUES = {
    "image": [noise(*shape) for shape in [(50, 50), (30, 200), (200, 31), (1, 1), (64, 64)]],
    "text": ["a red car", "红色的汽车", "ein Auto, ein Auto", "", "?!", "the car of a car"],
}
LABELS = ["a", "b"] * 3


@dataclass(frozen=True)
class Case:
    """One encoder of the registry, unfitted, and values to encode."""

    modality: str
    name: str

    @property
    def encoder(self) -> Any:
        return MODALITIES[self.modality].build(self.name, {})

    @property
    def values(self) -> list[Any]:
        return list(VALUES[self.modality])

    def fitted(self) -> Any:
        return self.encoder.fit(self.values, LABELS[: len(self.values)])


# A network that is trained here has tests of its own.
CASES = [
    Case(modality, name)
    for modality, found in MODALITIES.items()
    for name, choice in found.encoders.items()
    if not choice.trained
]
each_encoder = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def dense(features: Any) -> np.ndarray:
    return features.toarray() if sparse.issparse(features) else features


@each_encoder
def test_a_clone_has_the_parameters_and_nothing_learnt(case: Case) -> None:
    fitted = case.fitted()
    copy = clone(fitted)
    assert type(copy) is type(fitted)
    assert repr(copy.get_params()) == repr(fitted.get_params()) == repr(case.encoder.get_params())
    assert not [name for name in vars(copy) if name.endswith("_")]
    assert repr(copy.set_params(**fitted.get_params(deep=False))) == repr(fitted)


@each_encoder
def test_fit_returns_the_encoder_and_keeps_its_parameters(case: Case) -> None:
    encoder = case.encoder
    before = repr(encoder.get_params())
    assert encoder.fit(case.values, LABELS[: len(case.values)]) is encoder
    assert encoder.fit_reporting(case.values, LABELS[: len(case.values)], lambda event: None) is encoder
    assert repr(encoder.get_params()) == before


@each_encoder
def test_features_are_finite_float32_with_a_name_each(case: Case) -> None:
    features = case.fitted().transform(case.values)
    names = case.fitted().get_feature_names_out()
    assert features.dtype == np.float32
    assert features.shape == (len(case.values), len(names))
    assert len(set(names)) == len(names)
    assert all(isinstance(name, str) for name in names)
    assert np.isfinite(dense(features)).all()


@each_encoder
def test_the_same_input_gives_the_same_output(case: Case) -> None:
    first, second = case.fitted(), case.fitted()
    values = case.values
    expected = dense(first.transform(values))
    np.testing.assert_array_equal(dense(first.transform(values)), expected)
    np.testing.assert_array_equal(dense(second.transform(values)), expected)
    np.testing.assert_array_equal(dense(case.encoder.fit_transform(values)), expected)
    assert all(np.array_equal(before, after) for before, after in zip(case.values, values, strict=True))


@each_encoder
def test_a_row_does_not_depend_on_its_neighbours(case: Case) -> None:
    encoder = case.fitted()
    together = dense(encoder.transform(case.values))
    for value, row in zip(case.values, together, strict=True):
        np.testing.assert_allclose(dense(encoder.transform([value]))[0], row, atol=1e-6)
    np.testing.assert_allclose(dense(encoder.transform(case.values[::-1])), together[::-1], atol=1e-6)


@each_encoder
def test_no_row_gives_no_row(case: Case) -> None:
    encoder = case.fitted()
    assert encoder.transform([]).shape == (0, len(encoder.get_feature_names_out()))


@each_encoder
def test_a_deep_copy_encodes_alike(case: Case) -> None:
    encoder = case.fitted()
    expected = dense(encoder.transform(case.values))
    np.testing.assert_array_equal(dense(deepcopy(encoder).transform(case.values)), expected)


@each_encoder
def test_examining_a_value_gives_its_features(case: Case) -> None:
    encoder = case.fitted()
    rows = dense(encoder.transform(case.values))
    for value, row in zip(case.values, rows, strict=True):
        np.testing.assert_allclose(encoder.examine(value).features, row, atol=1e-6)


@each_encoder
def test_what_a_head_is_fitted_on_has_the_features_inner_products(case: Case) -> None:
    encoder, told = case.fitted(), []
    features = dense(encoder.transform(case.values)).astype(float)
    coordinates, lift = encoder.gram_coordinates(case.values, told.append)
    coordinates = dense(coordinates)
    scale = np.abs(features @ features.T).max()
    np.testing.assert_allclose(coordinates @ coordinates.T, features @ features.T, atol=1e-5 * scale)
    weights = np.random.default_rng(1).normal(size=(2, coordinates.shape[1]))
    logits = coordinates @ weights.T
    np.testing.assert_allclose(features @ lift(weights).T, logits, atol=1e-4 * np.abs(logits).max())
    assert told == sorted(told)
    assert not told or told[-1] == 1.0


@each_encoder
def test_it_works_as_a_column_of_scikit_learns(case: Case) -> None:
    values = np.empty(len(case.values), dtype=object)
    values[:] = case.values
    column = pd.DataFrame({"column": pd.Series(values, index=[f"row {i}" for i in range(len(values))])})
    blocks = ColumnTransformer([("block", make_pipeline(case.encoder, BlockScaler()), "column")], sparse_threshold=1.0)
    scaled = dense(blocks.fit_transform(column))
    features = dense(case.fitted().transform(case.values))
    np.testing.assert_allclose(scaled, features * blocks.named_transformers_["block"][-1].factor, rtol=1e-5, atol=1e-7)
    assert len(blocks.get_feature_names_out()) == features.shape[1]


@each_encoder
def test_what_must_be_fitted_says_so(case: Case) -> None:
    if case.encoder.frozen:
        assert case.encoder.transform(case.values).shape[0] == len(case.values)
        return
    for use in (lambda encoder: encoder.transform(case.values), lambda encoder: encoder.examine(case.values[0])):
        with pytest.raises(NotFittedError):
            use(case.encoder)


@pytest.mark.parametrize("case", [case for case in CASES if case.modality == "image"], ids=lambda case: case.name)
def test_a_picture_is_the_same_as_a_file_its_bytes_and_its_pixels(case: Case, tmp_path) -> None:
    from PIL import Image

    data = encoded(Image.fromarray(noise(40, 60)), "PNG")
    (tmp_path / "image.png").write_bytes(data)
    features = case.encoder.transform([tmp_path / "image.png", str(tmp_path / "image.png"), data, noise(40, 60)])
    # a batch's rows may be added up in another order: as much as one float32 step apart
    np.testing.assert_allclose(features, np.broadcast_to(features[0], features.shape), rtol=1e-5, atol=1e-6)

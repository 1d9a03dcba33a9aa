"""The map of a dataset: principal axes against numpy's SVD, neighbours, images small enough to send."""

import base64
import math

import cv2
import numpy as np
import pandas as pd
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.examples import example_pairs
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.ui.state import model_folder
from mmdemo.walkthrough.dataset_map import MOST_ROWS, flat, image_uris, neighbour_map, principal_axes, sample, spaces


@pytest.fixture(scope="module")
def pairs(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("pairs")
    rows = []
    for pair in example_pairs():
        for turn in range(3):
            path = folder / f"{pair.name}{turn}.png"
            cv2.imwrite(str(path), cv2.cvtColor(np.rot90(pair.image, turn).copy(), cv2.COLOR_RGB2BGR))
            rows.append((str(path), f"{pair.caption} {turn}", pair.name))
    frame = pd.DataFrame(rows, columns=["image", "text", "label"])
    frame.index = pd.Index([f"row{i}" for i in range(len(frame))])
    return frame


@pytest.mark.parametrize("shape", [(40, 7), (12, 300)])
def test_principal_axes_are_those_of_the_svd(shape):
    X = np.random.default_rng(1).normal(3, 1, shape) * np.arange(1, shape[1] + 1)
    U, S, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    axes, shares = principal_axes(X @ X.T)
    kept = min(axes.shape[1], 5)
    np.testing.assert_allclose(np.abs(axes[:, :kept]), np.abs((U * S)[:, :kept]), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(shares[:kept], (S**2 / (S**2).sum())[:kept], rtol=1e-6)
    assert (axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] > 0).all()


def test_rows_that_are_all_the_same_stay_together():
    axes, shares = principal_axes(np.ones((4, 4)))
    assert axes.shape == (4, 0) and shares.shape == (0,)
    assert flat(axes).tolist() == [[0.0, 0.0]] * 4


def test_spaces_of_every_modality_and_both(pairs, tmp_path):
    bundle = load(model_folder("everyday"))
    cache = FeatureCache(tmp_path / "features")
    found = spaces(bundle.model, pairs, cache)
    assert list(found) == ["image", "text", "fused"]
    assert len(list((tmp_path / "features").glob("*.npy"))) == len(pairs)
    weights = bundle.model.heads["fused"].weights
    features = {name: encoder.transform(pairs[name]) for name, encoder in bundle.model.encoders.items()}
    both = np.hstack([features["image"] * weights["image"], features["text"].toarray() * weights["text"]])
    U, S, _ = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(found["fused"].axes[:, :2]), np.abs((U * S)[:, :2]), atol=1e-3)
    assert all(space.axes.shape == (len(pairs), len(space.shares)) for space in found.values())


def test_pairs_that_lack_a_modality_have_no_place_on_its_map(pairs):
    model = load(model_folder("everyday")).model
    gaps = pairs.astype(object)
    gaps.loc["row0", "text"], gaps.loc["row3", "text"], gaps.loc["row4", "image"] = "…", None, float("nan")
    found = spaces(model, gaps)
    assert {name: len(space.axes) for name, space in found.items()} == {"image": 17, "text": 16, "fused": 18}
    assert np.flatnonzero(~found["text"].held).tolist() == [0, 3]
    whole = spaces(model, pairs.drop(index=["row0", "row3"]))["text"]
    np.testing.assert_allclose(found["text"].shares[:3], whole.shares[:3], atol=1e-5)
    assert found["text"].agreement == whole.agreement
    assert list(spaces(model, pairs.assign(text=""))) == ["image", "fused"]


def test_agreement_counts_neighbours_with_the_same_label(pairs):
    model = load(model_folder("everyday")).model
    found = spaces(model, pairs)["image"]
    X = model.encoders["image"].transform(pairs["image"].tolist())
    distances = np.linalg.norm(X[:, np.newaxis] - X, axis=2)
    nearest = np.argsort(distances, axis=1)[:, 1:11]
    labels = pairs["label"].to_numpy(str)
    assert found.agreement == pytest.approx((labels[nearest] == labels[:, np.newaxis]).mean(), abs=1e-6)


@pytest.mark.parametrize("rows", [1, 2, 3, 40])
def test_neighbours_lie_together(rows):
    rng = np.random.default_rng(0)
    groups = np.arange(rows) % 2
    axes = (rng.normal(0, 0.1, (rows, 5)) + 10 * groups[:, np.newaxis]).astype(np.float32)
    places = neighbour_map(axes)
    assert places.shape == (rows, 2) and np.isfinite(places).all()
    np.testing.assert_array_equal(places, neighbour_map(axes))
    if rows == 40:
        distances = np.linalg.norm(places[:, np.newaxis] - places, axis=2) + np.diag([np.inf] * rows)
        assert (groups[distances.argmin(axis=1)] == groups).all()


def test_a_large_dataset_is_sampled_always_alike():
    rows = [("x.png", "a", "b")] * (MOST_ROWS + 10)
    frame = pd.DataFrame(rows, columns=["image", "text", "label"], index=[str(i) for i in range(len(rows))])
    dataset = Dataset(frame, name="large", source="", licence="")
    drawn = sample(dataset)
    assert len(drawn) == MOST_ROWS and drawn.index.is_unique
    assert drawn.index.astype(int).is_monotonic_increasing
    pd.testing.assert_frame_equal(drawn, sample(dataset))
    assert len(sample(dataset, len(rows))) == len(rows)


def test_pictures_are_small(pairs):
    uris = image_uris(pairs["image"])
    assert all(uri.startswith("data:image/webp;base64,") for uri in uris)
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(uris[0].split(",")[1]), np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (64, 64, 3)
    assert math.fsum(map(len, uris)) / len(uris) * MOST_ROWS < 2_000_000

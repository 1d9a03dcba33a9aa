"""Networks served by LiteRT, safe to share between threads; the only user of `interpreter`."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from mmdemo.encoders.interpreter import (
    Filters,
    Layer,
    allocate,
    compute,
    create,
    input_lengths,
    output_shape,
    read_layers,
)
from mmdemo.encoders.quiet import without_lines
from mmdemo.encoders.threads import most_threads
from mmdemo.errors import BundleError, ConfigError
from mmdemo.storage.reading import sha256

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

__all__ = ["Filters", "Layer", "LiteRTModel"]


class LiteRTModel:
    """A network with one input and one output, with a free first axis; threads may share it.

    `run` takes rows one at a time: batches of images are barely faster (at 224 px, 9 ms an image with one thread and
    6 ms with two, by 1 or by 8), cost 8 MB a row, and would keep other threads waiting for the interpreter.

    source: path of a `.tflite` file, which is mapped rather than copied into memory; or the file's bytes.
    num_threads: threads of each run; two do no harm on one processor.

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
        self._lock, self._layers_lock = Lock(), Lock()

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
        return hashlib.sha256(self.source).hexdigest() if isinstance(self.source, bytes) else sha256(self.source)

    def run(self, batch: np.ndarray) -> np.ndarray:
        """Return the network's output for each row of `batch` (n, …), of any number type: a new float32 (n, …).

        Raises BundleError where the file is missing or damaged, ConfigError where the network takes other shapes.
        """
        shape = (1, *batch.shape[1:])
        with self._lock:
            outputs = np.empty((len(batch), *output_shape(self._interpreter_for(shape))), np.float32)
        for place in range(len(batch)):
            with self._lock:
                outputs[place] = compute(self._interpreter_for(shape), batch[place : place + 1])[0]
        return outputs

    def run_together(self, batch: np.ndarray) -> np.ndarray:
        """Return the same as `run`, computed at once: for a few small rows, which cost little memory together."""
        with self._lock:
            return compute(self._interpreter_for(batch.shape), batch)

    def rest(self) -> None:
        """Give the interpreter's memory back, 28 MB of EfficientNet-Lite0; the next run makes another."""
        with self._lock:
            self._interpreter = self._shape = None

    def layers(self, row: np.ndarray) -> list[Layer]:
        """Return every layer's output for one input (no batch axis), in the order of computation.

        The last is named "output" and equals `run` within 1e-4. It makes a
        separate interpreter that keeps every layer: with EfficientNet-Lite0 this takes 70 MB, and the layers 30 MB.

        Raises as `run` does.
        """
        with self._layers_lock:  # two visitors at once would take it twice
            batch = row[np.newaxis]
            interpreter = self._open(batch.shape, keep_layers=True)
            compute(interpreter, batch)
            return read_layers(interpreter)

    def _interpreter_for(self, shape: tuple[int, ...]) -> "Interpreter":
        """Return the interpreter for batches of this shape; the caller holds the lock."""
        if self._interpreter is None:
            self._interpreter, self._shape = self._open(shape), shape
        elif self._shape != shape:
            self._shape = None  # until memory is allocated
            self._allocate(self._interpreter, shape)
            self._shape = shape
        return self._interpreter

    def _open(self, shape: tuple[int, ...], keep_layers: bool = False) -> "Interpreter":
        """Return a new interpreter with memory for batches of this shape."""
        self._require()
        with self._named_errors(), without_lines(b"INFO: "):  # LiteRT prints which processor it uses
            interpreter = create(self.source, min(self.num_threads, most_threads()), keep_layers)
            self._allocate(interpreter, shape)
        return interpreter

    def _allocate(self, interpreter: "Interpreter", shape: tuple[int, ...]) -> None:
        with self._named_errors():
            self._check(shape[1:], input_lengths(interpreter))
            allocate(interpreter, shape)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Raise a BundleError for what LiteRT says of a file that is no network."""
        try:
            yield
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"{self._name} is damaged or not a network; restore it, or train it again.") from error

    def _check(self, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
        """Raise a ConfigError unless `shape` is as expected, where −1 means any length."""
        if len(shape) != len(expected) or any(e not in (-1, s) for s, e in zip(shape, expected, strict=True)):
            raise ConfigError(f"{self._name} takes inputs of shape {expected}, got {shape}.")

    def _require(self) -> None:
        """Raise a BundleError where the file is missing or empty."""
        if not self.source:
            raise BundleError("The network is empty (0 bytes); train it again.")
        if isinstance(self.source, str) and not Path(self.source).is_file():
            raise BundleError(f"{self._name} is missing; restore it, or train it again.")

    @property
    def _name(self) -> str:
        """Return the network's name for messages: the end of its path, without the machine's part."""
        ending = "" if isinstance(self.source, bytes) else "/".join(Path(self.source).parts[-2:])
        return f"The network {ending}".rstrip()

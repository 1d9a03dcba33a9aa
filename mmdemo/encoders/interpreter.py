"""The LiteRT calls that a network needs; only `LiteRTModel` uses them, because an interpreter is not thread-safe."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter


@dataclass(frozen=True)
class Filters:
    """The parameters of a convolution y = Wx + b: weights W, float32 (h, w, c, n), and bias b, float32 (n,)."""

    weights: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Layer:
    """The output of one layer for one input.

    array: float32 (height, width, channels) or (features,). parameters: how many weights the layer has.
    filters: those of the network's first convolution; None in every other layer, because they would take memory.
    """

    name: str
    array: np.ndarray
    parameters: int = 0
    filters: Filters | None = None


def create(source: str | bytes, num_threads: int, keep_layers: bool) -> "Interpreter":
    """Return an interpreter of a file (path) or of its bytes; raise ValueError where it is damaged.

    LiteRT is imported here, at the first use, because it takes longer than the rest of the library's modules.
    """
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    return Interpreter(
        **{"model_content" if isinstance(source, bytes) else "model_path": source},
        num_threads=num_threads,
        experimental_preserve_all_tensors=keep_layers,
        # XNNPACK, the default, is faster but need not compute the layers between the first and the last.
        experimental_op_resolver_type=(
            OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES if keep_layers else OpResolverType.AUTO
        ),
    )


def allocate(interpreter: "Interpreter", shape: tuple[int, ...]) -> None:
    """Allocate memory for a batch of this shape."""
    interpreter.resize_tensor_input(_input(interpreter)["index"], shape)
    interpreter.allocate_tensors()


def input_lengths(interpreter: "Interpreter") -> tuple[int, ...]:
    """Return the shape of one input, where −1 means any length."""
    return tuple(_input(interpreter)["shape_signature"][1:].tolist())


def output_shape(interpreter: "Interpreter") -> tuple[int, ...]:
    """Return the shape of one output, once allocated."""
    return tuple(_output(interpreter)["shape"][1:].tolist())


def compute(interpreter: "Interpreter", batch: np.ndarray) -> np.ndarray:
    """Return a copy of the output, float32 (n, …), for a batch (n, …) of any number type."""
    given = _input(interpreter)
    interpreter.set_tensor(given["index"], batch.astype(given["dtype"]))
    interpreter.invoke()
    return interpreter.get_tensor(_output(interpreter)["index"])


def read_layers(interpreter: "Interpreter") -> list[Layer]:
    """Return the computed tensors, without the input and the weights, which have no free (−1) first axis."""
    tensors = {tensor["index"]: tensor for tensor in interpreter.get_tensor_details()}
    del tensors[_input(interpreter)["index"]]
    tensors[_output(interpreter)["index"]]["name"] = "output"
    computed = [tensor for tensor in tensors.values() if tensor["shape_signature"][:1].tolist() == [-1]]
    # The converter splits some layers into steps of one scope; the last step is the layer's output.
    last_steps = {_scope(tensor["name"]): tensor["index"] for tensor in computed}
    learnt = _learnt(interpreter, tensors, {tensor["index"] for tensor in computed})
    first = next((scope for scope, constants in learnt.items() if tensors[constants[0]]["shape"].size == 4), None)
    return [
        Layer(
            re.sub(r"_\d+$", "", scope),
            interpreter.get_tensor(index)[0],
            sum(int(tensors[constant]["shape"].prod()) for constant in learnt.get(scope, [])),
            _read_filters(interpreter, learnt[scope]) if scope == first else None,
        )
        for scope, index in last_steps.items()
    ]


def _learnt(interpreter: "Interpreter", tensors: dict[int, Any], computed: set[int]) -> dict[str, list[int]]:
    """Return scope → the constant tensors that its steps use, in order, without scalars.

    The list of steps is private to LiteRT, but no public call says which weights belong to which layer.
    """
    found: dict[str, list[int]] = {}
    for step in interpreter._get_ops_details():
        scope = _scope(tensors[step["outputs"][0]]["name"])
        used = [index for index in step["inputs"] if index in tensors and index not in computed]
        weights = [index for index in used if tensors[index]["shape"].size and tensors[index]["dtype"] == np.float32]
        if weights:
            found.setdefault(scope, []).extend(weights)
    return found


def _read_filters(interpreter: "Interpreter", constants: list[int]) -> Filters:
    weights, bias = (interpreter.get_tensor(index) for index in constants)
    return Filters(weights.transpose(1, 2, 3, 0), bias)


def _scope(tensor_name: str) -> str:
    """Return the layer's part of a tensor's name such as `network_1/stem_1/Relu6;…`; Keras numbers each scope."""
    return tensor_name.split(";")[0].split("/")[:2][-1]


def _input(interpreter: "Interpreter") -> dict[str, Any]:
    return interpreter.get_input_details()[0]


def _output(interpreter: "Interpreter") -> dict[str, Any]:
    return interpreter.get_output_details()[0]

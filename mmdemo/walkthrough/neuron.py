"""One output of a convolution, computed by hand: y = f(Wx + b)."""

from dataclasses import dataclass

import numpy as np

from mmdemo.encoders.litert import Filters


@dataclass(frozen=True)
class Neuron:
    """One number of the first convolution's maps, and everything it is computed from.

    weights: the filter W, float32 (h, w, 3). patch: the pixels under it, x, float32 (h, w, 3).
    bias: b. ceiling: the activation is f(z) = min(max(0, z), ceiling).
    channel: which filter. box: x, y, width, height of the patch in the image, in pixels.
    """

    weights: np.ndarray
    patch: np.ndarray
    bias: float
    ceiling: float
    channel: int
    box: tuple[int, int, int, int]

    @property
    def colour_sums(self) -> np.ndarray:
        """Σ weight · pixel over the patch for red, green and blue, (3,)."""
        return (self.weights.astype(np.float64) * self.patch).sum(axis=(0, 1))

    @property
    def before(self) -> float:
        """Wx + b."""
        return float(self.colour_sums.sum() + self.bias)

    @property
    def value(self) -> float:
        """f(Wx + b)."""
        return float(np.clip(self.before, 0, self.ceiling))


def telling_neuron(seen: np.ndarray, filters: Filters, maps: np.ndarray, ceiling: float) -> Neuron:
    """Return the neuron with the strongest response below the ceiling, where a patch of the image changes most.

    seen: float32 (height, width, 3), the convolution's input. filters: its weights.
    maps: float32 (h, w, n), its output.
    """
    side = filters.weights.shape[0]
    stride, before, padded = _padded(seen, side, maps.shape[0])
    contrast = _contrast(padded, side, stride, maps.shape[:2])
    inside = (np.arange(len(maps)) * stride >= before) & (np.arange(len(maps)) * stride + side <= before + len(seen))
    row, column = np.unravel_index(np.where(np.outer(inside, inside), contrast, -1).argmax(), maps.shape[:2])
    top, left = int(row) * stride, int(column) * stride
    answers = maps[row, column]
    channel = int(np.where(answers < ceiling, answers, -1).argmax())
    return Neuron(
        weights=filters.weights[..., channel],
        patch=padded[top : top + side, left : left + side],
        bias=float(filters.bias[channel]),
        ceiling=ceiling,
        channel=channel,
        box=(left - before, top - before, side, side),
    )


def _padded(seen: np.ndarray, side: int, places: int) -> tuple[int, int, np.ndarray]:
    # The stride, and how TensorFlow's "same" padding puts zeros around the input; "valid" padding comes out as 0.
    stride = round(len(seen) / places)
    missing = max((places - 1) * stride + side - len(seen), 0)
    before = missing // 2
    edges = (before, missing - before)
    return stride, before, np.pad(seen, (edges, edges, (0, 0)))


def _contrast(padded: np.ndarray, side: int, stride: int, places: tuple[int, ...]) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(padded.mean(axis=2), (side, side))[::stride, ::stride]
    return windows[: places[0], : places[1]].std(axis=(2, 3))

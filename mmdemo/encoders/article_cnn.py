"""The article's network: one untrained convolution, max pooling, every activation a feature."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mmdemo.encoders.encoder import Lift
from mmdemo.encoders.facts import Cost, Option
from mmdemo.encoders.gram_coordinates import gram_coordinates
from mmdemo.encoders.image_encoder import SIZE_HELP, ImageEncoder, ImageLike
from mmdemo.encoders.litert import Filters, Layer
from mmdemo.preprocess.image import ImageSettings

FILTERS = 32
_SEED = 42


def article_filters() -> np.ndarray:
    """Return the filters, float32 (3, 3, 3, 32): Glorot uniform, seed 42, never trained.

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".
    """
    limit = np.sqrt(6.0 / (3 * 3 * 3 + 3 * 3 * FILTERS))
    return np.random.default_rng(_SEED).uniform(-limit, limit, (3, 3, 3, FILTERS)).astype(np.float32)


class ArticleCNNEncoder(ImageEncoder):
    """`Conv2D(32, 3×3, relu)` → `MaxPool(2×2)` → `Flatten` on pixels in 0–1, untrained: y = f(Wx + b), b = 0.

    size: side in pixels; 224 gives the article's 394,272 features, 64 gives 30,752.
    settings: as in every image encoder. Nothing is cached: a row at 224 px would take 1.5 MB.

    >>> ArticleCNNEncoder(size=224).n_features_out
    394272
    """

    title = "The article's network"
    name = "The article's CNN"
    summary = "The article's single untrained layer: shows why an untrained network is not enough."
    options: ClassVar = {"size": Option("Image size (pixels)", 8, 512, (64, 128, 224), SIZE_HELP)}

    def __init__(self, size: int = 64, settings: ImageSettings = ImageSettings()) -> None:
        self.size = size
        self.settings = settings

    @property
    def cost(self) -> Cost:
        """What it adds to a training run; its rows are compared pairwise."""
        area = (self.size / 224) ** 2
        return Cost(
            megabytes=150 * area,
            seconds_a_row=0.0055,
            seconds_a_training_row=0.02 * area,
            megabytes_a_training_row=0.5 * area,
            seconds_a_pair_of_training_rows=2e-5 * area,
        )

    @property
    def side(self) -> int:
        """Cells along one side of the pooled map."""
        return (self.size - 2) // 2

    @property
    def n_features_out(self) -> int:
        """Number of features: cells × 32."""
        return self.side**2 * FILTERS

    def transform(self, X: Sequence[ImageLike]) -> np.ndarray:
        """Return float32 (n, d)."""
        self.check()
        return self._encode(list(X))

    def map_batch(self, batch: np.ndarray) -> np.ndarray:
        """Return the pooled maps, float32 (n, side, side, 32), of uint8 (n, size, size, 3)."""
        rows = np.empty((len(batch), self.side, self.side, FILTERS), np.float32)
        for row, pooled in enumerate(self._pooled_rows(batch)):
            rows[:, row] = pooled
        return rows

    def pool(self, maps: np.ndarray) -> np.ndarray:
        """Flatten: every activation is a feature."""
        return maps.reshape(len(maps), -1)

    def cell_parts(self, feature_map: np.ndarray, coef: np.ndarray) -> np.ndarray:
        """Return (k, h, w): each cell has its own weights."""
        return np.einsum("hwc,khwc->khw", feature_map, coef.reshape(-1, *feature_map.shape))

    def layers(self, pixels: np.ndarray) -> list[Layer]:
        """Return pixels in 0–1, convolution, pooled maps and features of one image, uint8 (size, size, 3)."""
        filters, scaled = Filters(article_filters(), np.zeros(FILTERS, np.float32)), pixels.astype(np.float32) / 255
        windows = sliding_window_view(scaled, (3, 3), axis=(0, 1))  # (h − 2, w − 2, channel, y, x)
        responses = np.maximum(np.tensordot(windows, filters.weights, axes=((3, 4, 2), (0, 1, 2))), 0)
        pooled = self.map_batch(pixels[np.newaxis])[0]
        return [
            Layer("normalise", scaled),
            Layer("convolution", responses, filters.weights.size + filters.bias.size, filters),
            Layer("pooling", pooled),
            Layer("flatten", pooled.ravel()),
        ]

    def identity(self) -> str:
        """Name the network: its size and seed."""
        return f"article_cnn {self.size} px seed {_SEED}"

    def gram_coordinates(self, X: Sequence[ImageLike], report: Callable[[float], None]) -> tuple[np.ndarray, Lift]:
        """Return coordinates with the features' inner products, and a function from their weights to the features'.

        The features X (n, d) are never built: their Gram matrix X Xᵀ is added up over the rows of the maps, and
        a second pass maps weights on the coordinates back to the features. See `gram_coordinates`.
        """
        pixels = np.concatenate(list(self.prepared_batches(X)))
        gram = np.zeros((len(pixels), len(pixels)))
        for row, pooled in enumerate(self._pooled_rows(pixels)):
            columns = pooled.reshape(len(pixels), -1)
            gram += columns @ columns.T
            report((row + 1) / self.side)
        coordinates, back = gram_coordinates(gram)
        return coordinates, lambda coef: self._lift(pixels, coef @ back.T)

    def _lift(self, pixels: np.ndarray, combination: np.ndarray) -> np.ndarray:
        weights = np.empty((len(combination), self.side, self.side * FILTERS), np.float32)
        for row, pooled in enumerate(self._pooled_rows(pixels)):
            weights[:, row] = combination.astype(np.float32) @ pooled.reshape(len(pixels), -1)
        return weights.reshape(len(combination), -1)

    def _pooled_rows(self, pixels: np.ndarray) -> Iterator[np.ndarray]:
        # One row of the pooled maps at a time, float32 (n, side, 32): of all images, with little memory.
        filters = article_filters().transpose(2, 0, 1, 3).reshape(27, FILTERS)  # windows come as (channel, y, x)
        for row in range(self.side):
            strip = pixels[:, 2 * row : 2 * row + 4, : 2 * self.side + 2].astype(np.float32) / 255
            windows = sliding_window_view(strip, (3, 3), axis=(1, 2)).reshape(-1, 27)  # (n · 2 · 2 side, 27)
            responses = np.maximum(windows @ filters, 0)
            yield responses.reshape(len(pixels), 2, self.side, 2, FILTERS).max(axis=(1, 3))

"""The base of the image encoders: images in, features out, and the map that explanations need."""

import math
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np

from mmdemo.encoders.cells import cell_edges
from mmdemo.encoders.encoder import Encoder, Lift, unchanged
from mmdemo.encoders.facts import Cost
from mmdemo.encoders.interpreter import Layer
from mmdemo.encoders.threads import most_threads
from mmdemo.errors import ImageError
from mmdemo.preprocess.image import ImageSettings, Square, decode, prepare
from mmdemo.preprocess.source import image_content
from mmdemo.storage.feature_cache import FeatureCache

Pixels = np.ndarray
ImageLike = str | PathLike[str] | bytes | Pixels
SIZE_HELP = "Every image becomes a square with sides of this length. A larger one shows more and takes longer."
_DECODED = "at most 1,500 px, sRGB"  # part of the feature cache's keys: changes when a file's pixels do
_BATCH = 16
_TOLD = 64


def pixels_of(image: ImageLike) -> Pixels:
    """Return uint8 (h, w, 3) RGB: the array itself, or the decoded file or bytes. Raises ImageError."""
    if not isinstance(image, np.ndarray):
        return decode(image).pixels
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ImageError(f"Got an array of {image.dtype} {image.shape} but expected uint8 (h, w, 3).")
    return image


@dataclass(frozen=True)
class ExaminedImage:
    """The evidence of one image.

    features: float32 (d,).
    square: the image as the network saw it.
    feature_map: float32 (h, w, c), the last map, which the features are pooled from.
    encoder: whose map it is.
    notes: anything unusual about the file, such as an animation of which one frame was used.
    """

    features: np.ndarray
    square: Square
    feature_map: np.ndarray
    encoder: "ImageEncoder"
    notes: tuple[str, ...] = ()

    @property
    def additive(self) -> bool:
        """Whether the features are sums over the cells."""
        return self.encoder.additive

    def cell_parts(self, coef: np.ndarray) -> np.ndarray:
        """Return (k, h, w): what each cell adds to `coef (k, d) @ features`."""
        return self.encoder.cell_parts(self.feature_map, coef)

    def in_image(self) -> np.ndarray:
        """Return bool (h, w): whether a cell lies at least partly on the image, and not on its white border."""
        x, y, width, height = self.square.box
        rows, columns = self.feature_map.shape[:2]
        row_edges, column_edges = cell_edges(self.encoder.size, rows), cell_edges(self.encoder.size, columns)
        in_rows = (row_edges[1:] > y) & (row_edges[:-1] < y + height)
        in_columns = (column_edges[1:] > x) & (column_edges[:-1] < x + width)
        return np.outer(in_rows, in_columns)

    def of_pixels(self, pixels: np.ndarray) -> "ExaminedImage":
        """Return what the same encoder finds in the same square with other pixels, uint8 (size, size, 3)."""
        return self.encoder.examine_square(replace(self.square, pixels=pixels), self.notes)


class ImageEncoder(Encoder):
    """Base of the image encoders: a network whose last map (h, w, c) is pooled to d features.

    settings: how every image is prepared.
    cache: where pooled features of image files are kept, or None.
    ceiling: the highest activation of its first convolution, f(z) = min(max(0, z), ceiling).

    X is a sequence of n images: paths, file contents, or uint8 arrays (h, w, 3).
    """

    size: int
    settings: ImageSettings
    cache: FeatureCache | None = None
    ceiling: float = math.inf

    def __init__(self, settings: ImageSettings = ImageSettings(), cache: FeatureCache | None = None) -> None:
        self.settings = settings
        self.cache = cache

    @property
    def cost(self) -> Cost:
        """What it adds to a training run: by default as much as EfficientNet-Lite0."""
        return Cost(seconds_a_row=0.006)

    @property
    @abstractmethod
    def n_features_out(self) -> int:
        """Number of features, d."""

    @abstractmethod
    def map_batch(self, batch: np.ndarray) -> np.ndarray:
        """Return the last maps, float32 (n, h, w, c), of uint8 (n, size, size, 3)."""

    @abstractmethod
    def pool(self, maps: np.ndarray) -> np.ndarray:
        """Return the features, float32 (n, d), of maps (n, h, w, c)."""

    @abstractmethod
    def cell_parts(self, feature_map: np.ndarray, coef: np.ndarray) -> np.ndarray:
        """Return (k, h, w): what each cell of the map (h, w, c) adds to `coef (k, d) @ features`, if it is additive."""

    def layers(self, pixels: np.ndarray) -> list[Layer]:
        """Return the output of every layer for one image, uint8 (size, size, 3); the first is the input as numbers.

        Empty where there are no layers to show.
        """
        return []

    @abstractmethod
    def identity(self) -> str:
        """Identify what the features depend on besides the image and the settings: the network's weights and size."""

    def transform(self, X: Sequence[ImageLike]) -> np.ndarray:
        """Return float32 (n, d); raises ImageError for an image that cannot be read."""
        images = list(X)
        if self.cache is None:
            return self._encode(images)
        encoding = f"{self.identity()} {self.settings} {_DECODED}"
        keys = [None if digest is None else f"{digest} {encoding}" for digest in map(_digest, images)]
        return self.cache.rows(
            keys, self.n_features_out, lambda places: self._encode([images[i] for i in places])
        )

    def gram_coordinates(self, X: Sequence[ImageLike], report: Callable[[float], None]) -> tuple[np.ndarray, Lift]:
        """Return the features, (n, d), encoded a few at a time so that progress can be reported; see `Encoder`."""
        rows = []
        for start in range(0, len(X), _TOLD):
            rows.append(self.transform(X[start : start + _TOLD]))
            report(min(start + _TOLD, len(X)) / len(X))
        return np.concatenate(rows), unchanged

    def square(self, image: ImageLike) -> Square:
        """Return the image as the network sees it, uint8 (size, size, 3), and the image's box in it."""
        return prepare(pixels_of(image), self.settings, self.size)

    def examine(self, value: ImageLike) -> ExaminedImage:
        """Return one image's features with the map that they are pooled from."""
        decoded = None if isinstance(value, np.ndarray) else decode(value)
        square = self.square(value if decoded is None else decoded.pixels)
        return self.examine_square(square, () if decoded is None else decoded.notes)

    def examine_square(self, square: Square, notes: tuple[str, ...] = ()) -> ExaminedImage:
        """Return the same for an image that is already a square."""
        maps = self.map_batch(square.pixels[np.newaxis])
        return ExaminedImage(self.pool(maps)[0], square, maps[0], self, notes)

    def prepared_batches(self, X: Sequence[ImageLike]) -> Iterator[np.ndarray]:
        """Yield the images as the network sees them, uint8 (≤ 16, size, size, 3), read by two threads if it may be."""
        batches = (X[start : start + _BATCH] for start in range(0, len(X), _BATCH))
        if most_threads() == 1:
            yield from (np.stack(list(map(self._pixels, batch))) for batch in batches)
            return
        with ThreadPoolExecutor(2) as readers:
            reading: list[Iterator[Pixels]] = []
            for batch in batches:
                reading.append(readers.map(self._pixels, batch))
                if len(reading) == 2:  # one batch is read while the network runs on the previous one
                    yield np.stack(list(reading.pop(0)))
            for rest in reading:
                yield np.stack(list(rest))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return one name per feature, (d,)."""
        return np.array([f"{type(self).__name__.lower()}{i}" for i in range(self.n_features_out)], dtype=object)

    def _pixels(self, image: ImageLike) -> Pixels:
        return self.square(image).pixels

    def _encode(self, images: Sequence[ImageLike]) -> np.ndarray:
        rows = [self.pool(self.map_batch(batch)) for batch in self.prepared_batches(images)]
        return np.concatenate(rows) if rows else np.empty((0, self.n_features_out), np.float32)


def _digest(image: ImageLike) -> str | None:
    """Return the SHA-256 of an image file, None for bytes and pixels, which belong to a visitor and are not kept."""
    if isinstance(image, bytes | np.ndarray):
        return None
    try:
        return image_content(image).sha256
    except (OSError, ValueError):  # decoding it reports what is wrong
        return None


class GlobalAveragePoolingEncoder(ImageEncoder):
    """An image encoder whose features are the averages of the last map's channels."""

    def pool(self, maps: np.ndarray) -> np.ndarray:
        """Average (n, h, w, c) over the cells: float32 (n, c)."""
        return maps.mean(axis=(1, 2), dtype=np.float32)

    def cell_parts(self, feature_map: np.ndarray, coef: np.ndarray) -> np.ndarray:
        """Return (k, h, w): `coef · A(cell) / cells`."""
        height, width, channels = feature_map.shape
        cells = feature_map.reshape(-1, channels).astype(np.float64)
        # not `@`: BLAS would wake its other threads, which on a busy machine costs fifty times as much as the product
        parts = np.einsum("kc,nc->kn", coef.astype(np.float64), cells)
        return np.asarray(parts.reshape(-1, height, width) / (height * width))

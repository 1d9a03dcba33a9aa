"""Images unlike any that a model was trained on: far from the plane through those, in one of three respects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence, ImageEvidence
from mmdemo.encoders.traits import EDGES, cell_traits, edge_traits
from mmdemo.modalities.familiar import FALSE_ALARMS, Doubt, Familiar, served_on

_AXES = (32, 32, 8)  # of the planes: through the cells' means, their spread, and the edges
_FEWEST = 50  # images, of which a fiftieth is one
_SCALE = 0.99  # quantile of the held-out images' distances that counts as 1
_MOST = 100_000  # numbers in a row of traits
_UNLIKE = Doubt(
    "unlike",
    "This image is unlike any that the model was trained on.",
    "Check whether it shows something that the model knows.",
)


@dataclass(frozen=True)
class Plane:
    """The plane through vectors (n, d) along their principal axes.

    mean: float32 (d,). axes: float16 (r, d). scale: the distance from it that counts as 1.
    """

    mean: np.ndarray
    axes: np.ndarray
    scale: float = 1.0

    def distances(self, rows: np.ndarray) -> np.ndarray:
        """Return the distance of each of n vectors (n, d), in units of the scale: (n,)."""
        axes, left = self.axes.astype(np.float64), rows.astype(np.float64) - self.mean
        left = left - (left @ axes.T) @ axes
        return np.asarray(np.linalg.norm(left, axis=1) / self.scale)


def plane_of(rows: np.ndarray, axes: int) -> Plane:
    """Return the plane of vectors (n, d), of at most so many axes.

    Source: Jackson and Mudholkar (1979), "Control procedures for residuals associated with principal component
    analysis".
    """
    from scipy import linalg  # for training alone

    mean = rows.mean(axis=0, dtype=np.float64)
    centred, count = rows - mean, min(axes, len(rows) // 4)
    last = len(rows) - 1
    _, vectors = linalg.eigh(centred @ centred.T, subset_by_index=(last - count + 1, last))
    found = vectors.T @ centred
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return Plane(mean.astype(np.float32), found.astype(np.float16))


@dataclass(frozen=True)
class ImageJudge:
    """The planes through the training images' traits, and the distance from any of them beyond which one is unlike."""

    planes: tuple[Plane, ...]
    limit: float

    def distances(self, traits: np.ndarray) -> np.ndarray:
        """Return, of traits (n, t), the largest of each image's distances, (n,)."""
        parts = zip(self.planes, _parts(traits), strict=True)
        return np.asarray(np.max([plane.distances(part) for plane, part in parts], axis=0))

    def doubt(self, encoder: Encoder, traits: np.ndarray) -> Doubt | None:
        """Return that the image is unlike others, if it is."""
        if traits.shape[-1] != sum(len(plane.mean) for plane in self.planes):
            return None
        return _UNLIKE if self.distances(traits[np.newaxis])[0] > self.limit else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the planes, and the limit after their scales."""
        scales = np.array([*(plane.scale for plane in self.planes), self.limit])
        kept = {f"mean{i}": plane.mean for i, plane in enumerate(self.planes)}
        return {**kept, **{f"axes{i}": plane.axes for i, plane in enumerate(self.planes)}, "scales": scales}


def learn(encoder: Encoder, traits: Sequence[np.ndarray], fold: np.ndarray) -> ImageJudge | None:
    """Return the judge; its scales and its limit are those of images held out from the planes."""
    rows, folds = np.asarray(traits), np.unique(fold[fold >= 0])
    held_out = np.flatnonzero(fold >= 0)
    if len(held_out) < _FEWEST or min((fold != one).sum() for one in folds) < _FEWEST:
        return None
    distances = np.zeros((len(_AXES), len(fold)))
    for one in folds:
        for place, (part, axes) in enumerate(zip(_parts(rows), _AXES, strict=True)):
            distances[place, fold == one] = plane_of(part[fold != one], axes).distances(part[fold == one])
    scales = np.maximum(np.quantile(distances[:, held_out], _SCALE, axis=1), 1e-6)
    largest = np.sort((distances[:, held_out] / scales[:, np.newaxis]).max(axis=0))
    limit = largest[-max(int(FALSE_ALARMS * (len(largest) + 1)), 1)]
    parts = zip(_parts(rows[served_on(fold)]), _AXES, scales, strict=True)
    planes = [(plane_of(part, axes), scale) for part, axes, scale in parts]
    return ImageJudge(tuple(Plane(one.mean, one.axes, float(scale)) for one, scale in planes), float(limit))


def restore(arrays: Mapping[str, np.ndarray]) -> ImageJudge:
    """Return the judge of these arrays; raise a ValueError where they are none."""
    scales = arrays["scales"]
    positive = scales.dtype == np.float64 and (np.isfinite(scales) & (scales > 0)).all()
    if scales.shape != (len(_AXES) + 1,) or not positive:
        raise ValueError("its images have no distances")
    planes = []
    for place, most in enumerate(_AXES):
        mean, axes = arrays[f"mean{place}"], arrays[f"axes{place}"]
        fits = mean.ndim == 1 and axes.ndim == 2 and axes.shape[1:] == mean.shape and len(axes) <= most
        if not fits or mean.dtype != np.float32 or axes.dtype != np.float16 or len(mean) > _MOST:
            raise ValueError("its images have no planes")
        if not (np.isfinite(mean).all() and np.isfinite(axes).all()):
            raise ValueError("it holds values that are not numbers")
        planes.append(Plane(mean, axes, float(scales[place])))
    return ImageJudge(tuple(planes), float(scales[-1]))


def _parts(traits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    channels = (traits.shape[1] - EDGES) // 2
    return traits[:, :channels], traits[:, channels : 2 * channels], traits[:, 2 * channels :]


def _trait(evidence: Evidence) -> np.ndarray | None:
    if not isinstance(evidence, ImageEvidence):
        return None
    cells, edges = cell_traits(evidence.feature_map[np.newaxis]), edge_traits(evidence.square.pixels[np.newaxis])
    return np.asarray(np.hstack([cells, edges])[0])


def _traits(encoder: Any, values: Sequence[Any]) -> Sequence[np.ndarray]:
    found: Sequence[np.ndarray] = encoder.traits(values)
    return found


def _with_features(encoder: Any, values: Sequence[Any]) -> tuple[np.ndarray, Sequence[np.ndarray]]:
    features, traits = encoder.with_traits(values)
    return features, traits


FAMILIAR = Familiar(
    traits=_traits,
    trait=_trait,
    with_features=_with_features,
    fewest=_FEWEST,
    learn=learn,
    restore=restore,
    seconds=0.003,  # what its cells and edges are, and a share of finding the planes
    applies=lambda encoder: not encoder.trained,  # what a network makes of an image it was trained on is another thing
)

"""Images unlike any that a model was trained on: far from the plane through those, or nearer to drawn documents."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.image_encoder import GlobalAveragePoolingEncoder
from mmdemo.modalities.familiar import FALSE_ALARMS, Doubt, Familiar, served_on
from mmdemo.modalities.outliers import Plane, Side, plane_of, side_of

_AXES = 32  # of the plane
_FEWEST = 50  # images, of which a fiftieth is one
_MOST = 100_000  # features
_KINDS = ("float32", "float32", "float16")
_KEPT = ("mean", "axes", "weights", "numbers")
_UNLIKE = Doubt(
    "unlike",
    "This image is unlike any that the model was trained on.",
    "Check whether it shows something that the model knows.",
)


@dataclass(frozen=True)
class ImageJudge:
    """The plane through the training images' features, what tells strange ones from them, and the limit of either."""

    plane: Plane
    side: Side
    limits: tuple[float, float]

    def measures(self, rows: np.ndarray) -> np.ndarray:
        """Return, of features (n, d), each image's distance from the plane and its score: (2, n)."""
        return np.stack([self.plane.distances(rows), self.side.scores(rows)])

    def doubt(self, encoder: Encoder, traits: np.ndarray) -> Doubt | None:
        """Return that the image of these features (d,) is unlike others, if it is."""
        if traits.shape != self.plane.mean.shape:
            return None
        return _UNLIKE if (self.measures(traits[np.newaxis])[:, 0] > self.limits).any() else None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return plane, weights, and the offset before the limits."""
        numbers = np.array([self.side.offset, *self.limits])
        return dict(zip(_KEPT, (self.plane.mean, self.plane.axes, self.side.weights, numbers), strict=True))


def learn(encoder: Encoder, traits: np.ndarray, fold: np.ndarray) -> ImageJudge | None:
    """Return the judge; its limits are those of images held out from what it then knows. traits: features (n, d)."""
    from mmdemo.modalities.strange_images import strange_images  # fonts and all, for training alone

    rows, folds = np.asarray(traits), np.unique(fold[fold >= 0])
    if (fold >= 0).sum() < _FEWEST or min((fold != one).sum() for one in folds) < _FEWEST:
        return None
    strange = np.concatenate([encoder.transform([image]) for image in strange_images()])  # one in memory at a time
    measures = np.zeros((2, len(fold)))
    for one in folds:
        measures[:, fold == one] = _judge(rows[fold != one], strange).measures(rows[fold == one])
    plane_limit, side_limit = map(_limit, measures[:, fold >= 0])
    judge = _judge(rows[served_on(fold)], strange)
    return ImageJudge(judge.plane, judge.side, (plane_limit, side_limit))


def restore(arrays: Mapping[str, np.ndarray]) -> ImageJudge | None:
    """Return the judge of these arrays, None of an earlier version's; raise a ValueError where they are none."""
    if "scales" in arrays:  # distances from three planes, of traits that are no longer computed
        return None
    mean, axes, weights, numbers = (arrays[name] for name in _KEPT)
    if numbers.shape != (3,) or numbers.dtype != np.float64:
        raise ValueError("its images have no limits")
    fits = mean.ndim == 1 and axes.ndim == 2 and mean.shape == weights.shape == axes.shape[1:]
    kinds = str(mean.dtype), str(weights.dtype), str(axes.dtype)
    if not fits or len(mean) > _MOST or len(axes) > _AXES or kinds != _KINDS:
        raise ValueError("its images have no plane")
    if not all(np.isfinite(array).all() for array in (mean, axes, weights, numbers)):
        raise ValueError("it holds values that are not numbers")
    return ImageJudge(Plane(mean, axes), Side(weights, float(numbers[0])), (float(numbers[1]), float(numbers[2])))


def _judge(own: np.ndarray, strange: np.ndarray) -> ImageJudge:
    return ImageJudge(plane_of(own, _AXES), side_of(own, strange), (np.inf, np.inf))


def _limit(measures: np.ndarray) -> float:
    """Return what few held-out images are beyond: half as many as a warning may name, for there are two measures."""
    return float(np.sort(measures)[-max(int(FALSE_ALARMS / 2 * (len(measures) + 1)), 1)])


def _applies(encoder: Encoder) -> bool:
    # what a network makes of an image that it was trained on is another thing; nor do we measure other features
    return isinstance(encoder, GlobalAveragePoolingEncoder) and not encoder.trained


FAMILIAR = Familiar(fewest=_FEWEST, learn=learn, restore=restore, seconds=0.001, applies=_applies)

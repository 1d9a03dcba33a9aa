"""An image of one kind: a scene, and the object as a sticker on it."""

import cv2
import numpy as np

from mmdemo.datasets.drawings.animals import ANIMALS
from mmdemo.datasets.drawings.canvas import Pose, lay_over, paint
from mmdemo.datasets.drawings.palette import PALETTES, pick
from mmdemo.datasets.drawings.scenes import scene
from mmdemo.datasets.drawings.things import THINGS

KINDS = ANIMALS | THINGS


def random_pose(rng: np.random.Generator) -> Pose:
    """Return a pose for any kind: turned by up to 16 degrees, mirrored or not, moved a little."""
    angle, scale = np.radians(rng.uniform(-16, 16)), rng.uniform(0.74, 0.9)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flip = np.diag([rng.choice([-1.0, 1.0]), 1.0])
    return Pose(scale * turn @ flip, rng.uniform(-0.06, 0.06, 2))


def drawing(kind: str, rng: np.random.Generator, size: int = 128) -> np.ndarray:
    """Draw one image of a kind (a key of `KINDS`), RGB `uint8 (size, size, 3)`.

    Pose, colours and background are drawn at random before the kind matters.
    """
    pose, colours, ground = random_pose(rng), pick(rng, PALETTES), scene(rng, size)
    return _stick(ground, paint(KINDS[kind](rng, colours), size, pose))


def _stick(ground: np.ndarray, layer: np.ndarray) -> np.ndarray:
    """Return the layer on the ground, lit from above, with a white edge and a shadow."""
    size = len(ground)
    wide = cv2.dilate(layer[:, :, 3], cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    edge = cv2.max(cv2.GaussianBlur(wide, (3, 3), 0), layer[:, :, 3])
    soft = (size // 20 + 1, size // 20 + 1)
    shadow = cv2.blur(cv2.blur(np.roll(edge, (size // 40, size // 64), (0, 1)), soft), soft)
    dark = cv2.merge([np.zeros_like(shadow)] * 3 + [cv2.convertScaleAbs(shadow, alpha=0.32)])
    light = np.linspace(255, 224, size).astype(np.uint8)[:, None, None]
    lit = cv2.multiply(layer, np.broadcast_to(light, layer.shape).copy(), scale=1 / 255)
    lit[:, :, 3] = layer[:, :, 3]
    return lay_over(lay_over(lay_over(ground, dark), cv2.merge([edge] * 4)), lit)

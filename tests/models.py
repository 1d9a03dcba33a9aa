"""A small drawn dataset with captions in several scripts, and models trained on it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
import pandas as pd

from mmdemo.bundles.bundle import load
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.trained_cnn import TrainedCNNEncoder
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.folders import cache_dir
from mmdemo.training.train import TrainedModel, train
from tests.made_once import made_once

ROOT = Path(__file__).resolve().parent.parent
CAPTIONS = {
    "ball": ("a round ball", "the ball bounces", "一个红色的球", "ein runder Ball", "كرة حمراء", "it is round"),
    "box": ("a wooden box", "the box is heavy", "一个方形的箱子", "eine Kiste aus Holz", "صندوق خشبي", "it is square"),
    "flag": ("a striped flag", "the flag flies", "一面条纹旗", "eine gestreifte Fahne", "علم مخطط", "it is striped"),
}
PAIRS = [
    (image, text)
    for image in [*MODALITIES["image"].encoders, "none"]
    for text in [*MODALITIES["text"].encoders, "none"]
    if (image == "none") != (text == "none") or MODALITIES["image"].default == image != text != "none"
    or (image != "none" and text == MODALITIES["text"].default)
]
"""Every encoder alone, and beside the default of the other modality."""


def drawn(folder: Path, each: int = 12) -> Dataset:
    """Draw `each` pairs of every class as PNGs of many proportions; the folder also holds their data.csv."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(each):
        for label, captions in CAPTIONS.items():
            path = folder / f"{label}{number}.png"
            cv2.imwrite(str(path), _image(label, rng))
            rows.append((path.name, captions[number % len(captions)], label))
    frame = pd.DataFrame(rows, columns=["image", "text", "label"])
    frame.to_csv(folder / "data.csv", index=False)
    frame["image"] = [str(folder / name) for name in frame["image"]]
    frame.index = pd.Index([f"row {number}" for number in range(2, len(frame) + 2)])
    return Dataset(frame, name=folder.name, source="Drawn by a test.", licence="CC0-1.0")


def _image(label: str, rng: np.random.Generator) -> np.ndarray:
    width, height = (int(side) for side in rng.integers(33, 160, 2))
    pixels = rng.integers(190, 256, (height, width, 3)).astype(np.uint8)
    colour = [int(value) for value in rng.integers(0, 140, 3)]
    if label == "ball":
        cv2.circle(pixels, (width // 2, height // 2), min(width, height) // 3, colour, -1, cv2.LINE_AA)
    elif label == "box":
        cv2.rectangle(pixels, (width // 4, height // 4), (3 * width // 4, 3 * height // 4), colour, -1)
    else:
        pixels[: height // 2] = colour
        pixels[:, :: max(2, width // 6)] = colour
    return pixels


def config(image: str = "efficientnet", text: str = "tfidf+word_vectors", **image_options: object) -> ModelConfig:
    """Return the configuration of a pair of encoders, either of which may be none, with C fixed to save time."""
    encoders = {name: encoder for name, encoder in (("image", image), ("text", text)) if encoder != "none"}
    return ModelConfig(encoders, {"image": image_options} if image_options else {}, C=10.0)


class Models:
    """Models of the drawn dataset, each trained when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "drawn").mkdir()
        self.dataset = drawn(folder / "drawn")
        self.trained = cache(self._trained)
        self.of_pair = cache(self._of_pair)
        self.cnn = cache(self._train_cnn)
        self.pictures = self.dataset.frame["image"].tolist()

    def _trained(
        self, image: str = "efficientnet", text: str = "tfidf+word_vectors", **image_options: object
    ) -> TrainedModel:
        if image == "article_cnn":
            image_options = {"size": 64, **image_options}  # 30,752 numbers an image instead of 394,272
        return train(self.dataset, config(image, text, **image_options), cache=FeatureCache(cache_dir() / "features"))

    def _of_pair(self, image: str, text: str) -> Model:
        if image != "trained_cnn":
            return self.trained(image, text).model
        with self.network_at_hand():
            return self.trained("trained_cnn", text, size=32).model

    @contextmanager
    def network_at_hand(self) -> Iterator[None]:
        """Let every trained_cnn of the block take the network of the drawings instead of training its own."""
        network = vars(load(self.cnn() / "bundle").model.encoders["image"])
        learnt = {name: value for name, value in network.items() if name.endswith("_")}
        with patch.object(TrainedCNNEncoder, "fit_reporting", lambda self, X, y, on: vars(self).update(learnt) or self):
            yield

    def _train_cnn(self) -> Path:
        # TensorFlow is loaded in another process, and once for all test processes.
        options = ("--image-encoder", "trained_cnn", "--text-encoder", "none", "--C", 10, "--progress", "json")
        small = ("--set", "image.size=32", "--set", "image.epochs=1")

        def make(folder: Path) -> None:
            done = run("train", "--data", self.folder / "drawn", *options, *small, "--out", folder / "bundle", "--json")
            assert done.returncode == 0, done.stderr
            (folder / "out").write_text(done.stdout)
            (folder / "err").write_text(done.stderr)

        return made_once("cnn", make)


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "mmdemo", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, **options)  # type: ignore[call-overload]

"""A trained model on disk: written whole or not at all, checked to the last byte when it is read."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.bundle_files import BundleFiles, write_files
from mmdemo.config import ModelConfig
from mmdemo.datasets.examples import example_pairs
from mmdemo.errors import BundleError, MMDemoError
from mmdemo.evaluate import Evaluation, Gain, HeadMetrics
from mmdemo.folders import whole_folder
from mmdemo.model import Model
from mmdemo.repeats import Repeats
from mmdemo.training import TrainedModel

SCHEMA = 1
MANIFEST = "manifest.json"
_TOLERANCE = 1e-3  # one pixel level, or another processor's arithmetic, moves a probability by less
_LIBRARIES = ("ai-edge-litert", "numpy", "opencv-python-headless", "pillow", "scikit-learn", "wordllama")


@dataclass(frozen=True)
class Bundle:
    """A model read from disk.

    path: its folder. model: ready to answer. manifest: what `manifest.json` says.
    """

    path: Path
    model: Model
    manifest: Mapping[str, Any]

    @property
    def evaluation(self) -> Evaluation:
        """How it did on the rows held out when it was trained."""
        return evaluation_from(self.manifest["evaluation"])

    @property
    def repeats(self) -> Repeats | None:
        """How the same training did on several splits, or None if only one was tried."""
        saved = self.manifest.get("repeats")
        return repeats_from(saved) if saved else None

    def test(self) -> dict[str, np.ndarray]:
        """Return `ids`, `labels` (n,) and head → probabilities (n, k) of the rows held out."""
        return BundleFiles(self.path).read_arrays("test.npz")

    def train_ids(self) -> np.ndarray:
        """Return the ids (n,) of the rows that it was trained on."""
        return BundleFiles(self.path).read_arrays("train.npz")["ids"]


def save(trained: TrainedModel, folder: Path, command: str, facts: Mapping[str, Any]) -> None:
    """Write the bundle; a folder that stands there is replaced if it is a bundle.

    command: what made it. facts: more to keep in the manifest, such as seconds and peak memory.
    Raises a BundleError when the folder holds something else, or the disk is full.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise BundleError(f"{folder} holds something that is not a model; choose an empty or a new folder.")
    try:
        with whole_folder(folder) as temporary:
            hashes = write_files(trained, golden_of(trained.model), temporary)
            manifest = {**_manifest(trained, command), **facts, "files": hashes}
            (temporary / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise BundleError(
            f"The model could not be written to {folder}: {error.strerror}. Free some space, or choose another folder."
        ) from error


def load(folder: Path | str) -> Bundle:
    """Read and verify a bundle: schema, the hash of every file, and the answers to its golden inputs.

    Raises a BundleError that says what is wrong.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder)
    files = BundleFiles(folder)
    files.verify(manifest["files"])
    try:
        config = ModelConfig(**manifest["config"])
        encoders, heads = files.read_model(config)
        model = Model(config, tuple(manifest["classes"]), encoders, heads)
        _check_golden(model, files.read_arrays("golden.npz"), folder)
    except BundleError:
        raise
    except (MMDemoError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"The model in {folder} cannot be read ({error}). Train it again.") from error
    return Bundle(folder, model, manifest)


def evaluation_from(saved: Mapping[str, Any]) -> Evaluation:
    """Return an Evaluation from what `dataclasses.asdict` made of one."""
    heads = {name: HeadMetrics(**{**head, "ci95": tuple(head["ci95"])}) for name, head in saved["heads"].items()}
    gain = saved["gain"]
    return Evaluation(saved["n"], heads, Gain(**{**gain, "ci95": tuple(gain["ci95"])}) if gain else None)


def repeats_from(saved: Mapping[str, Any]) -> Repeats:
    """Return Repeats from what `dataclasses.asdict` made of them."""
    intervals = {head: tuple(interval) for head, interval in saved["intervals"].items()}
    return Repeats(**{**saved, "intervals": intervals, "ci95": tuple(saved["ci95"]) if saved["ci95"] else None})


def golden_of(model: Model) -> dict[str, np.ndarray]:
    """Return the golden inputs and the model's answers: six drawn pairs, a picture alone and a caption alone."""
    pairs: list[tuple[np.ndarray | None, str]] = [(pair.image[::2, ::2], pair.caption) for pair in example_pairs()]
    pairs += [(pairs[0][0], ""), (None, pairs[0][1])]
    answerable = [(i, *pair) for i, pair in enumerate(pairs) if not _all_missing(model, *pair)]
    golden = {f"image{i}": image for i, image, _ in answerable if image is not None}
    golden["captions"] = np.array([caption for _, _, caption in answerable])
    golden["inputs"] = np.array([i for i, _, _ in answerable])
    golden["probabilities"] = np.stack([model.classify(image, text).probabilities for _, image, text in answerable])
    return golden


def _all_missing(model: Model, image: np.ndarray | None, text: str) -> bool:
    pair = {"image": image, "text": text}
    return all(model.is_missing(name, pair.get(name)) for name in model.encoders)


def _check_golden(model: Model, golden: Mapping[str, np.ndarray], folder: Path) -> None:
    for i, caption, expected in zip(golden["inputs"], golden["captions"], golden["probabilities"], strict=True):
        answer = model.classify(golden.get(f"image{i}"), str(caption))
        difference = float(np.abs(answer.probabilities - expected).max())
        if not difference <= _TOLERANCE:
            raise BundleError(
                f"The model in {folder} answers differently from when it was made (by {difference:.2g}, more than "
                f"{_TOLERANCE:g}); its files fit other library versions. Train it again."
            )


def _manifest(trained: TrainedModel, command: str) -> dict[str, Any]:
    dataset, model = trained.dataset, trained.model
    return {
        "schema": SCHEMA,
        "classes": list(model.classes),
        "config": model.config.as_dict(),
        "dataset": {
            "name": dataset.name,
            "source": dataset.source,
            "licence": dataset.licence,
            "options": dict(dataset.options),
            "fingerprint": dataset.fingerprint(),
            "limits": dict(dataset.limits) if dataset.limits else None,
            "notes": list(trained.notes),
        },
        "n_train": len(trained.train_ids),
        "n_test": len(trained.test_ids),
        "evaluation": asdict(trained.evaluation),
        "command": command,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
    }


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(f"There is no model in {folder}: it holds no {MANIFEST}.")
    try:
        manifest = json.loads(path.read_text("utf-8"))
        schema = manifest["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"The {MANIFEST} in {folder} is damaged; copy the model again, or train it again.") from error
    if schema != SCHEMA:
        raise BundleError(
            f"The model in {folder} has schema version {schema!r}, but this program reads version {SCHEMA}. "
            "Train it again with this version."
        )
    if not isinstance(manifest.get("files"), dict):
        raise BundleError(f"The {MANIFEST} in {folder} lists no files; copy the model again, or train it again.")
    return manifest

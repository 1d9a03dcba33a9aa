"""A trained model on disk, verified byte by byte when it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mmdemo.bundles.files import BundleFiles, widths_of
from mmdemo.bundles.fold_models import FoldModels
from mmdemo.bundles.golden import check_golden
from mmdemo.bundles.manifest import read_manifest
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.results import check_evaluation
from mmdemo.bundles.train_features import TrainFeatures, read_features
from mmdemo.errors import BundleError
from mmdemo.evaluation.evaluate import Evaluation, evaluation_from
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.model import Model
from mmdemo.storage.folders import mark_used

if TYPE_CHECKING:
    from mmdemo.bundles.seen import TrainedOn


@dataclass(frozen=True)
class Bundle:
    """A model read from disk.

    path: its folder. model: ready to answer. manifest: the content of `manifest.json`.
    fold: of which the model in use had not seen the pairs; None for the model for new pairs.
    """

    path: Path
    model: Model
    manifest: Mapping[str, Any]
    fold: int | None = None

    @property
    def key(self) -> str:
        """What an answer depends on besides the pair, for caches."""
        return f"{self.manifest['sha256']} {'' if self.fold is None else self.fold}"

    @property
    def evaluation(self) -> Evaluation:
        """How it did on its held-out pairs."""
        return evaluation_from(self.manifest["evaluation"])

    @cached_property
    def held_out(self) -> HeldOut:
        """Its held-out pairs, each with the answers of models that had not seen it."""
        return BundleFiles(self.path).read_held_out(self.model.classes, self.model.heads)

    @cached_property
    def fold_models(self) -> FoldModels:
        """The models of the folds, as far as it keeps them."""
        return FoldModels(self.path, self.model)

    def model_for(self, row: str) -> Model:
        """Return the model that answers for a row id: of a held-out pair, the one that had not seen it, if kept.

        See `explains_blindly`.
        """
        return self.fold_models[self._folds[row]] if self.fold_models.kept and row in self._folds else self.model

    def explains_blindly(self, row: str) -> bool:
        """Return whether `model_for` this row id had not seen the pair."""
        return row in self._folds and (self.fold_models.kept or self.model.config.n_folds == 1)

    @cached_property
    def _folds(self) -> Mapping[str, int]:
        return dict(zip(self.held_out.ids.tolist(), self.held_out.fold.tolist(), strict=True))

    @cached_property
    def train_features(self) -> TrainFeatures:
        """Modality → features (n, d) of the pairs in `train_ids`, checked and opened at most once."""
        return read_features(self.path, len(self.train_ids), widths_of(self.model.heads))

    @property
    def train_ids(self) -> np.ndarray:
        """The ids (n,) of its training pairs, or of a sample of them; see `names_all`."""
        return self._train["ids"]

    @property
    def names_all(self) -> bool:
        """Whether `train_ids` are all pairs that it was trained on, and not a sample of very many."""
        return len(self.train_ids) == self.manifest["n_train"]

    def trained_on(self) -> "TrainedOn":
        """Return which pairs it was trained on."""
        from mmdemo.bundles.seen import TrainedOn  # with all that reads data, which an answer can do without

        fingerprint = self.manifest["dataset"]["fingerprint"]
        count = self.manifest["n_train"]
        return TrainedOn(self.model.config, fingerprint, self.train_ids, self._train["digests"], count)

    @cached_property
    def _train(self) -> Mapping[str, np.ndarray]:
        """The `ids` and content `digests` (n,) of the training pairs, read at most once."""
        return BundleFiles(self.path).read_arrays("train.npz")


def load(folder: Path | str) -> Bundle:
    """Read and verify a bundle: schema, the hash of every file, and the answers to its golden inputs.

    Raises a BundleError that says what is wrong.
    """
    folder = Path(folder)
    mark_used([folder])
    manifest = read_manifest(folder)
    files = BundleFiles(folder)
    try:
        files.verify(manifest["files"])
        config = ModelConfig(**manifest["config"])
        bundle = Bundle(folder, files.read_model(config, tuple(manifest["classes"])), manifest)
        _check(bundle)
        check_golden(bundle.model, files.read_arrays("golden.npz"), place(folder))
    except BundleError:
        raise
    except Exception as error:  # whatever a forged manifest or file may lead to
        raise BundleError(f"The model in {place(folder)} cannot be read ({reason(error)}). Train it again.") from error
    return bundle


def _check(bundle: Bundle) -> None:
    """Raise a ValueError where the parts of a bundle do not fit together."""
    classes, heads = bundle.model.classes, bundle.model.heads
    if not all(isinstance(label, str) for label in classes) or list(classes) != sorted(set(classes)):
        raise ValueError("its classes are not distinct and sorted")
    if tuple(heads) != bundle.model.config.heads or tuple(bundle.evaluation.heads) != tuple(heads):
        raise ValueError("its models are not those of its configuration")
    if any(head.intercept.shape != (len(classes),) for head in heads.values()):
        raise ValueError("its number of classes differs from that of its models")
    if len(bundle.held_out.ids) != bundle.manifest["n_test"]:
        raise ValueError("its held-out pairs are not those of its manifest")
    check_evaluation(bundle.evaluation, bundle.held_out)
    shapes = {bundle.train_ids.shape, bundle._train["digests"].shape}
    named = bundle.manifest.get("kept_train", bundle.manifest["n_train"])
    if shapes != {(named,)} or bundle.train_ids.dtype.kind != "U":
        raise ValueError("it does not say which pairs it was trained on")
    _ = bundle.train_features  # checked now, rather than at first use

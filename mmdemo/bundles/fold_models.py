"""The models of the folds: they explain a held-out pair as the model did that had not seen it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mmdemo.bundles.arrays import opened_arrays
from mmdemo.bundles.model_arrays import arrays_of, model_of
from mmdemo.bundles.naming import place, reason
from mmdemo.errors import BundleError
from mmdemo.model.model import Model

FOLDS = "folds.npz"


def fold_arrays(models: Mapping[int, Model]) -> dict[str, np.ndarray]:
    """Return the heads of every fold, and what its encoders have learnt, as plain arrays; {} without folds."""
    return {f"{fold}/{name}": array for fold, model in models.items() for name, array in arrays_of(model).items()}


@dataclass
class FoldModels:
    """The models of a bundle's folds, each read when it is first asked for.

    folder: of the bundle. served: its model for new pairs, which has the same configuration and classes.
    """

    folder: Path
    served: Model
    _read: dict[int, Model] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether the bundle keeps them: not where one split was asked for, nor where they are large."""
        return (self.folder / FOLDS).exists()

    def __getitem__(self, fold: int) -> Model:
        """Return the models that had not seen a fold; raise a BundleError when they cannot be read."""
        if fold not in self._read:
            try:
                with opened_arrays(self.folder / FOLDS) as arrays:
                    self._read[fold] = self._model(f"{fold}/", arrays)
            except Exception as error:  # a forged file raises a dozen unrelated kinds of error
                raise BundleError(
                    f"{FOLDS} in {place(self.folder)} cannot be read ({reason(error)}). Copy the model again."
                ) from error
        return self._read[fold]

    def _model(self, prefix: str, arrays: Mapping[str, np.ndarray]) -> Model:
        config, served = self.served.config, self.served.encoders.items()
        encoders = {name: encoder if encoder.frozen else config.build_encoder(name) for name, encoder in served}
        return replace(model_of(arrays, config, self.served.classes, encoders, prefix), doubts=self.served.doubts)

"""The summary of a model from its manifest, without loading the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdemo.bundles.manifest import read_manifest
from mmdemo.bundles.naming import place, reason
from mmdemo.bundles.results import check_numbers
from mmdemo.bundles.took import took
from mmdemo.errors import BundleError, ConfigError
from mmdemo.evaluation.evaluate import Evaluation, evaluation_from
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig

_DEFAULT = "the usual way"


@dataclass(frozen=True)
class ModelSummary:
    """A model as its manifest describes it.

    folder: where it is. manifest: the content of `manifest.json`. config: what it was trained with.
    evaluation: its results on the held-out pairs. size: bytes on disk.
    """

    folder: Path
    manifest: Mapping[str, Any]
    config: ModelConfig
    evaluation: Evaluation
    size: int

    @property
    def data(self) -> str:
        """The dataset's name, with the language of its captions where it has several."""
        captions = self.manifest["dataset"]["options"].get("captions")
        return f"{self.manifest['dataset']['name']} ({captions})" if captions else str(self.manifest["dataset"]["name"])

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the manifest, which holds those of all files."""
        return str(self.manifest["sha256"])

    @property
    def command(self) -> str:
        """The command that trains the same model, without paths of the machine that trained it."""
        from mmdemo.training.command_line import public_command  # with all that reads data

        return public_command(str(self.manifest["command"]))

    @property
    def seconds(self) -> float | None:
        """The duration of the training in seconds, None if unknown."""
        return (self.manifest.get("seconds") or {}).get("total")

    @property
    def took(self) -> str:
        """How long the training took, in words, and how long from nothing where features were kept from before."""
        return took(self.manifest)

    @property
    def megabytes(self) -> float | None:
        """The peak memory of the training, in MB (10⁶ bytes), None if unknown."""
        return self.manifest.get("peak_mb")

    def verdict(self) -> str:
        """Return in plain words what each modality adds."""
        return self.evaluation.verdict()

    def encoders(self) -> dict[str, str]:
        """Return modality → its encoder's title, for a person; without the modalities that it does not read."""
        return {name: MODALITIES[name].encoder(chosen).title for name, chosen in self.config.encoders.items()}

    def reading(self) -> list[str]:
        """Return how the model reads what it reads, a clause a modality, such as "Images are read by: …"."""
        found = self.encoders().items()
        return [f"{MODALITIES[name].nouns.capitalize()} are read by: {title}" for name, title in found]

    def cost(self) -> str:
        """Return in words how long the training took, and what memory and disk the model needs."""
        memory = [f"{self.megabytes:,.0f} MB of memory"] if self.megabytes is not None else []
        return "; ".join([self.took, *memory, f"{self.size / 1e6:.1f} MB on disk"])

    def preparation(self) -> dict[str, str]:
        """Return modality → the settings that differ from the defaults, for the modalities that are used."""
        return {
            name: ", ".join(f"{key} = {value}" for key, value in self.config.options.get(name, {}).items()) or _DEFAULT
            for name in self.config.encoders
        }


def summarise(folder: Path) -> ModelSummary:
    """Return what the manifest says; raise a BundleError when it cannot be read."""
    manifest = read_manifest(folder)
    try:
        evaluation = evaluation_from(manifest["evaluation"])
        check_numbers(evaluation)
        return ModelSummary(
            folder=folder,
            manifest=manifest,
            config=ModelConfig(**manifest["config"]),
            evaluation=evaluation,
            size=sum(path.stat().st_size for path in folder.iterdir()),
        )
    except (AttributeError, ConfigError, KeyError, OSError, TypeError, ValueError) as error:
        raise BundleError(
            f"The manifest in {place(folder)} cannot be used ({reason(error)}). Train the model again."
        ) from error

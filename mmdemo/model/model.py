"""A trained model: fitted encoders and, on their features, one linear head per modality and one for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence
from mmdemo.encoders.gaps import transformed
from mmdemo.errors import ConfigError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.certainty import SURE
from mmdemo.model.config import ModelConfig
from mmdemo.model.doubts import Caution, Doubts
from mmdemo.model.heads import best_informed
from mmdemo.model.probabilities import softmax


@dataclass(frozen=True)
class Head:
    """One linear head on raw features; its weights already contain block scales and temperature.

    coef: modality → float32 (k, d).
    intercept: float64 (k,).
    C: inverse strength of the regularisation it was fitted with.
    temperature: the divisor of its logits, which calibrates the probabilities.
    weights: modality → factor of its block before the fit, scale and weight together.
    """

    coef: Mapping[str, np.ndarray]
    intercept: np.ndarray
    C: float
    temperature: float
    weights: Mapping[str, float]

    def logits(self, features: Mapping[str, Any]) -> np.ndarray:
        """Return float64 (n, k) of features modality → (n, d), dense or sparse."""
        return self.intercept + sum(np.asarray(features[name] @ coef.T, np.float64) for name, coef in self.coef.items())


@dataclass(frozen=True)
class Prediction:
    """The answer to one pair.

    head: which head answered: `fused` if nothing is missing, else the head for what is there.
    logits, probabilities: float64 (k,), in the order of the model's classes.
    sure: whether the answer's own probability is at least `SURE`.
    heads: the probabilities of every head that could answer, float64 (k,).
    warnings: why the answer may not hold, whatever its probability.
    """

    label: str
    head: str
    logits: np.ndarray
    probabilities: np.ndarray
    sure: bool
    heads: Mapping[str, np.ndarray]
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True)
class Model:
    """Fitted encoders and heads, ready to answer; immutable and safe to share between threads.

    config: what it was trained with.
    classes: the labels, sorted.
    encoders: modality → fitted encoder.
    heads: `image`, `text`, `fused` → Head.
    shares: float64 (k,), each class's share of the pairs it was trained on: all that is known of a pair without values.
    doubts: when it warns that an answer may not hold.
    """

    config: ModelConfig
    classes: tuple[str, ...]
    encoders: Mapping[str, Encoder]
    heads: Mapping[str, Head]
    shares: np.ndarray
    doubts: Doubts = field(default_factory=Doubts)

    def examine(self, pair: Mapping[str, Any]) -> dict[str, Evidence]:
        """Return modality → evidence (features and what they come from) for what the pair holds.

        pair: modality → value; None, or a caption that cleans to nothing, counts as missing.
        Raises ImageError or TextError for a value that cannot be read, ConfigError when nothing is left to classify.
        """
        present = {name: pair.get(name) for name in self.encoders if not self.is_missing(name, pair.get(name))}
        if not present:
            wanted = " or ".join(MODALITIES[name].wanted for name in self.encoders)
            raise ConfigError(f"There is nothing to classify: give {wanted}.")
        return {name: self.encoders[name].examine(value) for name, value in present.items()}

    def is_missing(self, modality: str, value: Any) -> bool:
        """Return whether a value holds nothing to classify."""
        return MODALITIES[modality].missing(value, self.encoders[modality].settings)

    def heads_for(self, modalities: Collection[str]) -> list[str]:
        """Return the heads that can answer from these modalities; the best informed of them is the one that does."""
        return [name for name, head in self.heads.items() if set(head.coef) <= set(modalities)]

    def answer(self, evidence: Mapping[str, Evidence]) -> Prediction:
        """Return the prediction for what `examine` found."""
        # in float64, so that even large logits are the sum of their parts to 1e-4
        features = {name: found.features[np.newaxis].astype(np.float64) for name, found in evidence.items()}
        logits = {name: self.heads[name].logits(features)[0] for name in self.heads_for(features)}
        head = best_informed(logits)
        heads = {name: softmax(values) for name, values in logits.items()}
        probabilities = heads[head]
        return Prediction(
            label=self.classes[int(probabilities.argmax())],
            head=head,
            logits=logits[head],
            probabilities=probabilities,
            sure=bool(probabilities.max() >= SURE),
            heads=heads,
            warnings=self.doubts.cautions(self.encoders, self.classes, self.doubts.traits_of(evidence), heads),
        )

    def classify(self, pair: Mapping[str, Any]) -> Prediction:
        """Return the prediction for a pair modality → value (an image: path, bytes or uint8 (h, w, 3)).

        Raises as `examine` does.
        """
        return self.answer(self.examine(pair))

    def probabilities(self, columns: Mapping[str, Sequence[Any]], batch: int = 256) -> dict[str, np.ndarray]:
        """Return head → float64 (n, k) for whole columns; see `answered` for pairs that lack something."""
        length = len(next(iter(columns.values())))
        found: dict[str, list[np.ndarray]] = {name: [] for name in self.heads}
        for start in range(0, length, batch):
            part = {name: list(columns[name][start : start + batch]) for name in self.encoders}
            holds = {
                name: np.array([not self.is_missing(name, value) for value in values]) for name, values in part.items()
            }
            features = {name: transformed(self.encoders[name], part[name], ~held) for name, held in holds.items()}
            logits = {name: head.logits(features) for name, head in self.heads.items()}
            for name, rows in answered(logits, holds, self.config, self.shares).items():
                found[name].append(rows)
        return {name: np.concatenate(rows) for name, rows in found.items()}


def answered(
    logits: Mapping[str, np.ndarray], holds: Mapping[str, np.ndarray], config: ModelConfig, shares: np.ndarray
) -> dict[str, np.ndarray]:
    """Return head → probabilities (n, k), each pair answered by the head for what it holds of the head's modalities.

    logits: head → (n, k), with zeros for the features that a pair lacks. holds: modality → bool (n,).
    shares: of the classes in training, (k,): the head's answer to a pair that holds nothing that it reads. (Its
    intercept is none: it belongs to features of zero, which no image has.)
    """
    found = {}
    for head in config.heads:
        inputs, rows = config.inputs(head), np.array(logits[head], np.float64)
        for smaller in config.heads:
            reads = config.inputs(smaller)
            if set(reads) < set(inputs):
                rest = [name for name in inputs if name not in reads]
                chosen = np.all([holds[name] for name in reads] + [~holds[name] for name in rest], axis=0)
                rows[chosen] = logits[smaller][chosen]
        with np.errstate(divide="ignore"):
            rows[~np.any([holds[name] for name in inputs], axis=0)] = np.log(shares)
        found[head] = softmax(rows)
    return found

"""What an answer is warned of: modalities that disagree, and values unlike those that the model was trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from mmdemo.encoders.encoder import Encoder
from mmdemo.encoders.evidence import Evidence
from mmdemo.modalities.familiar import FALSE_ALARMS, Judge
from mmdemo.modalities.registry import MODALITIES

DISAGREE = "disagree"


@dataclass(frozen=True)
class Caution:
    """Why an answer may not hold.

    kind: `disagree`, `language`, `unknown`, `unlike` or what another modality warns of. modality: whose value it is
    about, "" for several. sentence: what is the matter and what to do, for a person; it may quote labels.
    """

    kind: str
    sentence: str
    modality: str = ""


@dataclass(frozen=True)
class Doubts:
    """When a model warns.

    agreement: two modalities, such as `image+text` → the overlap (0–1) of their models' probabilities below which they
    disagree. judges: modality → what is known of its values in training.
    """

    agreement: Mapping[str, float] = field(default_factory=dict)
    judges: Mapping[str, Judge] = field(default_factory=dict)

    def traits_of(self, evidence: Mapping[str, Evidence]) -> dict[str, Any]:
        """Return modality → what its judge looks at, for the values of one pair; None where it cannot."""
        found = {name: MODALITIES[name].familiar.trait for name in evidence}
        return {name: trait(evidence[name]) if name in self.judges else None for name, trait in found.items()}

    def cautions(
        self,
        encoders: Mapping[str, Encoder],
        classes: Sequence[str],
        traits: Mapping[str, Any],
        heads: Mapping[str, np.ndarray],
    ) -> tuple[Caution, ...]:
        """Return why the answer to one pair may not hold.

        traits: modality → what its judge looks at, or None, for what the pair holds. heads: probabilities (k,) of the
        models that answered.
        """
        looked_at = {name: trait for name, trait in traits.items() if trait is not None and name in self.judges}
        doubts = {name: self.judges[name].doubt(encoders[name], trait) for name, trait in looked_at.items()}
        found = [Caution(one.kind, f"{one.sentence} {one.advice}", name) for name, one in doubts.items() if one]
        sound = [name for name in traits if name in heads and not doubts.get(name)]
        return (*found, *self._disagreements(sound, classes, heads))

    def _disagreements(
        self, names: Sequence[str], classes: Sequence[str], heads: Mapping[str, np.ndarray]
    ) -> list[Caution]:
        """Return the widest disagreement, if any."""
        overlaps = {pair: float(overlap(heads[pair[0]], heads[pair[1]])) for pair in combinations(names, 2)}
        apart = [pair for pair in overlaps if overlaps[pair] < self.agreement.get("+".join(pair), 0.0)]
        if not apart:
            return []
        one, other = min(apart, key=overlaps.__getitem__)
        said = [f"the {MODALITIES[name].noun} says {classes[int(heads[name].argmax())]}" for name in (one, other)]
        best = "both" if len(names) == 2 else "everything"
        sentence = f"T{said[0][1:]}, {said[1]}: the answer is "
        return [Caution(DISAGREE, f"{sentence}what fits {best} best. Check whether they belong together.")]


def overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how far two distributions (…, k) agree, (…): 1 if they are equal, 0 if no class is likely in both.

    Source: Bhattacharyya (1943), "On a measure of divergence between two statistical populations".
    """
    return np.asarray(np.sqrt(np.asarray(one, np.float64) * other).sum(axis=-1))


def agreement_limit(overlaps: np.ndarray, share: float = FALSE_ALARMS) -> float:
    """Return the limit that less than this share (0–1) of n held-out overlaps lie below, 0 where n is too small.

    Source: Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", on conformal prediction.
    """
    place = int(share * (len(overlaps) + 1))
    return float(np.sort(overlaps)[place - 1]) if place else 0.0

"""What does each modality add? The one set of numbers about a model, computed from its held-out pairs alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from mmdemo.evaluation.difference import Added, added
from mmdemo.evaluation.held_out import HeldOut, modalities_of
from mmdemo.evaluation.metrics import HeadMetrics, head_metrics
from mmdemo.evaluation.sentences import added_sentence, basis, repeats_warning
from mmdemo.evaluation.statistics import added_statistics, balanced_sentence, protocol, unrepeated_sentence
from mmdemo.evaluation.unrepeated import HeadUnrepeated, Unrepeated, unrepeated

Kept = TypeVar("Kept")
_UNEVEN = 1.5  # how many times larger the largest class is than the smallest where balanced accuracy is said


@dataclass(frozen=True)
class Evaluation:
    """All heads on the same n held-out pairs, each held out once.

    groups: how many groups of pairs that belong together. folds: how many models answered them, each a part.
    classes: label → how many of the pairs. heads: head → its metrics.
    adds: modality → what it adds to the others; empty where there is only one.
    unrepeated: the same without pairs of which something stands in training too, None where there are none.
    """

    n: int
    groups: int
    folds: int
    classes: Mapping[str, int]
    heads: Mapping[str, HeadMetrics]
    adds: Mapping[str, Added]
    unrepeated: Unrepeated | None

    @property
    def modalities(self) -> tuple[str, ...]:
        """The names of the modalities that the heads read."""
        return modalities_of(self.heads)

    @property
    def gain(self) -> Added | None:
        """What fusion adds to the best of the models that lack a modality; None where there is only one modality."""
        return min(self.adds.values(), key=lambda one: one.accuracy, default=None)

    @property
    def uneven(self) -> bool:
        """Whether some class is much larger than another, so that the balanced accuracy tells more."""
        return max(self.classes.values()) > _UNEVEN * min(self.classes.values())

    @property
    def basis(self) -> str:
        """On what the results rest, such as "719 pairs the model had not seen"."""
        return basis(self.n)

    @property
    def protocol(self) -> str:
        """How these pairs were held out, such as "719 pairs, each held out once (5 folds)"."""
        return protocol(self.n, self.folds)

    def accuracies(self) -> dict[str, tuple[float, tuple[float, float]]]:
        """Return head → its accuracy and the 95 % interval of that."""
        return {head: (found.accuracy, found.ci95) for head, found in self.heads.items()}

    def sentences(self) -> tuple[str, ...]:
        """Return one plain sentence a modality: whether it helped, by how much, and how certain that is."""
        if not self.adds:
            return ("One modality only: there is nothing to compare.",)
        return tuple(added_sentence(one, self.modalities, self.n) for one in self.adds.values())

    def statistics(self) -> tuple[str, ...]:
        """Return the same with interval and test, one line a modality; empty where there is only one."""
        return tuple(added_statistics(one, self.modalities, self.n) for one in self.adds.values())

    def verdict(self) -> str:
        """Return all of `sentences` in one."""
        return " ".join(self.sentences())

    def notes(self) -> tuple[str, ...]:
        """Return what else is worth knowing: the balanced accuracy, and the results without repeated pairs."""
        notes = [balanced_sentence(self.heads)] if self.uneven else []
        rest = self.unrepeated
        notes += [unrepeated_sentence(rest, self.modalities)] if rest else []
        return tuple(notes)

    def warning(self) -> str | None:
        """Return in short why the results may be too good; None where they are not."""
        rest = self.unrepeated
        return repeats_warning(rest, self.modalities) if rest and rest.loud else None


def evaluate(tested: HeldOut) -> Evaluation:
    """Return all there is to say about the answers to held-out pairs, at least one."""
    labels, counts = np.unique(tested.labels, return_counts=True)
    return Evaluation(
        n=len(tested.ids),
        groups=len(np.unique(tested.groups)),
        folds=len(np.unique(tested.fold)),
        classes={str(label): int(count) for label, count in zip(labels, counts, strict=True)},
        heads={head: head_metrics(tested, head) for head in tested.heads},
        adds=added(tested),
        unrepeated=unrepeated(tested),
    )


def evaluation_from(saved: Mapping[str, Any]) -> Evaluation:
    """Return an Evaluation from what `dataclasses.asdict`, and JSON, made of one."""
    rest = saved["unrepeated"]
    return Evaluation(
        n=saved["n"],
        groups=saved["groups"],
        folds=saved["folds"],
        classes=dict(saved["classes"]),
        heads=_each(HeadMetrics, saved["heads"]),
        adds=_each(Added, saved["adds"]),
        unrepeated=rest
        and Unrepeated(
            rest["n"], rest["repeated"], heads=_each(HeadUnrepeated, rest["heads"]), adds=_each(Added, rest["adds"])
        ),
    )


def _each(kind: type[Kept], saved: Mapping[str, Mapping[str, Any]]) -> dict[str, Kept]:
    return {
        name: kind(**{key: tuple(value) if isinstance(value, list | tuple) else value for key, value in one.items()})
        for name, one in saved.items()
    }

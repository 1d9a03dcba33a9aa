"""Do the intervals hold what they promise? Complete trainings on drawn data whose truth is known.

`python -m benchmarks.coverage --write-docs` writes the result to docs/intervals.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import click
import numpy as np

from benchmarks.child import ROOT
from benchmarks.drawn import CLASSES, NAMES, SHARED, Design, drawn, numbers_only, values
from benchmarks.report import Table
from mmdemo.evaluation.evaluate import Evaluation, evaluate
from mmdemo.model.config import ModelConfig
from mmdemo.training.train import TrainedModel, train

DOCUMENT = ROOT / "docs" / "intervals.md"
_FRESH = 20_000
DESIGNS = tuple(Design(pairs, groups, signal) for pairs, groups in ((150, 100), (300, 60)) for signal in (0, 0.55, 1.1))
"""What the first modality adds is nothing, a little and much; groups are of one or two pairs, and of five."""
UNEVEN = Design(150, 100, 0, even=False)
"""A model that knows nothing, and classes that are uneven by chance."""


@dataclass(frozen=True)
class Trial:
    """One training: what it says, and the truth.

    found: number's name → (estimate, interval). alone: the same where every pair counts as a group of its own.
    true: number's name → its true value.
    """

    found: Mapping[str, tuple[float, tuple[float, float]]]
    alone: Mapping[str, tuple[float, tuple[float, float]]]
    true: Mapping[str, float]

    def holds(self, what: str, narrower: float = 1.0, alone: bool = False) -> bool:
        """Return whether the interval, made narrower around its middle or without groups, contains the truth."""
        low, high = (self.alone if alone else self.found)[what][1]
        return abs(self.true[what] - (low + high) / 2) <= narrower * (high - low) / 2


def trial(design: Design, seed: int) -> Trial:
    """Train on drawn pairs, and compare what it says with the fold models' mean accuracy on 20,000 fresh pairs."""
    rng = np.random.default_rng([seed, design.pairs, design.groups, int(100 * design.signal)])
    trained = train(drawn(design, rng), ModelConfig(dict.fromkeys(NAMES, "numbers")))
    alone = evaluate(replace(trained.held_out, group=trained.held_out.ids))
    fresh = rng.integers(CLASSES, size=_FRESH)
    true = _truth(trained, fresh, values(rng, fresh, np.arange(_FRESH), design.signal))
    return Trial(_found(trained.evaluation), _found(alone), true)


def _found(evaluation: Evaluation) -> dict[str, tuple[float, tuple[float, float]]]:
    adds = {f"{name} adds": (one.accuracy, one.ci95) for name, one in evaluation.adds.items()}
    return {**evaluation.accuracies(), **adds}


def _truth(trained: TrainedModel, codes: np.ndarray, fresh: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return what the fold models' answers are worth: their mean accuracy on pairs that none of them has seen."""
    right = dict.fromkeys(trained.model.heads, 0.0)
    for model in trained.fold_models.values():
        for name, head in model.heads.items():
            guesses = head.logits({part: fresh[part] for part in head.coef}).argmax(axis=1)
            right[name] += float((guesses == codes).mean()) / len(trained.fold_models)
    adds = {f"{name} adds": right["fused"] - right[other] for name, other in zip(NAMES, NAMES[::-1], strict=True)}
    return {**right, **adds}


def coverage(trials: int, designs: Sequence[Design] = (*DESIGNS, UNEVEN)) -> dict[Design, list[Trial]]:
    """Return design → so many complete trainings."""
    with numbers_only():
        return {design: [trial(design, seed) for seed in range(trials)] for design in designs}


def table(found: Mapping[Design, Sequence[Trial]]) -> Table:
    """Return for every design and number: its true value, its estimate, and how often the interval held the truth."""
    rows = []
    for design, trials in found.items():
        for what in trials[0].found:
            true = np.mean([one.true[what] for one in trials])
            estimate = np.mean([one.found[what][0] for one in trials])
            width = np.mean([high - low for low, high in (one.found[what][1] for one in trials)])
            held, alone = (f"{share([what], trials, alone=way):.1%}" for way in (False, True))
            numbers = (f"{true:.3f}", f"{estimate:.3f}", f"{width:.3f}", held, alone)
            rows.append((design.title, f"{design.signal:g}", what, *(cell.replace("-", "−") for cell in numbers)))
    columns = ("groups", "signal", "number", "true", "estimated", "width", "held the truth", "without groups")
    return Table(columns, rows)


def share(names: Sequence[str], trials: Sequence[Trial], narrower: float = 1.0, alone: bool = False) -> float:
    """Return in which share of the trials and of these numbers the interval held the truth; see `Trial.holds`."""
    return float(np.mean([one.holds(what, narrower, alone) for one in trials for what in names]))


def document(found: Mapping[Design, Sequence[Trial]]) -> str:
    """Return docs/intervals.md."""
    count = len(found[UNEVEN])
    every = [one for design in DESIGNS for one in found[design]]
    adds = [what for what in every[0].found if "adds" in what]
    rest = [what for what in every[0].found if "adds" not in what]
    blind = [one for design in DESIGNS if not design.signal for one in found[design]]
    off = np.mean([one.found[NAMES[0]][0] - one.true[NAMES[0]] for one in found[UNEVEN]])
    return f"""# What the intervals are worth

Every number that Fusion Lab reports has a 95 % interval, all from one method: groups of pairs that belong together are
resampled, and each pair's one held-out answer counts once. A 95 % interval should hold the truth in 95 of 100 cases;
92 to 98 is what was aimed at.

To see whether it does, {len(every):,} complete trainings were made, {count:,} of each of {len(DESIGNS)} designs.
Pairs of {CLASSES} classes and two modalities are drawn at random: 150 in 100 groups of one or two, or 300 in 60 groups
of five; a group shares its label and {SHARED:.0%} of its noise. The signal of the first modality is nothing, weak or
strong. Each training is the usual one: five folds, groups kept together, C and temperature chosen inside. The truth is
the mean accuracy of its five models on {_FRESH:,} fresh pairs.

- What a modality adds: the interval held the truth in **{share(adds, every):.1%}** of {len(adds) * len(every):,} cases.
- A model's accuracy: in **{share(rest, every):.1%}** of {len(rest) * len(every):,} cases.
- Had every pair counted as a group of its own, it would have been {share(adds, every, alone=True):.1%} and
  {share(rest, every, alone=True):.1%}; the last column has them one by one.

They hold the truth least often where a model knows nothing (signal 0, first): in {share(NAMES[:1], blind):.1%}, and in
{share(adds[1:], blind):.1%} for what the other modality adds to it. Any two folds' models share most of their training
pairs, and with them the accidental patterns that they find, so that their answers are more alike than those of
independent models (Bengio and Grandvalet 2004, "No unbiased estimator of the variance of k-fold cross-validation").
Where classes are uneven by chance as well ({count:,} more trainings, the last rows), such a model gives the larger
class as its answer, and that is the larger one in every fold: its accuracy seems {100 * off:.1f} points too high, and
the interval holds the truth in {share(NAMES[:1], found[UNEVEN]):.1%}. So read an accuracy just above chance with care.

By chance alone, a share of 95 % in the table comes out up to {196 * (0.05 * 0.95 / count) ** 0.5:.1f} points away
from it in 19 of 20 cases. `true` and `estimated` are means, `width` is the mean width of the intervals.

{table(found).markdown()}

Made by `python -m benchmarks.coverage --trials {count} --write-docs`.
"""


@click.command()
@click.option("--trials", default=300, show_default=True, help="Trainings of each design.")
@click.option("--write-docs", is_flag=True, help="Write docs/intervals.md.")
def command(trials: int, write_docs: bool) -> None:
    """Count how often the intervals hold the truth."""
    click.echo(text := document(coverage(trials)))
    if write_docs:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    command(prog_name="python -m benchmarks.coverage")

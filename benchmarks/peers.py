"""Fusion Lab beside others who do the same: accuracy, seconds and memory, on the same pairs held out in the same folds.

Nothing large is imported here: see `run_python`.
"""

import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.child import Finished, run_python
from benchmarks.report import Report, Table, Target, interval
from mmdemo.jobs.memory import available_megabytes

_LITERAL_MB = 9_000
_PAIRS = 1_200  # of the homonyms
OURS, LITERAL = "Fusion Lab, default encoders", "the article's model, literally, one split"
_PEERS = {
    "article": "the article's model, exactly, in Gram coordinates",
    "keras": "two-branch Keras network, best of three learning rates",
    "sklearn": "scikit-learn: HOG, colours and TF-IDF, C and weight by grid search",
}
"""Peers that hold out every pair, by their names for `benchmarks.peer`."""


@dataclass(frozen=True)
class Rival:
    """One model on one dataset: what its process took, its accuracy with both modalities, and the interval of that."""

    taken: Finished
    accuracy: float
    ci95: tuple[float, float]

    def cells(self, ours: Finished) -> tuple[str, ...]:
        """Return its cells of the table, with how many times more it took than our training."""
        taken = self.taken
        return (
            interval(self.accuracy, self.ci95),
            _beside(taken.seconds, ours.seconds),
            _beside(taken.cpu_seconds, ours.cpu_seconds),
            _beside(taken.peak_mb, ours.peak_mb),
        )


def measure(quick: bool = False) -> Report:
    """Return all models on the stamps, then on the homonyms, each in a process of its own that starts from nothing.

    quick: leave the homonyms out.
    """
    found = {"stamps": rivals("stamps"), **({} if quick else {"homonyms": rivals("homonyms", _PAIRS)})}
    stamps, homonyms = found["stamps"], found.get("homonyms")
    return Report(
        title="Fusion Lab beside its peers",
        table=Table(
            ("data and model", "accuracy, both", "seconds (× ours)", "processor seconds", "peak, MB"),
            [
                (f"{data}: {name}", *one.cells(some[OURS].taken))
                for data, some in found.items()
                for name, one in some.items()
            ],
        ),
        targets=[*_beside_literal(stamps), *_beside_peers(stamps), *(_near_the_limit(homonyms) if homonyms else [])],
        notes=(
            "Whole processes that start from nothing, one after the other. All but the literal model hold every pair "
            "out once, in the same five folds, and choose on training pairs alone. Fusion Lab's seconds include three "
            "models (image, caption, both) and everything that the app shows about them; a peer's, one model. "
            f"{f'On the {_PAIRS:,} homonyms the best possible is 0.900; simple features come near it. ' * (not quick)}"
            "In brackets the 95 % interval. MB are 10⁶ bytes."
            f"{'' if LITERAL in stamps else f' The literal model was left out: it needs {_LITERAL_MB:,} MB.'}",
        ),
        numbers={data: {name: asdict(one) for name, one in some.items()} for data, some in found.items()},
    )


def rivals(data: str, pairs: int | None = None) -> dict[str, Rival]:
    """Return title → model; pairs: how many are drawn, None for data that has a number of its own."""
    found = {OURS: _ours(data, pairs)}
    if data == "stamps" and available_megabytes() >= _LITERAL_MB:
        found[LITERAL] = _rival(LITERAL, "-m", "benchmarks.article_literal")
    drawn = ("--pairs", str(pairs)) if pairs else ()
    for name, title in _PEERS.items():
        found[title] = _rival(f"{data}: {title}", "-m", "benchmarks.peer", name, "--data", data, *drawn)
    return found


def _ours(data: str, pairs: int | None) -> Rival:
    with tempfile.TemporaryDirectory() as folder:
        drawn = ("--set", f"data.n={pairs}") if pairs else ()
        arguments = ("-m", "mmdemo", "train", "--data", data, *drawn, "--progress", "none", "--json")
        cold = {"MMDEMO_CACHE_DIR": str(Path(folder, "cache"))}
        taken = run_python(*arguments, "--out", str(Path(folder, "model")), **cold)
    return _tell(f"{data}: {OURS}", taken, _last(taken)["heads"]["fused"])


def _rival(title: str, *arguments: str) -> Rival:
    with tempfile.TemporaryDirectory() as folder:
        taken = run_python(*arguments, MMDEMO_CACHE_DIR=folder)
    return _tell(title, taken, _last(taken))


def _last(taken: Finished) -> dict[str, Any]:
    return dict(json.loads(taken.output.splitlines()[-1]))


def _tell(title: str, taken: Finished, found: dict[str, Any]) -> Rival:
    print(f"  {title}: {found['accuracy']:.3f} in {taken.seconds:.0f} s", file=sys.stderr, flush=True)
    return Rival(taken, found["accuracy"], (found["ci95"][0], found["ci95"][1]))


def _beside_literal(found: dict[str, Rival]) -> list[Target]:
    if LITERAL not in found:
        return []
    ours, literal = found[OURS].taken, found[LITERAL].taken
    return [
        Target("The article's model, literally, takes longer:", literal.seconds / ours.seconds, "≥", 12, "×", 1),
        Target("The article's model, literally, is larger:", literal.peak_mb / ours.peak_mb, "≥", 20, "×", 1),
    ]


def _beside_peers(found: dict[str, Rival]) -> list[Target]:
    ours, others = found[OURS], {name: one for name, one in found.items() if name != OURS}
    apart = {name: ours.ci95[0] - one.ci95[1] for name, one in others.items()}
    keras = found[_PEERS["keras"]].taken
    return [
        *(Target(f"Stamps: our interval lies above that of {name}, by:", gap, ">", 0) for name, gap in apart.items()),
        Target("Stamps: the Keras network takes longer:", keras.seconds / ours.taken.seconds, ">", 1, "×", 1),
    ]


def _near_the_limit(found: dict[str, Rival]) -> list[Target]:
    best = max(one.accuracy for name, one in found.items() if name != OURS)
    return [Target("Homonyms: more accurate than the best peer, by:", found[OURS].accuracy - best, ">", 0)]


def _beside(number: float, ours: float) -> str:
    return f"{number:,.0f} ({number / ours:.1f}×)"

"""How long a training takes and how much memory, beside the article's model trained literally.

Nothing large is imported here: see `run_python`.
"""

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.child import Finished, run_python
from benchmarks.report import Report, Table, Target
from mmdemo.jobs.memory import available_megabytes

_RUNS = 3
_LITERAL_MB = 9_000
_ARTICLE_CNN = ("--image-encoder", "article_cnn", "--set", "image.size=224")


def measure() -> Report:
    """Return the times and peaks of the default training, of article_cnn at 224 px, and of the article's model."""
    with tempfile.TemporaryDirectory() as folder:
        cold = [_train(folder, f"cold{number}") for number in range(_RUNS)]
        cached = [_train(folder, "cold0") for _ in range(_RUNS)]
        article_cnn = _train(folder, "cold0", *_ARTICLE_CNN)
        literal = _literal(Path(folder, "cold0"))
    runs = {"cold": cold, "cached": cached, "article_cnn": [article_cnn], "literal": [literal] if literal else []}
    return Report(
        title="Time and memory of a training on the stamps",
        table=Table(("training", "seconds", "processor seconds", "peak, MB", "self-reported, MB"), _rows(runs)),
        targets=_targets(runs),
        notes=(_notes(literal),),
        numbers={name: [asdict(run) for run in finished] for name, finished in runs.items()},
    )


def _train(folder: str, cache: str, *options: str) -> Finished:
    """Train as in a terminal; the folder of that name holds what can be kept for the next time."""
    _tell(f"{' '.join(options) or 'default encoders'}, cache {cache}")
    arguments = ("-m", "mmdemo", "train", "--data", "stamps", *options, "--progress", "none", "--json")
    return run_python(*arguments, "--out", f"{folder}/model", MMDEMO_CACHE_DIR=f"{folder}/{cache}")


def _literal(cache: Path) -> Finished | None:
    if available_megabytes() < _LITERAL_MB:
        _tell(f"the article's model is left out: it needs {_LITERAL_MB:,} MB of free memory")
        return None
    _tell("the article's model, literally (about two minutes)")
    return run_python("-m", "benchmarks.article_literal", MMDEMO_CACHE_DIR=str(cache))


def _tell(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


_TITLES = {
    "cold": "default encoders, for the first time",
    "cached": "default encoders, images seen before",
    "article_cnn": "article_cnn at 224 px, in Gram coordinates",
    "literal": "the article's model, literally",
}


def _rows(runs: dict[str, list[Finished]]) -> list[tuple[str, ...]]:
    return [
        (
            _TITLES[name],
            f"{_seconds(finished):.1f}",
            f"{median(run.cpu_seconds for run in finished):.1f}",
            f"{_peak(finished):.0f}",
            "–" if name == "literal" else f"{_own_peak(finished):.0f}",
        )
        for name, finished in runs.items()
        if finished
    ]


def _seconds(finished: list[Finished]) -> float:
    return median(run.seconds for run in finished)


def _peak(finished: list[Finished]) -> float:
    return median(run.peak_mb for run in finished)


def _own_peak(finished: list[Finished]) -> float:
    return float(median(json.loads(run.output.splitlines()[-1])["peak_mb"] for run in finished))


def _targets(runs: dict[str, list[Finished]]) -> list[Target]:
    cold, cached, article_cnn = runs["cold"], runs["cached"], runs["article_cnn"]
    targets = [
        Target("Default training in five folds, cold:", _seconds(cold), "≤", 22, "s", 1),
        Target("Default training in five folds, images cached:", _seconds(cached), "≤", 14, "s", 1),
        Target("Default training, peak:", max(_peak(cold), _peak(cached)), "≤", 450, "MB", 0),
        Target("article_cnn at 224 px in five folds:", _seconds(article_cnn), "≤", 60, "s", 1),
        Target("article_cnn at 224 px, peak:", _peak(article_cnn), "≤", 1500, "MB", 0),
    ]
    if literal := runs["literal"]:
        targets += [
            Target("The article's model, one split, takes longer:", _seconds(literal) / _seconds(cold), "≥", 5, "×", 1),
            Target("The article's model is larger:", _peak(literal) / _peak(cold), "≥", 10, "×", 1),
        ]
    return targets


def _notes(literal: Finished | None) -> str:
    text = (
        f"Whole processes, from their start to their end, in five folds; median of {_RUNS} where encoders are the "
        "default, once otherwise. MB are 10⁶ bytes."
    )
    if literal is None:
        return f"{text} The article's model was left out: it needs {_LITERAL_MB:,} MB of free memory."
    right = json.loads(literal.output)["accuracy"]
    return f"{text} The article's model answers {right:.0%} of the held-out pairs right."

"""How long a training takes and how much memory, beside the default training of an earlier version.

Nothing large is imported here: see `run_python`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.child import ROOT, Finished, run_python
from benchmarks.report import Report, Table, Target

EARLIER = "d08cc8d"
"""The last version that held out one fifth of the pairs, once."""
_RUNS = 3
_ARTICLE_CNN = ("--image-encoder", "article_cnn", "--set", "image.size=224")
_BESIDE = {"cold": 1.4, "cached": 1.3}  # times the processor seconds of the earlier version, at most
_TITLES = {
    "cold": "default encoders, for the first time",
    "cached": "default encoders, images seen before",
    "earlier cold": f"version {EARLIER}, one split, for the first time",
    "earlier cached": f"version {EARLIER}, one split, images seen before",
    "article_cnn": "article_cnn at 224 px, in Gram coordinates",
}
Runs = dict[str, list[Finished]]


def measure() -> Report:
    """Return the times and peaks of the default training, now and earlier, and of article_cnn at 224 px."""
    runs: Runs = {name: [] for name in _TITLES}
    with tempfile.TemporaryDirectory() as folder, earlier_version() as earlier:
        for number in range(_RUNS):  # in turn, so that other work on the machine burdens both
            for version, root in (("", ROOT), *([("earlier ", earlier)] if earlier else [])):
                cache = Path(folder, f"{version}{number}")
                runs[f"{version}cold"].append(_train(root, cache))
                runs[f"{version}cached"].append(_train(root, cache))
        runs["article_cnn"].append(_train(ROOT, Path(folder, "0"), *_ARTICLE_CNN))
    return Report(
        title="Time and memory of a training on the stamps",
        table=Table(("training", "seconds", "processor seconds", "peak, MB", "self-reported, MB"), _rows(runs)),
        targets=_targets(runs),
        notes=(
            "Whole processes, from their start to their end; the present version holds every pair out once, in five "
            f"folds. Median of {_RUNS} where encoders are the default, once otherwise. MB are 10⁶ bytes.",
            *([] if runs["earlier cold"] else [f"Version {EARLIER} is not to be had here."]),
        ),
        numbers={name: [asdict(run) for run in finished] for name, finished in runs.items()},
    )


@contextmanager
def earlier_version() -> Iterator[Path | None]:
    """Yield a folder with the earlier version, None where its commit is not at hand."""
    with tempfile.TemporaryDirectory() as folder:
        archive, root = Path(folder, "earlier.tar"), Path(folder, "earlier")
        root.mkdir()
        git = ["git", "archive", "--output", str(archive), EARLIER]
        there = subprocess.run(git, cwd=ROOT, stderr=subprocess.DEVNULL).returncode == 0
        if there:
            subprocess.run(["tar", "-xf", str(archive), "-C", str(root)], check=True)
        yield root if there else None


def _train(root: Path, cache: Path, *options: str) -> Finished:
    """Train as in a terminal; the cache holds what can be kept for the next time."""
    print(f"  {' '.join(options) or 'default encoders'}, cache {cache.name}", file=sys.stderr, flush=True)
    arguments = ("-m", "mmdemo", "train", "--data", "stamps", *options, "--progress", "none", "--json")
    return run_python(*arguments, "--out", f"{cache}-model", folder=root, MMDEMO_CACHE_DIR=str(cache))


def _rows(runs: Runs) -> list[tuple[str, ...]]:
    return [
        (
            _TITLES[name],
            f"{_median('seconds', finished):.1f}",
            f"{_median('cpu_seconds', finished):.1f}",
            f"{_median('peak_mb', finished):.0f}",
            f"{median(json.loads(run.output.splitlines()[-1])['peak_mb'] for run in finished):.0f}",
        )
        for name, finished in runs.items()
        if finished
    ]


def _median(what: str, finished: list[Finished]) -> float:
    return float(median(getattr(run, what) for run in finished))


def _targets(runs: Runs) -> list[Target]:
    most = max(_median("peak_mb", runs[name]) for name in ("cold", "cached"))
    article_cnn = runs["article_cnn"]
    return [
        *(_beside_earlier(runs, name, times) for name, times in _BESIDE.items() if runs[f"earlier {name}"]),
        Target("Default training, peak:", most, "≤", 480, "MB", 0),
        Target("article_cnn at 224 px in five folds:", _median("seconds", article_cnn), "≤", 60, "s", 1),
        Target("article_cnn at 224 px, peak:", _median("peak_mb", article_cnn), "≤", 1500, "MB", 0),
    ]


def _beside_earlier(runs: Runs, name: str, times: float) -> Target:
    ratio = _median("cpu_seconds", runs[name]) / _median("cpu_seconds", runs[f"earlier {name}"])
    return Target(f"Processor seconds, {name}, beside version {EARLIER} with one split:", ratio, "≤", times, "×", 2)

"""What a training on Spark takes as its pairs grow, and what a second core saves.

`make bench-spark`, or `python -m benchmarks.spark 500 1000 2000 --encoded 500 --repeats 1` for a short one.
`--write-docs` writes its tables to docs/scale.md. Nothing large is imported here: see `run_python`.
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import click

from benchmarks.child import ROOT, run_python
from benchmarks.readme import replace_blocks
from benchmarks.report import Table, Target

DOCUMENT, NAME = ROOT / "docs" / "scale.md", "spark"
PAIRS = (12_500, 25_000, 50_000)
_MANY, _CORES, _MORE_CORES = 10_000_000, 2, 64
_MOST_MB, _MOST_GROWTH, _LEAST_GAIN = 1_200, 1.2, 1.7


@dataclass(frozen=True)
class Trained:
    """A training from start to end.

    seconds: of the whole process. stages: stage → seconds of it, in order. python, java: peaks of the driver's two
    processes, in MB, as the training tells them; both: of the two at once. On a local master, Java is executors, too.
    """

    seconds: float
    stages: Mapping[str, float]
    python: float
    java: float
    both: float


def write(pairs: int, folder: Path, conf: Sequence[str] = ()) -> Path:
    """Return a folder of Parquet with so many drawn pairs, written unless it is there."""
    path = folder / f"pairs-{pairs}"
    if not (path / "_SUCCESS").exists():
        options = ("--engine", "spark", "--master", f"local[{_CORES}]", *_settings(conf), "--out", str(path))
        taken = run_python("-m", "mmdemo", "data", "homonyms", "--set", f"data.n={pairs}", *options)
        _tell(f"{pairs:,} pairs drawn and written: {taken.seconds:.0f} s, {pairs / taken.seconds:.0f} pairs a second")
    return path


def train(data: Path, cores: int, conf: Sequence[str] = ()) -> Trained:
    """Train on one fifth held out, C given, and watch the driver: its Python and its virtual machine."""
    spark = ("--engine", "spark", "--master", f"local[{cores}]", *_settings(conf))
    with tempfile.TemporaryDirectory() as folder:
        options = ("--data", str(data), "--C", "30", "--folds", "1", "--out", f"{folder}/model")
        taken = run_python("-m", "mmdemo", "train", *options, *spark, "--progress", "none", "--json")
    told = json.loads(taken.output)
    stages = {name: took for name, took in told["seconds"].items() if name != "total"}
    found = Trained(taken.seconds, stages, *(told["driver_mb"][name] for name in ("python", "java", "both")))
    memory = f"Python {found.python:.0f} MB, Java {found.java:.0f} MB, both at once {found.both:.0f} MB"
    _tell(f"{data.name} on {cores} cores: {found.seconds:.0f} s, {memory}, {stages}")
    return found


def encoding(data: Path, repeats: int) -> dict[int, list[float]]:
    """Return cores → seconds of encoding a table, on one core and on two that take turns."""
    found: dict[int, list[float]] = {1: [], _CORES: []}
    for turn in range(repeats):
        for cores in sorted(found, reverse=turn % 2 == 1):
            taken = run_python("-m", "benchmarks.spark_encode", str(data), str(cores))
            found[cores].append(json.loads(taken.output)["seconds"])
            _tell(f"{data.name} encoded on {cores}: {found[cores][-1]:.1f} s")
    return found


def added(by_pairs: Mapping[int, Trained]) -> list[float]:
    """Return the seconds of each pair that is added between one size and the next."""
    return [(more.seconds - one.seconds) / (b - a) for (a, one), (b, more) in pairwise(sorted(by_pairs.items()))]


def of_many(by_pairs: Mapping[int, Trained], pairs: int, cores: int) -> float:
    """Return the hours that many pairs would take: what grew between the two largest sizes is shared by the cores."""
    last, slope = max(by_pairs), added(by_pairs)[-1]
    fixed = max(0.0, by_pairs[last].seconds - slope * last)
    return (fixed + slope * pairs * _CORES / cores) / 3600


def stages_table(by_pairs: Mapping[int, Trained]) -> Table:
    """Return seconds, and pairs a second, of each stage."""
    from mmdemo.spark.progress import STAGES  # NumPy comes with it: after the children have run

    sizes = sorted(by_pairs)
    names = list(dict.fromkeys(name for one in by_pairs.values() for name in one.stages))
    rows = [
        (STAGES[name].lower(), *(_rate(size, by_pairs[size].stages.get(name, 0.0)) for size in sizes)) for name in names
    ]
    whole = ("the whole process", *(_rate(size, by_pairs[size].seconds) for size in sizes))
    return Table(("stage: seconds (pairs a second)", *(f"{size:,} pairs" for size in sizes)), [*rows, whole])


def driver_table(by_pairs: Mapping[int, Trained]) -> Table:
    """Return the driver's peaks, and what each added pair took."""
    slopes = [float("nan"), *added(by_pairs)]
    rows = [
        (f"{size:,}", *(f"{mb:.0f}" for mb in (one.python, one.java, one.both)), _milliseconds(slope))
        for (size, one), slope in zip(sorted(by_pairs.items()), slopes, strict=True)
    ]
    return Table(("pairs", "Python, MB", "Java, MB", "both at once, MB", "an added pair, ms"), rows)


def targets(by_pairs: Mapping[int, Trained], encoded: Mapping[int, Sequence[float]]) -> list[Target]:
    """Return what must hold, of what was measured."""
    most = max(one.both for one in by_pairs.values())
    found = [Target("Driver's peak, Python and Java at once:", most, "≤", _MOST_MB, "MB", 0)]
    if len(slopes := added(by_pairs)) > 1:
        growth = slopes[-1] / slopes[-2]
        found.append(Target("An added pair, beside one added before:", growth, "≤", _MOST_GROWTH, "×", 2))
    gain = median(encoded[1]) / median(encoded[_CORES])
    return [*found, Target(f"Encoding on {_CORES} cores, beside one:", gain, "≥", _LEAST_GAIN, "×", 2)]


def block(by_pairs: Mapping[int, Trained], encoded: Mapping[int, Sequence[float]], pairs: int) -> str:
    """Return the tables, what many pairs would take, and which targets are met; encoded: of so many pairs."""
    said = [
        f"- Encoding on local[{cores}]: {pairs / median(seconds):,.1f} pairs a second, the median of {len(seconds)}"
        for cores, seconds in encoded.items()
    ]
    grows = len(by_pairs) > 1 and added(by_pairs)[-1] > 0  # sizes too small to differ say nothing of many
    for cores in (_CORES, _MORE_CORES) if grows else ():
        hours = of_many(by_pairs, _MANY, cores)
        said.append(f"- {_MANY:,} pairs on {cores} cores, by these figures: {hours:,.1f} hours")
    said += [target.line() for target in targets(by_pairs, encoded)]
    made = (
        f"Homonyms, one fifth held out, C given, default encoders, local[{_CORES}], whole processes; MB are 10⁶ bytes. "
        "Made by `python -m benchmarks.spark --write-docs`."
    )
    return "\n\n".join([stages_table(by_pairs).markdown(), driver_table(by_pairs).markdown(), "\n".join(said), made])


def _rate(pairs: int, seconds: float) -> str:
    return f"{seconds:.1f} ({pairs / seconds:,.0f})" if seconds > 0 else "–"


def _milliseconds(seconds: float) -> str:
    return "–" if seconds != seconds else f"{1000 * seconds:.1f}"


def _settings(conf: Sequence[str]) -> list[str]:
    return [word for setting in conf for word in ("--conf", setting)]


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


@click.command()
@click.argument("sizes", nargs=-1, type=click.IntRange(40), metavar="[PAIRS]...")
@click.option("--encoded", default=2_500, show_default=True, help="Pairs for comparing one core with two.")
@click.option("--repeats", default=3, show_default=True, help="Turns of one core and two.")
@click.option("--conf", multiple=True, metavar="KEY=VALUE", help="A setting of Spark; repeatable.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the drawn pairs here, and find them again.")
@click.option("--write-docs", is_flag=True, help="Write the tables to docs/scale.md.")
def command(
    sizes: tuple[int, ...], encoded: int, repeats: int, conf: tuple[str, ...], folder: Path | None, write_docs: bool
) -> None:
    """Measure trainings on Spark of so many pairs each, print the tables, and say which targets are met."""
    with tempfile.TemporaryDirectory(prefix="fusion-lab-spark-") as made:
        kept = folder or Path(made)
        by_cores = encoding(write(encoded, kept, conf), repeats)
        by_pairs = {size: train(write(size, kept, conf), _CORES, conf) for size in sorted(sizes or PAIRS)}
    found = block(by_pairs, by_cores, encoded)
    click.echo(found)
    if write_docs:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(replace_blocks(text, {NAME: found}), encoding="utf-8")


if __name__ == "__main__":
    command(prog_name="python -m benchmarks.spark")

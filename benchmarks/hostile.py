"""How long an answer takes while images that mean harm are decoded in the child process."""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from statistics import median
from threading import Event, Thread

import psutil

from benchmarks.report import Report, Table, Target
from mmdemo import load_model
from mmdemo.datasets.examples import example_pairs
from mmdemo.errors import ImageError
from mmdemo.explanation.explain import explain
from mmdemo.model.model import Model
from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.sandbox.sandbox import Sandbox
from tests.hostile_images import HOSTILE

_ANSWERS = 80
_PAUSE = 0.1  # seconds between two answers, as a person would pause
_DEAREST = ("png of transparency", "jpeg of empty refinements", "bmp of 4-bit runs", "png of 16 bits")


def measure() -> Report:
    """Return the times of answers alone, and beside a child that decodes hostile images without a pause."""
    answer, sandbox = answers(load_model().model), Sandbox()
    files = [HOSTILE[name]() for name in _DEAREST]
    for _ in range(5):  # warm up
        answer()
    _decode(sandbox, files[0])
    idle, alone = _child_megabytes(), [timed(answer) for _ in range(_ANSWERS)]
    enough, done = Event(), []
    decoding = Thread(target=_decode_on, args=(sandbox, files, enough, done))
    decoding.start()
    beside = [timed(answer) for _ in range(_ANSWERS)]
    enough.set()
    decoding.join()
    sandbox.close()
    return _report(alone, beside, len(done), idle)


def _report(alone: list[float], beside: list[float], decoded: int, idle: float) -> Report:
    ratio = median(beside) / median(alone)
    return Report(
        title="Time of an answer while hostile images are decoded",
        table=Table(
            ("answer", "alone, median, ms", "beside the decoding, median, ms", "ratio"),
            [("decision and explanation", f"{median(alone):.1f}", f"{median(beside):.1f}", f"{ratio:.2f}×")],
        ),
        targets=[
            Target("Time of an answer beside the decoding:", ratio, "≤", 1.3, "×", 2),
            Target("Memory of the child when idle (PSS):", idle, "≤", 45, "MB", 0),
        ],
        notes=(f"One process answers, and its child decodes the dearest files of the tests, {decoded} of them.",),
        numbers={"alone": alone, "beside": beside, "decoded": decoded, "idle_mb": idle},
    )


def answers(model: Model) -> Callable[[], None]:
    """Return a function that answers and explains the next of the example pairs."""
    pairs = cycle(example_pairs())

    def answer() -> None:
        pair = next(pairs)
        evidence = model.examine({"image": pair.image, "text": pair.caption})
        explain(model, evidence, model.answer(evidence))

    return answer


def timed(answer: Callable[[], None]) -> float:
    """Return the milliseconds of an answer, and pause after it as a person would."""
    started = time.perf_counter()
    answer()
    milliseconds = (time.perf_counter() - started) * 1000
    time.sleep(_PAUSE)
    return milliseconds


def _decode_on(sandbox: Sandbox, files: list[bytes], enough: Event, done: list[bytes]) -> None:
    for data in cycle(files):
        if enough.is_set():
            return
        _decode(sandbox, data)
        done.append(data)


def _decode(sandbox: Sandbox, data: bytes) -> None:
    with suppress(ImageError):  # refused, which is an answer too
        decode_foreign(sandbox, data)


def _child_megabytes() -> float:
    (child,) = psutil.Process().children()
    return float(child.memory_full_info().pss) / 1e6

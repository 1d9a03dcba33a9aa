"""How long an answer takes while three visitors train, compared with when nobody does."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Page

from benchmarks.report import Report, Table, Target
from benchmarks.visitor import act, open_browser, open_tab, visit
from mmdemo import load_model
from mmdemo.datasets.examples import example_pairs
from mmdemo.explanation.explain import explain
from mmdemo.jobs.job import Job
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.snapshot import State
from mmdemo.model.model import Model
from tests.server import serve

_VISITORS = 3
_IDLE = 40  # answers
_PAUSE = 0.1  # seconds between two answers, as a person would pause


@dataclass(frozen=True)
class Times:
    """Milliseconds of every answer, when nobody trains and while all visitors do."""

    idle: list[float]
    loaded: list[float]

    @property
    def ratio(self) -> float:
        """How much longer an answer takes under load, by the medians."""
        return median(self.loaded) / median(self.idle)


def measure() -> Report:
    """Return the times of answers in a process that runs the queue, and those that a visitor sees in the browser."""
    with tempfile.TemporaryDirectory() as folder:
        queue = JobQueue(Path(folder))
        seeds = count(42)
        model = load_model().model
        server = _times(queue, seeds, answers(model))
        with serve() as running, open_browser() as browser, open_tab(browser) as page:
            visit(page, f"{running.url}/classify")
            seen = _times(queue, seeds, _edits(page))
        queue.close()
    rows = [("decision and explanation, in process", server), ("from a keystroke to the page at rest", seen)]
    return Report(
        title=f"Time of an answer while {_VISITORS} visitors train",
        table=Table(
            ("answer", "nobody trains, median, ms", f"{_VISITORS} train, median, ms", "95th percentile, ms", "ratio"),
            [(name, *_cells(times)) for name, times in rows],
        ),
        targets=[Target("Server time of an answer under load, median:", server.ratio, "≤", 3, "×", 2)],
        notes=(
            f"{_VISITORS} visitors start the default training of the stamps at once; the queue runs one after the "
            "other, at low priority. In the browser's row the browser works on the same processors.",
        ),
        numbers={name: {"idle": times.idle, "loaded": times.loaded} for name, times in rows},
    )


def _times(queue: JobQueue, seeds: "count[int]", answer: Callable[[], None]) -> Times:
    for _ in range(5):  # warm up
        answer()
    idle = [timed(answer) for _ in range(_IDLE)]
    jobs = [_submit(queue, visitor, next(seeds)) for visitor in range(_VISITORS)]
    loaded = []
    while any(job.snapshot().live for job in jobs):
        loaded.append(timed(answer))
    for job in jobs:
        _check(job)
    return Times(idle, loaded)


def timed(answer: Callable[[], None]) -> float:
    """Return the milliseconds of an answer, and pause after it as a person would."""
    started = time.perf_counter()
    answer()
    milliseconds = (time.perf_counter() - started) * 1000
    time.sleep(_PAUSE)
    return milliseconds


def _submit(queue: JobQueue, visitor: int, seed: int) -> Job:
    return queue.submit(["train", "--data", "stamps", "--seed", str(seed)], visitor=f"visitor {visitor}")


def _check(job: Job) -> None:
    ended = job.snapshot()
    if ended.state is not State.DONE:
        raise RuntimeError(f"A training {ended.state}: {ended.error}")


def answers(model: Model) -> Callable[[], None]:
    """Return a function that answers and explains the next of the example pairs."""
    pairs = cycle(example_pairs())

    def answer() -> None:
        pair = next(pairs)
        evidence = model.examine({"image": pair.image, "text": pair.caption})
        explain(model, evidence, model.answer(evidence))

    return answer


def _edits(page: Page) -> Callable[[], None]:
    caption = page.locator(".st-key-caption").get_by_role("textbox")
    captions = cycle(("a red car", "a bird on a branch", "an apple", "a warm coat"))
    return lambda: act(page, lambda: caption.fill(next(captions)))


def _cells(times: Times) -> tuple[str, ...]:
    late = float(np.percentile(times.loaded, 95))
    return f"{median(times.idle):.1f}", f"{median(times.loaded):.1f}", f"{late:.1f}", f"{times.ratio:.2f}×"

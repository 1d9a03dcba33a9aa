"""How long one answer with its explanation takes, and whether its parts add up."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import numpy as np

from benchmarks.report import Report, Table, Target
from mmdemo import load_model
from mmdemo.datasets.stamps import stamps
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.model.model import Model

_PAIRS = 100
_WARM_UP = 10
_TOLERANCE = 1e-4


def measure() -> Report:
    """Return the milliseconds of each step and of all, for the shipped model on a hundred stamps read from disk."""
    model, frame = load_model().model, stamps().frame
    pairs = frame.iloc[:: len(frame) // _PAIRS][["image", "text"]].head(_PAIRS).to_dict("records")
    for pair in pairs[:_WARM_UP]:
        answer(model, pair)
    times, errors = zip(*(answer(model, pair) for pair in pairs), strict=True)
    steps = {name: [taken[name] for taken in times] for name in times[0]}
    steps["all"] = [sum(taken.values()) for taken in times]
    return Report(
        title="Time of one answer, in process",
        table=Table(
            ("step", "median, ms", "95th percentile, ms"),
            [(name, f"{median(taken):.1f}", f"{np.percentile(taken, 95):.1f}") for name, taken in steps.items()],
        ),
        targets=[
            Target("Decode, features, probabilities and explanation, median:", median(steps["all"]), "≤", 20, "ms", 1),
            Target("Parts add up to the logit, worst difference × 10⁴:", max(errors) / _TOLERANCE, "≤", 1, "", 4),
        ],
        notes=(f"The shipped model on {len(pairs)} stamps read from disk, one after the other, after a warm-up.",),
        numbers={"milliseconds": steps, "worst_difference": max(errors)},
    )


def answer(model: Model, pair: Mapping[Any, str]) -> tuple[dict[str, float], float]:
    """Return the milliseconds of each step of one answer, and how far its parts are from adding up."""
    times: dict[str, float] = {}

    def timed(step: str, function: Callable[..., Any], *arguments: Any) -> Any:
        started = time.perf_counter()
        result = function(*arguments)
        times[step] = (time.perf_counter() - started) * 1000
        return result

    evidence = timed("decode and features", model.examine, pair)
    prediction = timed("probabilities", model.answer, evidence)
    explained = timed("explanation", explain, model, evidence, prediction)
    return times, worst_difference(explained)


def worst_difference(explained: Explanation) -> float:
    """Return how far, over all classes, the cells, the border, the words and the intercept are from the logit."""
    parts = explained.intercept + explained.border + explained.word_parts.sum(axis=1)
    if explained.cells is not None:
        parts = parts + explained.cells.sum(axis=(1, 2))
    return float(np.abs(parts - explained.logits).max())

"""How long one answer with its explanation takes, whether its parts add up, and what a keystroke costs."""

import io
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import cv2
import numpy as np
from PIL import Image

from benchmarks.report import Report, Table, Target
from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.nearest import nearest
from mmdemo.datasets.examples import example_pairs
from mmdemo.datasets.stamps import stamps
from mmdemo.explanation.explain import Explanation, explain
from mmdemo.model.model import Model
from mmdemo.storage.shipped import shipped_models
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities import chosen_image

_PAIRS = 100
_WARM_UP = 10
_TOLERANCE = 1e-4
_TYPED = "a jaguar that sleeps in the shade of an old tree by the road"


def measure() -> Report:
    """Return the milliseconds of each step and of all, for the shipped model on a hundred stamps read from disk."""
    bundle, frame = load(shipped_models() / "everyday"), stamps().frame
    model = bundle.model
    pairs = frame.iloc[:: len(frame) // _PAIRS][["image", "text"]].head(_PAIRS).to_dict("records")
    for pair in pairs[:_WARM_UP]:
        answer(model, pair)
    times, errors = zip(*(answer(model, pair) for pair in pairs), strict=True)
    steps = {name: [taken[name] for taken in times] for name in times[0]}
    steps["all"] = [sum(taken.values()) for taken in times]
    typed = keystrokes(bundle, photo())
    return Report(
        title="Time of one answer, in process",
        table=Table(
            ("step", "median, ms", "95th percentile, ms"),
            [
                (name, f"{median(taken):.1f}", f"{np.percentile(taken, 95):.1f}")
                for name, taken in {**steps, "CPU of a keystroke beside a 12-megapixel upload": typed}.items()
            ],
        ),
        targets=[
            Target("Decode, features, probabilities and explanation, median:", median(steps["all"]), "≤", 20, "ms", 1),
            Target("Parts add up to the logit, worst difference × 10⁴:", max(errors) / _TOLERANCE, "≤", 1, "", 4),
            Target(
                "CPU of the model's work at a keystroke beside a 12-megapixel upload:", median(typed), "≤", 20, "ms", 1
            ),
        ],
        notes=(
            f"The shipped model on {len(pairs)} stamps read from disk, one after the other, after a warm-up.",
            "A keystroke: what Classify computes for one more letter (examine, answer, explain, nearest).",
        ),
        numbers={"milliseconds": steps, "keystroke_cpu": typed, "worst_difference": max(errors)},
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


def photo() -> bytes:
    """Return a JPEG of 4,000 × 3,000 px as a camera makes it, with some noise: 3 MB."""
    drawn = cv2.resize(example_pairs()[0].image, (4000, 3000), interpolation=cv2.INTER_CUBIC).astype(int)
    noise = np.random.default_rng(0).integers(-12, 13, drawn.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(drawn + noise, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


def keystrokes(bundle: Bundle, content: bytes) -> list[float]:
    """Return the milliseconds of CPU, of all threads, that each letter of a caption costs once a file is uploaded."""
    upload, taken = chosen_image.of_upload(content, "photo.jpg"), []
    chosen_image.shown(upload)
    examine(bundle, {"image": upload})
    for end in range(1, len(_TYPED) + 1):
        started = time.process_time()
        evidence = examine(bundle, {"image": upload, "text": _TYPED[:end]})
        explain(bundle.model, evidence, bundle.model.answer(evidence))
        nearest(bundle, evidence)
        taken.append((time.process_time() - started) * 1000)
    return taken


def worst_difference(explained: Explanation) -> float:
    """Return how far, over all classes, the cells, the border, the words and the intercept are from the logit."""
    values = [part.values.sum(axis=1) if part.units else part.total for part in explained.parts.values()]
    parts = explained.intercept + sum(values)
    return float(np.abs(parts - explained.logits).max())

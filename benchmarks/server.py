"""How much memory the app's server takes, alone and beside a training."""

import tempfile
import time
from dataclasses import asdict
from functools import partial

from playwright.sync_api import Page

from benchmarks.child import start_python
from benchmarks.memory import Memory, libraries_of, memory_of
from benchmarks.report import Report, Table, Target
from benchmarks.visitor import act, follow, open_browser, open_tab, visit
from mmdemo.datasets.examples import example_pairs
from mmdemo.jobs.process import environment
from tests.server import serve

_CAPTIONS = ("a photo of a bird", "an old truck on the road", "eine rote Blume", "水果")
_EVERY = 0.02  # seconds between two looks at the memory


def measure() -> Report:
    """Return the server's memory after each step of a visit, and together with a training process."""
    with serve() as server, open_browser() as browser, open_tab(browser) as page:
        steps = {"started": memory_of(server.pid)}
        visit(page, server.url)
        steps["after the Overview"] = memory_of(server.pid)
        follow(page, "Classify")
        count = classify_often(page)
        answered = f"after {count} classifications"
        steps[answered] = memory_of(server.pid)
        steps["with a default training, at most"] = most_while_training(server.pid)
        foreign = sorted(libraries_of(server.pid, "tensorflow"))
    measured = steps[answered].measure
    return Report(
        title="Memory of the app's server",
        table=Table(
            ("moment", "PSS, MB", "RSS, MB"), [(name, f"{at.pss:.0f}", f"{at.rss:.0f}") for name, at in steps.items()]
        ),
        targets=[
            Target(f"Server {answered}, {measured}:", steps[answered].used, "≤", 420, "MB", 0),
            Target(f"Server and one default training, {measured}:", list(steps.values())[-1].used, "≤", 670, "MB", 0),
            Target("Files of TensorFlow that the server has loaded:", len(foreign), "≤", 0, "", 0),
        ],
        notes=(
            "A fresh server, visited by one browser; the training is `mmdemo train --data stamps` in a process of its "
            "own, with nothing cached. PSS divides shared pages among those who share them. MB are 10⁶ bytes.",
        ),
        numbers={"steps": {name: asdict(at) for name, at in steps.items()}, "tensorflow": foreign},
    )


def classify_often(page: Page) -> int:
    """Choose every example pair and type some captions; return how many answers that makes."""
    names = [pair.name for pair in example_pairs()]
    for name in names:
        act(page, page.locator(f".st-key-example_{name} button").click)
    caption = page.locator(".st-key-caption").get_by_role("textbox")
    for text in _CAPTIONS:
        act(page, partial(caption.fill, text))
    return len(names) + len(_CAPTIONS)


def most_while_training(pid: int) -> Memory:
    """Return the most memory that the process and a training beside it hold together at any moment."""
    most = memory_of(pid)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-m", "mmdemo", "train", "--data", "stamps", "--progress", "none", "--out", f"{folder}/model"]
        training = start_python(arguments, **environment({}), MMDEMO_CACHE_DIR=f"{folder}/cache")
        while training.poll() is None:
            most = max(most, memory_of(pid, training.pid), key=lambda at: at.used)
            time.sleep(_EVERY)
    if training.returncode:
        raise RuntimeError(f"The training ended with {training.returncode}.")
    return most

"""Twenty visitors at once, each doing something every three seconds: what they wait, alone and beside a training."""

import time
from collections.abc import Callable
from dataclasses import asdict
from threading import Event, Thread
from urllib.parse import parse_qs

from benchmarks.crowd import EVERY, SECONDS, VISITORS, Waits, visits
from benchmarks.memory import libraries_of
from benchmarks.report import Report, Table, Target
from benchmarks.reruns import pages
from benchmarks.session import Session, open_session
from mmdemo.storage.folders import runs_dir
from tests.server import serve

_PATIENCE = 300.0  # seconds for one training


def measure() -> Report:
    """Return what the visitors wait, and the memory of the server."""
    with serve() as server:
        with open_session(server.url) as first:  # a server is cold once, and twenty visitors come later
            for page in pages().values():
                first.visit(page)
        alone = visits(server.url, server.pid)
        beside, trained = _beside_trainings(server.url, lambda: visits(server.url, server.pid))
        foreign = libraries_of(server.pid, "tensorflow")
    most = max(alone.most, beside.most)
    rows = [(action, *_cells(alone, action), *_cells(beside, action)) for action in (*alone.seconds, "all")]
    return Report(
        title=f"{VISITORS} visitors at once",
        table=Table(("action", "median, s", "95 %, s", "beside a training: median, s", "95 %, s"), rows),
        targets=[
            Target("All actions, median:", alone.median(), "≤", 0.5, "s", 2),
            Target("All actions, 95th percentile:", alone.late(), "≤", 1.5, "s", 2),
            Target("Beside a training, median:", beside.median() / alone.median(), "≤", 1.5, "×", 2),
            Target("Beside a training, 95th percentile:", beside.late() / alone.late(), "≤", 1.5, "×", 2),
            Target("Memory of the server, PSS, at most:", most, "≤", 550, "MB", 0),
            Target("Files of TensorFlow that the server has loaded:", len(foreign), "≤", 0, "", 0),
            Target("Actions that failed:", len(alone.faults) + len(beside.faults), "≤", 0, "", 0),
        ],
        notes=(
            f"{VISITORS} sessions over the server's socket, each with an action every {EVERY:.0f} s for "
            f"{SECONDS:.0f} s, from its message to the end of the page's script. Then the same while default "
            f"trainings run one after the other ({trained} of them). The visitors share the processors with the "
            f"server, which has been everywhere once before. It works {alone.cpu / len(alone.of('all')):.3f} CPU s for "
            f"an action, and its memory was {most:.0f} MB at most.",
        ),
        numbers={"alone": asdict(alone), "beside": asdict(beside), "trained": trained},
    )


def _beside_trainings(url: str, act: Callable[[], Waits]) -> tuple[Waits, int]:
    """Act while one more visitor trains, again and again; return what it found, and how many trainings have ended."""
    over, ended = Event(), list[int]()

    def on_and_on() -> None:
        with open_session(url) as session:
            while not over.is_set():
                train(session, "dataset=stamps", seed=len(ended))
                ended.append(1)

    trainer = Thread(target=on_and_on, daemon=True)
    trainer.start()
    found = act()
    over.set()
    trainer.join(_PATIENCE)
    return found, len(ended)


def train(session: Session, query: str, seed: int) -> None:
    """Start a training on the Train page and wait until it has ended; raises a RuntimeError if it does not."""
    session.visit("train", query)
    session.set("seed", int_value=seed)
    session.set("train", trigger_value=True)
    (run,) = parse_qs(session.query)["run"]
    end = time.monotonic() + _PATIENCE
    while not (runs_dir() / run / "manifest.json").exists():
        if time.monotonic() > end:
            raise RuntimeError(f"Training {seed} does not end; the page says {session.errors}.")
        time.sleep(0.2)


def _cells(waits: Waits, action: str) -> tuple[str, str]:
    return f"{waits.median(action):.2f}", f"{waits.late(action):.2f}"

"""Does the server stay as it is? Trainings, answers and uploads side by side, for twenty minutes.

`make soak`, or `python -m benchmarks.soak --minutes 2 --trainings 10 --answers 200 --uploads 20` for a short one.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread

import click
import cv2
import numpy as np
import psutil

from benchmarks.report import Table
from benchmarks.session import Session, open_session
from benchmarks.sessions import train
from benchmarks.tree import held_by
from tests.server import Server, serve

_EVERY = 5.0  # seconds between two looks
_EARLY, _LATE = (0.25, 0.3), (0.95, 1.0)  # of the time: minute five to six, and the last one, of twenty
_MOST = 1.05  # that a figure may have grown between them
_SMALL = "dataset=homonyms&n=80"


@dataclass(frozen=True)
class Look:
    """The server at one moment: memory (PSS, MB), threads, open files, files in the temporary folder, cache (MB)."""

    memory: float
    threads: float
    open_files: float
    temporary: float
    cache: float


@dataclass
class Work:
    """A kind of work that one visitor repeats: what to do the n-th time, how often, and how often it was done."""

    title: str
    step: Callable[[Session, int], None]
    page: str
    query: str
    wanted: int
    done: int = 0
    faults: list[str] = field(default_factory=list)

    def run(self, server: Server, minutes: float) -> None:
        """Repeat it, spread evenly over the minutes."""
        began = time.monotonic()
        with open_session(server.url, self.page, self.query) as session:
            for number in range(self.wanted):
                time.sleep(max(0.0, began + 60 * minutes * number / self.wanted - time.monotonic()))
                try:
                    self.step(session, number)
                except (OSError, RuntimeError, KeyError, TimeoutError) as error:
                    self.faults.append(repr(error)[:300])
                else:
                    self.done += 1


def _classify(session: Session, number: int) -> None:
    session.set("caption", string_value=f"a red car, number {number}")
    _check(session)


def _upload(session: Session, number: int) -> None:
    if number == 0:
        session.set("source", string_array_value=["Upload"])
    pixels = np.full((600, 800, 3), number % 256, np.uint8)
    cv2.putText(pixels, str(number), (50, 300), cv2.FONT_HERSHEY_SIMPLEX, 5, (255, 255, 255), 8)
    answer = session.upload("upload", f"{number}.png", cv2.imencode(".png", pixels)[1].tobytes())
    if answer.status != 204:
        raise RuntimeError(answer.text)
    _check(session)


def _train(session: Session, number: int) -> None:
    train(session, _SMALL, seed=number)
    session.refresh()
    _check(session)


def _check(session: Session) -> None:
    if wrong := [said for said in session.errors if "went wrong" in said or "cannot" in said]:
        raise RuntimeError(wrong[0])


def soak(minutes: float, works: Sequence[Work]) -> tuple[Look, Look]:
    """Return the server in its sixth and its last minute of twenty, or at the same shares of another time."""
    with _own_folders() as folder, serve() as server:
        looks: list[tuple[float, Look]] = []
        over, began = Event(), time.monotonic()
        threads = [Thread(target=work.run, args=(server, minutes), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) and not over.wait(_EVERY):
            looks.append((time.monotonic() - began, look(server.pid, folder)))
        took = time.monotonic() - began
    return tuple(_middle(looks, took, part) for part in (_EARLY, _LATE))  # type: ignore[return-value]


def look(pid: int, folder: Path) -> Look:
    """Return the server as it is now, without what trains beside it."""
    process = psutil.Process(pid)
    held = held_by(pid)
    return Look(
        memory=held.get("server", 0) + held.get("reading foreign files", 0),
        threads=process.num_threads(),
        open_files=process.num_fds(),
        temporary=sum(1 for path in (folder / "tmp").rglob("*") if path.is_file()),
        cache=sum(path.stat().st_size for path in _files(folder / "cache")) / 1e6,
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path


def _middle(looks: Sequence[tuple[float, Look]], took: float, part: tuple[float, float]) -> Look:
    chosen = [look for at, look in looks if part[0] * took <= at <= part[1] * took] or [looks[-1][1]]
    return Look(*(median(getattr(look, name) for look in chosen) for name in Look.__dataclass_fields__))


@contextmanager
def _own_folders() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fusion-lab-soak-") as made:
        folder = Path(made)
        (folder / "tmp").mkdir()
        os.environ |= {
            "MMDEMO_CACHE_DIR": str(folder / "cache"),
            "MMDEMO_RUNS_DIR": str(folder / "runs"),
            "TMPDIR": str(folder / "tmp"),
        }
        yield folder


def table(early: Look, late: Look) -> Table:
    """Return both looks side by side."""
    names = {
        "memory": "server and its reader of files, MB",
        "threads": "threads",
        "open_files": "open files",
        "temporary": "temporary files",
        "cache": "cache, MB",
    }
    rows = [(title, f"{getattr(early, name):.1f}", f"{getattr(late, name):.1f}") for name, title in names.items()]
    return Table(("what", "early", "late"), rows)


def has_grown(early: Look, late: Look) -> list[str]:
    """Return the names of what has grown by more than a twentieth, and by more than two."""
    names = Look.__dataclass_fields__
    return [one for one in names if getattr(late, one) > max(_MOST * getattr(early, one), getattr(early, one) + 2)]


@click.command()
@click.option("--minutes", default=20.0, show_default=True)
@click.option("--trainings", default=200, show_default=True)
@click.option("--answers", default=3_000, show_default=True)
@click.option("--uploads", default=300, show_default=True)
def command(minutes: float, trainings: int, answers: int, uploads: int) -> None:
    """Work the server, print how it did, and exit 1 where something has grown or gone wrong."""
    works = [
        Work("trainings", _train, "train", _SMALL, trainings),
        Work("answers", _classify, "classify", "", answers),
        Work("uploads", _upload, "classify", "", uploads),
    ]
    began = time.monotonic()
    early, late = soak(minutes, works)
    click.echo(f"{(time.monotonic() - began) / 60:.1f} minutes\n\n{table(early, late).markdown()}\n")
    for work in works:
        click.echo(f"{work.done} of {work.wanted} {work.title}; faults: {work.faults[:3] or 'none'}")
    grown = has_grown(early, late)
    click.echo(f"Grown by more than a twentieth: {', '.join(grown) or 'nothing'}")
    sys.exit(bool(grown or any(work.faults for work in works)))


if __name__ == "__main__":
    command()

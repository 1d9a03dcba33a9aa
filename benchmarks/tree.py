"""The memory of a process tree over time: who held what when all together held the most."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import psutil

from benchmarks.memory import memory_alone

_EVERY = 0.05  # seconds between two looks
KINDS = {
    "mmdemo data": "reading own data",
    "mmdemo train": "training",
    "mmdemo report": "report",
    "mmdemo study": "study",
    "mmdemo/sandbox/": "reading foreign files",
}
"""Words of a child's command → what it is."""


@dataclass
class Watch:
    """What a tree has held since `start`.

    most: kind of process → MB at the moment when all together held the most. sizes: kind → the most that it ever held.
    looks: how often it was looked at.
    """

    most: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    looks: int = 0

    @property
    def total(self) -> float:
        """The most that all held together, in MB."""
        return sum(self.most.values())

    def take(self, held: Mapping[str, float]) -> None:
        """Take one look into account."""
        self.looks += 1
        self.sizes = {kind: max(self.sizes.get(kind, 0), held.get(kind, 0)) for kind in {**self.sizes, **held}}
        if sum(held.values()) > self.total:
            self.most = dict(held)


@contextmanager
def watched(pid: int) -> Iterator[Watch]:
    """Watch the process and all that it starts until the block ends."""
    watch, ended = Watch(), Event()
    thread = Thread(target=_look, args=(pid, watch, ended), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()


def _look(pid: int, watch: Watch, ended: Event) -> None:
    while not ended.is_set():
        watch.take(held_by(pid))
        time.sleep(_EVERY)


def held_by(pid: int) -> dict[str, float]:
    """Return kind of process → the MB (PSS) that the processes of the tree hold now."""
    held: dict[str, float] = {}
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            kind = "server" if process == root else kind_of(_command(process))
            held[kind] = held.get(kind, 0.0) + memory_alone(process.pid)
    except psutil.NoSuchProcess:
        pass
    return held


def kind_of(command: Sequence[str]) -> str:
    """Return what a child with this command line is.

    >>> kind_of(["python", "-m", "mmdemo", "train", "--data", "stamps"])
    'training'
    """
    written = " ".join(command)
    return next((kind for words, kind in KINDS.items() if words in written), "other")


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []

"""A page's view of a run: its state at one moment."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any


class State(StrEnum):
    """Where a run is; it only moves down this list, and stays in one of the last four.

    failed: it said why, or a fault of ours ended it. stopped: something else ended it, such as a lack of memory.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment; immutable.

    id: unguessable, the run's public link. visitor: who asked for it, "" if unknown.
    arguments: the command line after `python -m mmdemo`, () if unknown.
    submitted: seconds since 1970.
    position: 1 for the next in the queue, 0 when not queued.
    waits_for_memory: whether it is its turn, but other work on the server holds the memory that it needs.
    stage, done: its stage, and the share done of it (0–1). whole: the share done of all, which only rises; None where
    the run does not say. network: the last event of a network that is trained, None before the first.
    epochs: the events of a network that is trained, oldest first; a run may train several, each from epoch 1 on.
    fold: the result on the folds that are done, None before the first: fold, folds and evaluation.
    elapsed: seconds that it has run. remaining: approximate seconds left, None while unknown.
    log: the last lines that it printed to stderr, () for anybody but its owner.
    result: its final JSON object, only when done; None if a restart lost it.
    error: one sentence for a person, only when failed or stopped.
    folder: its result on disk, only when done; None if it leaves none.
    mine: whether the viewer started it, and so may cancel, rename, share and delete it.
    private: whether nobody else may see it.
    """

    id: str
    visitor: str
    arguments: tuple[str, ...]
    submitted: float
    state: State
    position: int
    stage: str
    done: float
    epochs: tuple[Mapping[str, Any], ...]
    fold: Mapping[str, Any] | None
    elapsed: float
    remaining: float | None
    log: tuple[str, ...]
    result: Mapping[str, Any] | None
    error: str | None
    folder: Path | None
    mine: bool = False
    waits_for_memory: bool = False
    private: bool = False
    whole: float | None = None
    network: Mapping[str, Any] | None = None

    @property
    def live(self) -> bool:
        """Whether it waits or runs, so that a page should look again."""
        return self.state in (State.QUEUED, State.RUNNING)

    @property
    def command(self) -> str:
        """The equivalent command for a terminal, "" if unknown."""
        return shlex.join(["python", "-m", "mmdemo", *self.arguments]) if self.arguments else ""


def unseen(job_id: str, state: State) -> Snapshot:
    """Return what others see of a private run: that there is one."""
    return Snapshot(job_id, "", (), 0.0, state, 0, "", 0.0, (), None, 0.0, None, (), None, None, None, private=True)


def frozen(value: Any) -> Any:
    """Return a JSON value whose objects and lists cannot be changed."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: frozen(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    return value


def plain(value: Any) -> Any:
    """Return the value that `frozen` was made from."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple) else value

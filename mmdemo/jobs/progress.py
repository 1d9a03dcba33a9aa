"""A run's output: JSON objects on stdout, anything on stderr; a bounded part of either is kept."""

import json
import math
import re
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from mmdemo.jobs.snapshot import frozen

_LINES = 50
_LETTERS = 1000  # of a line
_EPOCHS = 1000
_UNPRINTABLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # colours, cursor, controls


class Progress:
    """The progress of a run; read and update it under one lock."""

    def __init__(self) -> None:
        self.stage = ""
        self.done = 0.0
        self.whole: float | None = None
        self.network: Mapping[str, Any] | None = None
        self.epochs: deque[Mapping[str, Any]] = deque(maxlen=_EPOCHS)
        self.fold: Mapping[str, Any] | None = None
        self.log: deque[str] = deque(maxlen=_LINES)
        self.result: Mapping[str, Any] | None = None
        self._stage_began = time.monotonic()
        self._left: tuple[float, float] | None = None  # seconds left, and when that was said

    def take(self, event: Mapping[str, Any]) -> None:
        """Record an object from stdout (frozen): a stage, a network or its epoch, a fold or the result."""
        self._take_course(event)
        match event:
            case {"event": "stage", "stage": str(stage), "done": int() | float() as done} if done == done:  # no NaN
                if stage != self.stage:
                    self.stage, self._stage_began = stage[:_LETTERS], time.monotonic()
                self.done = float(min(1.0, max(0.0, done)))
            case {"event": "epoch" | "network" as kind}:
                self.network = frozen({key: value for key, value in event.items() if _is_small(value)})
                if kind == "epoch":
                    self.epochs.append(self.network)
            case {"event": "fold", "evaluation": Mapping()}:
                self.fold = frozen({key: value for key, value in event.items() if key != "event"})
            case {"event": "result"}:
                self.result = frozen({key: value for key, value in event.items() if key != "event"})
            case _ if "event" not in event:
                self.result = event

    def _take_course(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"event": str(), "whole": int() | float() as whole} if 0 <= whole <= 1:
                self.whole = max(self.whole or 0.0, float(whole))
        match event:
            case {"event": str(), "left": int() | float() as left} if 0 <= left < math.inf:
                self._left = float(left), time.monotonic()

    def remaining(self, seconds: Mapping[str, float]) -> float | None:
        """Return the approximate seconds left, as the run says, None while unknown.

        seconds: stage → its time in a similar run, in the order of the stages, for a run that does not say.
        """
        if self._left is not None:
            left, said = self._left
            return max(0.0, left - (time.monotonic() - said))
        stages = [name for name in seconds if name != "total"]
        if self.stage not in stages:
            return None
        passed = time.monotonic() - self._stage_began
        here = passed * (1 / self.done - 1) if self.done >= 0.1 else max(0.0, seconds[self.stage] - passed)
        return here + sum(seconds[name] for name in stages[stages.index(self.stage) + 1 :])


def read_object(line: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object of a line, frozen; None for anything else."""
    try:
        value = frozen(json.loads(line, parse_float=_finite, parse_constant=_finite))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None


def read_log_line(line: bytes) -> str:
    """Return a line to show: as last redrawn, without control characters, cut to a maximal length."""
    text = line.decode("utf-8", "replace").rstrip("\r\n")
    return _UNPRINTABLE.sub("", text[text.rfind("\r") + 1 :])[:_LETTERS]


def _finite(written: str) -> float | None:
    """Return a number, None for NaN and infinity: a record that holds one is not read again."""
    number = float(written)
    return number if math.isfinite(number) else None


def _is_small(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and len(value) <= _LETTERS)

"""The progress of a run: a bar for a person on stderr, or JSON lines for a program on stdout."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from mmdemo.commands.options import as_json
from mmdemo.report.stages import STAGES as REPORT_STAGES
from mmdemo.spark.progress import STAGES as SPARK_STAGES
from mmdemo.training.clock import STAGES
from mmdemo.training.course import Course
from mmdemo.training.progress_words import what_goes_on

_WIDTH = 30
_TITLES = {
    **SPARK_STAGES,
    **STAGES,
    "read": "Reading the data",
    "images": "Copying the images",
    "quality": "Examining the data",
    "learning": "Training on fewer pairs",
    "robustness": "Damaging one modality",
    **REPORT_STAGES,
    "classify": "Classifying the pairs",
    "open": "Checking the model",
}
Event = Mapping[str, Any]


class Reporter:
    """Takes progress events, and shows them: as a `bar`, as `json` or not at all (`none`).

    expected: stage → seconds, where they are known; then each event gains `whole`, the share of the whole run that is
    done, which only rises, and once `expect` was called `left`, the approximate seconds left.
    """

    def __init__(self, kind: str, expected: Mapping[str, float] | None = None) -> None:
        shown: dict[str, Callable[[Event], None]] = {"bar": _Bar().tell, "json": _tell_json, "none": lambda event: None}
        self._show = shown[kind]
        self._course, self._known = Course(expected) if expected else None, False

    def expect(self, expected: Mapping[str, float]) -> None:
        """Take over how long the stages take on this very data."""
        if self._course is not None:
            self._course.expect(expected)
            self._known = True

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if self._course is not None:
            if event["event"] == "stage":
                self._course.at(event["stage"], event["done"])
            event = {**event, "whole": round(self._course.share, 4)}
            if self._known:
                event["left"] = round(self._course.left(), 1)
        self._show(event)


def _tell_json(event: Event) -> None:
    sys.stdout.write(as_json(event) + "\n")
    sys.stdout.flush()


class _Bar:
    """One line, redrawn in place; where stderr is not a terminal, a line for each stage that is done.

    Where nobody knows how long the stages take, each has a bar of its own.
    """

    def __init__(self) -> None:
        self._stage, self._extra = "", ""
        self._finished: set[str] = set()

    def tell(self, event: Event) -> None:
        """Draw how far the run is."""
        if event["event"] == "fold":
            heads = event["evaluation"]["heads"]
            found = ", ".join(f"{head} {metrics['accuracy']:.1%}" for head, metrics in heads.items())
            self._extra = f"  {event['fold']} of {event['folds']} folds: {found}"
            return
        self._stage = event.get("stage", self._stage)
        if event["event"] == "stage" and self._stage not in self._finished:
            self._draw(_TITLES[self._stage], event, over=event["done"] >= 1)
        elif event["event"] in ("network", "epoch"):
            self._draw(what_goes_on("fit", event), event)

    def _draw(self, title: str, event: Event, over: bool = False) -> None:
        done = event.get("whole", event["done"])
        full = round(done * _WIDTH)
        extra = f"  about {event['left']:.0f} s left" if event.get("left", 0) >= 1 and not over else ""
        line = f"{title:40}[{'#' * full}{'-' * (_WIDTH - full)}] {done:4.0%}{extra}{self._extra}"
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{line}", err=True, nl=over)
        elif over:
            click.echo(line, err=True)
        if over:
            self._finished.add(self._stage)
            self._extra = ""

"""The progress of a run: a bar for a person on stderr, or JSON lines for a program on stdout."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from mmdemo.commands.options import as_json
from mmdemo.encoders.encoder import OnProgress
from mmdemo.training.train import STAGES

_WIDTH = 30
_TITLES = {
    **STAGES,
    "read": "Reading the data",
    "images": "Copying the images",
    "quality": "Examining the data",
    "learning": "Training on fewer pairs",
    "robustness": "Damaging one modality",
    "report": "Drawing the report",
    "classify": "Classifying the pairs",
    "open": "Checking the model",
}


def reporter(kind: str) -> OnProgress:
    """Return the function that reports progress events: `bar`, `json` or `none`."""
    return {"bar": _Bar().tell, "json": _tell_json, "none": lambda event: None}[kind]


def _tell_json(event: Mapping[str, Any]) -> None:
    sys.stdout.write(as_json(event) + "\n")
    sys.stdout.flush()


class _Bar:
    """One line per stage, redrawn in place; where stderr is not a terminal, only when a stage is done."""

    def __init__(self) -> None:
        self._extra, self._stage = "", ""
        self._finished: set[str] = set()

    def tell(self, event: Mapping[str, Any]) -> None:
        """Draw the bar of a stage, or add a network's epoch to it."""
        if event["event"] == "epoch":
            self._extra = f"  epoch {event['epoch']}/{event['epochs']}, accuracy {event['accuracy']:.2f}"
            self._draw("epoch", event["epoch"] / event["epochs"], "Training the network")
        elif event["event"] == "fold":
            heads = event["evaluation"]["heads"]
            found = ", ".join(f"{head} {metrics['accuracy']:.1%}" for head, metrics in heads.items())
            self._extra = f"  {event['fold']} of {event['folds']} folds: {found}"
        elif event["event"] == "stage":
            self._extra = self._extra if event["stage"] == self._stage and event["done"] < 1 else ""
            self._stage = event["stage"]
            self._draw(event["stage"], event["done"], _TITLES[event["stage"]])

    def _draw(self, stage: str, done: float, title: str) -> None:
        if stage in self._finished and stage != "epoch":
            return
        full = round(done * _WIDTH)
        line = f"{title:32}[{'#' * full}{'-' * (_WIDTH - full)}] {done:4.0%}{self._extra}"
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{line}", err=True, nl=done >= 1)
        elif done >= 1:
            click.echo(line, err=True)
        if done >= 1:
            self._finished.add(stage)

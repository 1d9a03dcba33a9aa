"""One peer in a process of its own, in the folds of our own training: `python -m benchmarks.peer sklearn`."""

import json
from importlib import import_module
from typing import Protocol

import click
import numpy as np

from benchmarks.article import article_held_out
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.registry import load
from mmdemo.evaluation.evaluate import evaluate
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.model.config import ModelConfig
from mmdemo.model.heads import FUSED
from mmdemo.training.split import Prepared, prepare

PEERS = {"keras": "benchmarks.peer_keras:KerasPeer", "sklearn": "benchmarks.peer_sklearn:SklearnPeer"}
"""Name → class, made of images, captions and labels; imported when needed."""


class Peer(Protocol):
    """What answers the pairs held out after it was trained on the others: positions of pairs → (m, k)."""

    def answers(self, rows: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        """Return the probabilities of the pairs held out."""


@click.command()
@click.argument("name", type=click.Choice(["article", *PEERS]))
@click.option("--data", default="stamps", show_default=True)
@click.option("--pairs", type=int, help="How many, of data that is drawn.")
def command(name: str, data: str, pairs: int | None) -> None:
    """Train the peer once a fold, and print its accuracy on the pairs held out and the interval of that, as JSON."""
    dataset = load(data, **({"n": pairs} if pairs else {}))
    prepared = prepare(dataset, ModelConfig())
    if name == "article":
        tested = article_held_out(dataset, prepared)
    else:
        module, kind = PEERS[name].split(":")
        images, captions = (prepared.frame[column].tolist() for column in ("image", "text"))
        peer = getattr(import_module(module), kind)(images, captions, prepared.labels)
        tested = held_out_by(peer, dataset, prepared)
    found = evaluate(tested).heads[FUSED]
    click.echo(json.dumps({"accuracy": found.accuracy, "ci95": found.ci95, "n": len(tested.ids)}))


def held_out_by(peer: Peer, dataset: Dataset, prepared: Prepared) -> HeldOut:
    """Return the peer's answers to every pair, each held out once, in the same folds as ours."""
    answers = np.zeros((len(prepared.frame), len(dataset.classes)))
    for fold in np.unique(prepared.fold):
        held_out = np.flatnonzero(prepared.fold == fold)
        answers[held_out] = peer.answers(np.flatnonzero(prepared.fold != fold), held_out)
    pairs = {name: getattr(prepared, name) for name in ("labels", "fold", "group", "repeated")}
    ids = prepared.frame.index.to_numpy(str)
    return HeldOut(ids=ids, classes=dataset.classes, probabilities={FUSED: answers}, **pairs)


if __name__ == "__main__":
    command()

"""A run that waits or goes on: its stages, its network's epochs, and the result on the folds that are done."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.charts.accuracy import accuracy_chart, accuracy_words
from mmdemo.charts.runs import epochs_chart
from mmdemo.evaluation.evaluate import evaluation_from
from mmdemo.jobs.snapshot import Snapshot, State, plain
from mmdemo.training.train import STAGES
from mmdemo.ui import figure, runs


def progress(now: Snapshot) -> None:
    """Draw how far a run is that waits or runs, with what there is to see of its result."""
    if now.state == State.QUEUED:
        st.info(
            f"{runs.wait_words(now)} The run starts by itself; you may leave this page.",
            icon=":material/hourglass:",
        )
    else:
        remaining = "" if now.remaining is None or now.remaining < 1 else f", about {now.remaining:.0f} s to go"
        st.markdown(f"**Training for {now.elapsed:.0f} s{remaining}**")
        names = list(STAGES)
        place = names.index(now.stage) if now.stage in names else -1
        for i, (name, title) in enumerate(STAGES.items()):
            share = 1.0 if i < place else _share(now) if name == now.stage else 0.0
            st.progress(share, text=f"{title}: {share:.0%}")
    if now.mine:  # above what comes in while it runs, so that it stays where it is
        st.button("Cancel", icon=":material/stop_circle:", on_click=runs.cancel, args=(now.id,), key="cancel")
    if now.epochs:
        epochs(now)
    if now.fold:
        _so_far(now.fold)


def _share(now: Snapshot) -> float:
    # While a network is trained its epochs are the progress of the stage.
    last = now.epochs[-1] if now.epochs else None
    training = last is not None and not now.done and last["epoch"] < last["epochs"]
    return min(max(last["epoch"] / last["epochs"] if training and last else now.done, 0.0), 1.0)


def epochs(now: Snapshot) -> None:
    """Draw how a network learns, epoch after epoch; at least one."""
    last = now.epochs[-1]
    st.caption(f"Epoch {last['epoch']} of {last['epochs']}: accuracy {last['accuracy']:.0%} on the training images.")
    figure.draw(epochs_chart(now.epochs), alt="Loss and accuracy of the network after each epoch so far.")


def _so_far(fold: Mapping[str, Any]) -> None:
    """Draw the result on the folds that are done: its intervals narrow as the others come in."""
    done, folds = fold["fold"], fold["folds"]
    evaluation = evaluation_from(plain(fold["evaluation"]))
    so_far = f"So far, on {done} of {folds} parts of the pairs"
    place = so_far if done < folds else "On all pairs the models had not seen"
    st.markdown(f"**{place}**")
    accuracies = evaluation.accuracies()
    figure.draw(
        accuracy_chart(accuracies, None, evaluation.basis),
        alt=f"{place}: {accuracy_words(accuracies)}.",
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in evaluation.sentences()))  # last: its length changes

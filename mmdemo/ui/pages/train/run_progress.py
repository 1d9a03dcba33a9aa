"""A run that waits or goes on: one bar, its network's epochs, and the result on the pairs that are done."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.charts.accuracy import accuracy_chart, accuracy_words
from mmdemo.charts.runs import epochs_chart
from mmdemo.evaluation.evaluate import evaluation_from
from mmdemo.jobs.snapshot import Snapshot, State, plain
from mmdemo.training.progress_words import what_goes_on
from mmdemo.ui import figure, frame, run_bar, runs


def progress(now: Snapshot) -> None:
    """Draw how far a run is that waits or runs, with what there is to see of its result."""
    if now.state == State.QUEUED:
        st.info(
            f"{frame.plain(runs.wait_words(now))} The run starts by itself; you may leave this page.",
            icon=":material/hourglass:",
        )
    else:
        run_bar.draw(now, what_goes_on(now.stage, now.network))
        st.caption(_whole(now))
    if now.mine:  # above what comes in while it runs, so that it stays where it is
        st.button("Cancel", icon=":material/stop_circle:", on_click=runs.cancel, args=(now.id,), key="cancel")
    if now.fold:
        _so_far(now.fold)
    if now.epochs:
        epochs(now)


def _whole(now: Snapshot) -> str:
    in_all = f", {run_bar.about(now.elapsed + now.remaining)} in all" if now.remaining is not None else ""
    return f"Training for {now.elapsed:.0f} s{in_all}. It goes on even if you leave this page."


def epochs(now: Snapshot) -> None:
    """Draw how a network learns, epoch after epoch; at least one."""
    last = now.epochs[-1]
    st.caption(f"Epoch {last['epoch']} of {last['epochs']}: accuracy {last['accuracy']:.0%} on the training images.")
    figure.draw(epochs_chart(now.epochs), alt="Loss and accuracy of the network after each epoch so far.")


def _so_far(fold: Mapping[str, Any]) -> None:
    """Draw the result on the folds that are done: its intervals narrow as the others come in."""
    done, folds = fold["fold"], fold["folds"]
    evaluation = evaluation_from(plain(fold["evaluation"]))
    place = f"So far, on {done} of {folds} parts of the pairs" if done < folds else "On all pairs it had not seen"
    st.markdown(f"**{place}**")
    accuracies = evaluation.accuracies()
    figure.draw(
        accuracy_chart(accuracies, None, f"{evaluation.n:,} pairs that the model had not seen"),
        alt=f"{place}: {accuracy_words(accuracies)}.",
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in evaluation.sentences()))  # last: its length changes

"""How a training run is drawn: waiting, running, done, or ended otherwise."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.charts.accuracy import accuracy_chart
from mmdemo.charts.runs import epochs_chart
from mmdemo.evaluation.evaluate import Evaluation, evaluation_from
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State, plain
from mmdemo.model.heads import head_title
from mmdemo.training.train import STAGES
from mmdemo.ui import figure, frame, model_data, runs, state, visitor


def watch(job: Job) -> None:
    """Draw the run, again every second while it waits or runs."""
    live = job.snapshot().live
    st.query_params[state.RUN] = job.id  # it was perhaps not named, and should be there still when it has ended

    @st.fragment(run_every=1.0 if live else None)
    def again() -> None:
        with frame.guarded():
            now = job.snapshot(visitor.name())
            if live and not now.live:
                if now.state == State.DONE and now.folder is not None:
                    st.query_params[state.MODEL] = now.id
                st.rerun()
            _draw(now)

    again()


def _draw(now: Snapshot) -> None:
    if now.live:
        _progress(now)
    elif now.state == State.DONE:
        _result(now)
    elif now.state == State.CANCELLED:
        st.info("Cancelled. The process is gone and it has left no file.", icon=":material/cancel:")
    else:
        st.error(frame.plain(now.error or "The run stopped unexpectedly."), icon=":material/error:")
        if now.log:
            st.markdown("Its last lines:")
            st.code("\n".join(now.log[-12:]), language=None, wrap_lines=True)


def _progress(now: Snapshot) -> None:
    if now.state == State.QUEUED:
        st.info(
            f"In the queue: place {now.position}. It starts by itself; you may leave this page.",
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
        if now.epochs:
            _epochs(now)
        if now.fold:
            _so_far(now.fold)
    if now.mine:
        st.button("Cancel", icon=":material/stop_circle:", on_click=runs.cancel, args=(now.id,), key="cancel")


def _share(now: Snapshot) -> float:
    # While a network is trained its epochs are the progress of the stage.
    last = now.epochs[-1] if now.epochs else None
    training = last is not None and not now.done and last["epoch"] < last["epochs"]
    return min(max(last["epoch"] / last["epochs"] if training and last else now.done, 0.0), 1.0)


def _epochs(now: Snapshot) -> None:
    last = now.epochs[-1]
    st.caption(f"Epoch {last['epoch']} of {last['epochs']}: accuracy {last['accuracy']:.0%} on the training images.")
    figure.draw(epochs_chart(now.epochs), alt="Loss and accuracy of the network after each epoch so far.")


def _result(now: Snapshot) -> None:
    bundle = load_result(now)
    evaluation, limits = bundle.evaluation, bundle.manifest["dataset"]["limits"]
    st.markdown(f"**{frame.plain(_described(bundle))}**")
    st.markdown(f"### {evaluation.verdict()}")
    _accuracies(evaluation, bundle.model.config.n_folds, limits)
    if limits:
        st.caption(
            "The grey ticks are the best that any classifier can expect on this data; chance may carry one past it."
        )
    if st.query_params.get(state.MODEL) == now.id:
        st.success("This model is now the current one on every page.", icon=":material/check_circle:")
    with st.container(horizontal=True):
        frame.link("Evaluate", "Evaluate it", model=now.id)
        frame.link("Classify", "Classify with it", model=now.id)
    if now.epochs:
        _epochs(now)
    if now.mine:
        st.markdown("Its link, for another browser; this one lists it under Models.")
    else:
        st.markdown("Its link. Keep it: another browser trained this model, so it is not listed here without.")
    st.code(model_data.address(now.id, bundle.manifest), language=None, wrap_lines=True)
    st.markdown("The same run in a terminal:")
    st.code(now.command or bundle.manifest["command"], language="shell", wrap_lines=True)


def _so_far(fold: Mapping[str, Any]) -> None:
    """Draw the result on the folds that are done: its intervals narrow as the others come in."""
    done, folds = fold["fold"], fold["folds"]
    evaluation = evaluation_from(plain(fold["evaluation"]))
    st.markdown(f"**So far, on {done} of {folds} parts of the pairs:** {evaluation.verdict()}")
    figure.draw(
        accuracy_chart(evaluation.accuracies(), None, f"{evaluation.n:,} held-out pairs so far"),
        alt="Accuracy of each model so far, with its 95 % interval.",
    )


def _accuracies(evaluation: Evaluation, folds: int, limits: Mapping[str, float] | None) -> None:
    modalities = list(evaluation.adds) or list(evaluation.heads)
    for column, (head, found) in zip(st.columns(len(evaluation.heads)), evaluation.heads.items(), strict=True):
        low, high = found.ci95
        column.metric(
            head_title(head, modalities),
            f"{found.accuracy:.1%}",
            help=f"Accuracy on {evaluation.n:,} held-out pairs; macro F1 {found.f1_macro:.2f}.",
            border=True,
            delta=f"{low:.0%} to {high:.0%}",
            delta_color="off",
            delta_arrow="off",
        )
    tested = f"{evaluation.n:,} held-out pairs"
    st.caption(
        f"Accuracy, and below it its 95 % interval. Every one of the {evaluation.n:,} pairs was held out once, and "
        "answered by models that had not seen it."
        if folds > 1
        else f"Accuracy, and below it its 95 % interval, on one split: {tested} that the model has not seen. With 5 "
        "folds every pair would be held out once, and the intervals would be narrower."
    )
    figure.draw(accuracy_chart(evaluation.accuracies(), limits, tested), alt="Accuracies with intervals.")


def _described(bundle: Bundle) -> str:
    saved = bundle.manifest
    pairs = saved["n_test"] + (saved["n_train"] if bundle.model.config.n_folds == 1 else 0)
    encoders = " + ".join(str(encoder) for encoder in bundle.model.config.encoders.values())
    return f"{saved['dataset']['name']}, {pairs:,} pairs: {encoders}"


def load_result(now: Snapshot) -> Bundle:
    """Return the bundle that a finished run left; raises a BundleError when it has been removed meanwhile."""
    return load(now.folder or state.model_folder(now.id))

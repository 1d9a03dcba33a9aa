"""How a training run is drawn: waiting, running, done, or ended otherwise."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.charts.accuracy import accuracy_chart
from mmdemo.charts.heads import head_title
from mmdemo.charts.runs import epochs_chart
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
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
    for column, (head, found) in zip(st.columns(len(evaluation.heads)), evaluation.heads.items(), strict=True):
        low, high = found.ci95
        column.metric(
            head_title(head),
            f"{found.accuracy:.1%}",
            help=f"Accuracy on {evaluation.n} held-out pairs; macro F1 {found.f1_macro:.2f}.",
            border=True,
            delta=f"{low:.0%} to {high:.0%}",
            delta_color="off",
            delta_arrow="off",
        )
    st.caption(
        f"Accuracy, and below it its 95 % interval, on one split: {evaluation.n:,} pairs that the model has not seen. "
        "Another split would give other numbers; Evaluate tries several, and tells how sure the gain is."
    )
    basis = f"One split: {evaluation.n:,} held-out pairs"
    chart = accuracy_chart(evaluation.accuracies(), limits, basis)
    figure.draw(chart, alt="Accuracy of each head with its 95 % interval.")
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


def _described(bundle: Bundle) -> str:
    saved = bundle.manifest
    encoders = " + ".join(str(encoder) for encoder in bundle.model.config.encoders.values())
    return f"{saved['dataset']['name']}, {saved['n_train'] + saved['n_test']:,} pairs: {encoders}"


def load_result(now: Snapshot) -> Bundle:
    """Return the bundle that a finished run left; raises a BundleError when it has been removed meanwhile."""
    return load(now.folder or state.model_folder(now.id))

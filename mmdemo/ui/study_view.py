"""The slow looks at a model: asked for with a button, worked out by a run of its own, and kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.base import HEAD_TITLES, accuracy_chart
from mmdemo.charts.evaluation import learning_chart, robustness_chart
from mmdemo.config import FUSED
from mmdemo.evaluation.evaluate import points
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.studies import KINDS, SPLITS, Study, kept_study
from mmdemo.trials.learning_curve import LearningCurve
from mmdemo.trials.repeats import Repeats
from mmdemo.trials.robustness import Robustness
from mmdemo.ui import figure, frame, model_data, runs, state

_VISITOR = "studies"  # what one visitor has asked for, the others need not wait for again
_STARTED = "studies_started"


@dataclass(frozen=True)
class _View:
    """How a kind of study is presented: title, the question it answers, its button, and what draws the answer."""

    title: str
    question: str
    button: str
    draw: Callable[[Bundle, Study], None]


def repeats_of(bundle: Bundle) -> Repeats | None:
    """Return how the same training did on several splits: tried with the training, or since then."""
    return bundle.repeats or cast(Repeats | None, kept_study(bundle, "repeats"))


def studies(bundle: Bundle) -> None:
    """Draw every study: its result, its run, the button that starts it, or what is missing for that."""
    origin, missing = model_data.origin_of(bundle)
    st.subheader("Closer looks", anchor=False)
    st.markdown("These take a while the first time. They run in the background, and their results are kept.")
    if origin is not None and not origin.exact:
        missing = "The data here is not quite what this model was trained on: pictures, captions or labels differ."
    for kind in KINDS:
        with st.container(border=True, key=f"study_{kind}"):
            _study(bundle, kind, missing)


def _study(bundle: Bundle, kind: str, missing: str) -> None:
    job = _job(bundle, kind)
    live = job is not None and job.snapshot().live

    @st.fragment(run_every=1.0 if live else None)
    def again() -> None:
        with frame.guarded():
            if live and job is not None and not job.snapshot().live:
                st.rerun()
            _draw(bundle, kind, job, missing)

    again()


def _draw(bundle: Bundle, kind: str, job: Job | None, missing: str) -> None:
    view = _VIEWS[kind]
    st.markdown(f"#### {view.title}")
    st.markdown(view.question)
    found = repeats_of(bundle) if kind == "repeats" else kept_study(bundle, kind)
    if found is not None:
        view.draw(bundle, found)
        return
    now = job.snapshot() if job else None
    if now is not None and now.live:
        _progress(bundle, now)
        return
    if missing:
        st.info(
            f"This needs the data that the model was trained on. {frame.plain(missing)}", icon=":material/database:"
        )
        return
    if now is not None:
        _ended(now)
    seconds = KINDS[kind].seconds(bundle)
    if st.button(f"{view.button} ({_about(seconds)})", icon=":material/play_arrow:", key=f"start_{kind}"):
        _start(bundle, kind)


def _start(bundle: Bundle, kind: str) -> None:
    old = _job(bundle, kind)
    if old is not None and not old.snapshot().live:  # what it left is gone, or it failed
        runs.queue().delete(old.id)
    arguments = ["study", "--model", str(bundle.path.absolute()), "--kind", kind]
    expected = {"load": 3.0, kind: KINDS[kind].seconds(bundle)}
    job = runs.queue().submit(arguments, _VISITOR, _key(bundle, kind), leaves_folder=False, expected=expected)
    st.session_state.setdefault(_STARTED, set()).add(job.id)
    st.rerun()


def _job(bundle: Bundle, kind: str) -> Job | None:
    key = _key(bundle, kind)
    return next((job for job in runs.queue().jobs_of(_VISITOR) if job.key == key), None)


def _key(bundle: Bundle, kind: str) -> str:
    return f"{bundle.manifest['sha256']} {kind}"


def _progress(bundle: Bundle, now: Snapshot) -> None:
    if now.state == State.QUEUED:
        st.info(f"In the queue: place {now.position}. It starts by itself.", icon=":material/hourglass:")
    else:
        remaining = "" if now.remaining is None or now.remaining < 1 else f", {_about(now.remaining)} to go"
        share = now.done if now.stage in KINDS else 0.0
        st.progress(share, text=f"Running for {now.elapsed:.0f} s: {share:.0%}{remaining}")
    st.caption("You may leave this page, or close it: the result will be here when you come back.")
    shared = bundle.path == state.model_folder(state.EVERYDAY)
    if not shared or now.id in st.session_state.get(_STARTED, ()):  # others may wait for the shipped model's
        cancel = runs.queue().cancel
        st.button("Cancel", icon=":material/stop_circle:", on_click=cancel, args=(now.id,), key=f"cancel_{now.id}")


def _ended(now: Snapshot) -> None:
    if now.state == State.CANCELLED:
        st.info("Cancelled.", icon=":material/cancel:")
    elif now.error:
        st.error(frame.plain(now.error), icon=":material/error:")
        if now.log:
            with st.expander("Its last lines"):
                st.code("\n".join(now.log[-12:]), language=None, wrap_lines=True)


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(5, 5 * round(seconds / 5))} seconds"
    return f"about {round(seconds / 60)} minutes"


def _draw_repeats(bundle: Bundle, found: Study) -> None:
    repeats = cast(Repeats, found)
    st.markdown(f"**{repeats.verdict()}**")
    left, right = st.columns(2, gap="large")
    with left:
        figure.draw(
            accuracy_chart(repeats.means(), bundle.manifest["dataset"]["limits"]),
            alt=f"Mean accuracy of the heads over {len(repeats.seeds)} splits, with 95 % intervals.",
        )
    with right:
        shares = {HEAD_TITLES.get(head, head): 100 * np.array(values) for head, values in repeats.accuracy.items()}
        st.dataframe(
            pd.DataFrame({"Split (seed)": [str(seed) for seed in repeats.seeds], **shares}),
            hide_index=True,
            column_config={title: st.column_config.NumberColumn(format="%.1f %%") for title in shares},
            alt="Accuracy of each head on each split.",
        )


def _draw_learning(bundle: Bundle, found: Study) -> None:
    curve = cast(LearningCurve, found)
    head = FUSED if FUSED in curve.accuracy else next(iter(curve.accuracy))
    last, whole = curve.accuracy[head][-2:] if len(curve.sizes) > 1 else curve.accuracy[head][-1:] * 2
    figure.draw(
        learning_chart(curve, bundle.manifest["dataset"]["limits"]),
        alt=f"Accuracy of the heads for {curve.sizes[0]} to {curve.sizes[-1]} training pairs.",
    )
    if len(curve.sizes) > 1:
        st.markdown(
            f"{HEAD_TITLES.get(head, head)}: the step from {curve.sizes[-2]:,} to {curve.sizes[-1]:,} training pairs "
            f"brought **{points(whole - last)} points**. If the curve still rises at its end, more pairs would help."
        )
    orders = f"mean of {curve.draws} random choices of the training pairs" if curve.draws > 1 else "one random choice"
    st.caption(
        f"Accuracy on the same {curve.n_test:,} held-out pairs, {orders}, each smaller set within the larger one; the "
        "bands are 95 % intervals."
    )


def _draw_robustness(bundle: Bundle, found: Study) -> None:
    robust = cast(Robustness, found)
    modalities = list(dict.fromkeys(curve.modality for curve in robust.curves))
    columns = dict(zip(modalities, st.columns(len(modalities), gap="large"), strict=True))
    for curve in robust.curves:
        ends = "; ".join(
            f"{HEAD_TITLES.get(head, head)} from {shares[0]:.0%} to {shares[-1]:.0%}"
            for head, shares in curve.accuracy.items()
        )
        with columns[curve.modality]:
            figure.draw(robustness_chart(curve), alt=f"{curve.title}, accuracy: {ends}.")
    st.caption(
        "One modality is damaged at a time. The flat line is the head that does not see it, and so what is left when "
        "the damaged modality is left out: where the fused line falls below it, leaving it out is better. "
        + (f"Tried on {robust.n:,} of the {robust.of:,} held-out pairs." if robust.n < robust.of else "")
    )


_VIEWS = {
    "repeats": _View(
        "Other random splits",
        "Is the result an accident of which pairs were held out? The same training, each time on another split.",
        f"Train on {SPLITS} splits",
        _draw_repeats,
    ),
    "learning": _View(
        "Learning curve",
        "Would more pairs help? The same training on fewer of them, tried on the same held-out pairs.",
        "Train on fewer pairs",
        _draw_learning,
    ),
    "robustness": _View(
        "When a modality is damaged, wrong or gone",
        "How much blur, noise or covering, how many typing errors or missing words does the model bear?",
        "Damage pictures and words",
        _draw_robustness,
    ),
}

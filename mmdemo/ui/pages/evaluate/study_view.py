"""The slow looks at a model: asked for with a button, computed by a run of its own, and kept."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.studies.study import KINDS, Study, kept_study
from mmdemo.ui import frame, model_data, own_origin, run_bar, runs, visitor
from mmdemo.ui.pages.evaluate import study_results

_MEGABYTES = 260.0  # beyond the libraries that the server has, too
_VISITOR = "studies"  # what one visitor has asked for, the others need not wait for again


@dataclass(frozen=True)
class _View:
    """How a kind of study is presented: title, the question it answers, its button, what goes on and what draws it."""

    title: str
    question: str
    button: str
    doing: str
    draw: Callable[[Bundle, Study], None]


def studies(bundle: Bundle) -> None:
    """Draw every study: its result, its run, the button that starts it, or what is missing for that."""
    origin, missing = model_data.origin_of(bundle)
    st.header("Closer looks", anchor=False)
    st.markdown("These take a while the first time. They run in the background, and their results are kept.")
    if origin is not None and not origin.exact:
        missing = "The data here is not quite what this model was trained on: its pairs or their labels differ."
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
    st.markdown(f"### {view.title}")
    st.markdown(view.question)
    found = kept_study(bundle, kind)
    if found is not None:
        view.draw(bundle, found)
        return
    now = job.snapshot(visitor.name()) if job else None
    if now is not None and now.live:
        _progress(now)
        return
    if missing:
        st.info(
            f"This needs the data that the model was trained on. {frame.plain(missing)}", icon=":material/database:"
        )
        return
    if now is not None:
        _ended(now)
    seconds = KINDS[kind].seconds(bundle)
    if st.button(f"{view.button} ({run_bar.about(seconds)})", icon=":material/play_arrow:", key=f"start_{kind}"):
        _start(bundle, kind)


def _start(bundle: Bundle, kind: str) -> None:
    arguments = ["study", "--model", str(bundle.path.absolute()), "--kind", kind, *own_origin.where(bundle.path.name)]
    expected = {"load": 3.0, kind: KINDS[kind].seconds(bundle)}
    runs.queue().submit(
        arguments,
        _VISITOR,
        _key(bundle, kind),
        leaves_folder=False,
        expected=expected,
        started_by=visitor.name(),
        address=visitor.address(),
        megabytes=_MEGABYTES,
        again=True,
        **runs.of_model(bundle.path),
    )
    st.rerun()


def _job(bundle: Bundle, kind: str) -> Job | None:
    key = _key(bundle, kind)
    return next((job for job in runs.queue().jobs_of(_VISITOR) if job.key == key), None)


def _key(bundle: Bundle, kind: str) -> str:
    return f"{bundle.path.name} {bundle.manifest['sha256']} {kind}"


def _progress(now: Snapshot) -> None:
    if now.state == State.QUEUED:
        st.info(f"{frame.plain(runs.wait_words(now))} The result appears here by itself.", icon=":material/hourglass:")
    else:
        run_bar.draw(now, _VIEWS[now.stage].doing if now.stage in _VIEWS else "Getting ready")
    st.caption("You may leave this page, or close it: the result will be here when you come back.")
    if now.mine:  # others may wait for it, too
        st.button("Cancel", icon=":material/stop_circle:", on_click=runs.cancel, args=(now.id,), key=f"cancel_{now.id}")


def _ended(now: Snapshot) -> None:
    if now.state == State.CANCELLED:
        st.info("Cancelled.", icon=":material/cancel:")
    elif now.error:
        st.error(frame.plain(now.error), icon=":material/error:")
        if now.log:
            with st.expander("Its last lines"):
                st.code("\n".join(now.log[-12:]), language=None, wrap_lines=True)


_VIEWS = {
    "learning": _View(
        "Learning curve",
        "Would more pairs help? The same training on fewer of them, tried on the same pairs, which no model had seen.",
        "Train on fewer pairs",
        "Training on fewer pairs",
        study_results.learning_curve,
    ),
    "robustness": _View(
        "When a modality is damaged, wrong or gone",
        "How much damage to one modality does the model bear, and what is left without it?",
        "Damage the pairs",
        "Damaging the pairs",
        study_results.robustness,
    ),
}

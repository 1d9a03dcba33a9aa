"""How a training run is drawn: waiting, running, done, or ended otherwise."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, run_name, runs, state, visitor
from mmdemo.ui.pages.train import run_progress, run_result

_PLACE = "shown_run"


def watch(job: Job) -> None:
    """Draw the run, again every second while it waits or runs; when it is done its model becomes the current one."""
    with st.container(key=_PLACE):
        _watch(job)
        _bring_into_view(job.id)


def folded(job: Job) -> DeltaGenerator:
    """Return the place of the form below a run, folded anew for each; open where the run has left no model."""
    lost = job.ended.is_set() and job.state != State.DONE
    key = f"another_{job.id}_{lost}"
    return st.expander("Train another model", icon=":material/add:", key=key, expanded=lost)


def _bring_into_view(run: str) -> None:
    """Scroll up to the run; the browser does so once for each run, as it leaves alone what is not new.

    It stands above all else, but the button that starts another, and the table of runs, are below it. Braces, because
    all scripts of a page share their names.
    """
    st.html(
        f"""<script>
{{
    const place = document.querySelector(".st-key-{_PLACE}");  // {run}
    place.style.scrollMarginTop = "40vh";
    place.scrollIntoView();
}}
</script>""",
        unsafe_allow_javascript=True,
    )


def _watch(job: Job) -> None:
    live = job.snapshot().live
    st.query_params[state.RUN] = job.id  # it was perhaps not named, and should be there still when it has ended
    if live:
        runs.look_at(job)
    elif runs.watched() == job.id:  # it has ended between two looks
        _take(job.snapshot(visitor.name()))

    @st.fragment(run_every=1.0 if live else None)
    def again() -> None:
        with frame.guarded():
            now = job.snapshot(visitor.name())
            if live and not now.live:
                _take(now)
            _draw(now)

    again()


def _take(now: Snapshot) -> None:
    """Take up the model of a run that has just ended, and draw the page anew."""
    runs.take(now)
    st.rerun()


def _draw(now: Snapshot) -> None:
    st.header(frame.plain(run_name.data_of(now) or "A model from the command line"), anchor=False)
    if readers := run_name.readers_of(now):
        st.caption(f"{frame.plain(readers)}.")
    if now.live:
        run_progress.progress(now)
    elif now.state == State.DONE:
        run_result.result(now)
    elif now.state == State.CANCELLED:
        st.info("Cancelled. The process is gone and it has left no file.", icon=":material/cancel:")
    else:
        st.error(frame.plain(now.error or "The run stopped unexpectedly."), icon=":material/error:")
        if now.log:
            st.markdown("Its last lines:")
            st.code("\n".join(now.log[-12:]), language=None, wrap_lines=True)

"""A table of pairs: chosen, classified while one watches, and the answers."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.finding import counted
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, model_data, reading, run_bar, waiting
from mmdemo.ui.pages.classify import table_job, table_labels, table_result
from mmdemo.ui.pages.classify.table_choice import asked_table
from mmdemo.ui.pages.classify.table_job import AskedTable

_STAGES = {"load": "Reading the table", "classify": "Answering pair after pair"}


def draw(bundle: Bundle) -> None:
    """Draw the choice of a table, and how far it is classified or its answers."""
    asked = asked_table()
    if asked is None:
        return
    table_labels.joined()
    job = table_job.job_of(asked, bundle)
    if job is not None and reading.now(job).live:
        waiting.watch(job, _progress)
    elif asked.is_answered(bundle):
        table_result.draw(asked, bundle)
    else:
        _offer(asked, bundle, job)


def _offer(asked: AskedTable, bundle: Bundle, job: Job | None) -> None:
    now = None if job is None else reading.now(job)
    if now is not None and now.state in (State.FAILED, State.STOPPED):
        st.error(frame.plain(now.error or "The table cannot be classified."), icon=":material/error:")
    model_data.what_it_can_answer(bundle)
    st.button(
        f"Classify {counted(asked.count, 'row')}",
        type="primary",
        icon=":material/play_arrow:",
        key="classify_table",
        on_click=_start,
        args=(asked, bundle),
    )


def _start(asked: AskedTable, bundle: Bundle) -> None:
    with frame.guarded():
        table_job.start(asked, bundle)


def _progress(now: Snapshot) -> None:
    run_bar.draw(now, _STAGES.get(now.stage, reading.GETTING_READY))

"""How a report is asked for, waited for and taken home."""

import streamlit as st

from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import State
from mmdemo.report.kept import KeptReport, kept_report
from mmdemo.report.model_zip import file_name
from mmdemo.report.stages import STAGES
from mmdemo.ui import frame, own_origin, run_bar, runs, visitor
from mmdemo.ui.pages.models.shelf import Shelved

_MEGABYTES = 330.0  # beyond the libraries that the server has, too
_VISITOR = "reports"  # a report that one visitor has asked for is everybody's: it lies in one place


def report(model: Shelved) -> None:
    """Draw the button that makes the report, its progress, or the report to download."""
    kept = kept_report(model.summary, model.name, _data(model))
    job = _job(kept)
    if kept.page.is_file():
        _downloads(kept, model)
    elif job is not None and job.snapshot().live:
        _watch(job)
    else:
        if job is not None and job.state in (State.FAILED, State.STOPPED):
            why = job.snapshot(visitor.name()).error or "The report stopped unexpectedly."
            st.error(frame.plain(why), icon=":material/error:")
        st.button(
            "Make the report",
            icon=":material/lab_profile:",
            key="make_report",
            on_click=_start,
            args=(kept, model),
            help="One HTML file with charts, examples and numbers: it opens without the network and prints on A4.",
        )


def _start(kept: KeptReport, model: Shelved) -> None:
    with frame.guarded():
        job = _job(kept)
        if job is not None and job.snapshot().live:  # somebody else has just asked: its folder is being written to
            return
        kept.prepare()
        runs.queue().submit(
            [*kept.arguments(model.summary, model.name), *_data(model)],
            _VISITOR,
            key=str(kept.folder),
            leaves_folder=False,
            started_by=visitor.name(),
            address=visitor.address(),
            megabytes=_MEGABYTES,
            again=True,
            **runs.of_model(model.summary.folder),
        )


def _data(model: Shelved) -> list[str]:
    return own_origin.where(model.summary.folder.name)


def _job(kept: KeptReport) -> Job | None:
    return next((job for job in runs.queue().jobs_of(_VISITOR) if job.key == str(kept.folder)), None)


def _watch(job: Job) -> None:
    @st.fragment(run_every=1.0)
    def again() -> None:
        with frame.guarded():
            now = job.snapshot(visitor.name())
            if not now.live:
                st.rerun()
            if now.state == State.QUEUED:
                why = frame.plain(runs.wait_words(now))
                st.info(f"{why} The report appears here by itself.", icon=":material/hourglass:")
            else:
                run_bar.draw(now, STAGES.get(now.stage, "Starting the process"))
                st.caption("The report appears here by itself. It goes on even if you leave this page.")
            if now.mine:
                st.button("Cancel", icon=":material/stop_circle:", on_click=runs.cancel, args=(now.id,), key="stop")

    again()


def _downloads(kept: KeptReport, model: Shelved) -> None:
    name = file_name(model.name)
    with st.container(horizontal=True):
        st.download_button(
            "Report (HTML)",
            kept.html,
            file_name=f"{name}-report.html",
            mime="text/html",
            type="primary",
            icon=":material/lab_profile:",
            key="download_report",
            on_click="ignore",
            help="One file: it opens from disk without the network and prints on A4.",
        )
        st.download_button(
            "Charts (zip)",
            kept.charts_zip,
            file_name=f"{name}-charts.zip",
            mime="application/zip",
            icon=":material/bar_chart:",
            key="download_charts",
            on_click="ignore",
            help="The report's charts as SVG and PNG, for slides.",
        )

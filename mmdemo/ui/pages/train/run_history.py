"""The table of a visitor's runs."""

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd
import streamlit as st

from mmdemo.evaluation.sentences import titles_of
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import figure, run_name, runs, state, visitor

_CHOSEN = "chosen_run"  # session: whether a row has just been chosen
_STATES = {
    State.QUEUED: "waiting",
    State.RUNNING: "training",
    State.DONE: "done",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.STOPPED: "stopped",
}


def table(snapshots: tuple[Snapshot, ...], shown: str) -> None:
    """Draw a table of the visitor's runs, newest first, those that wait or run among them; choosing a row shows it.

    shown: id of the run that is drawn above.
    """
    snapshots = tuple(now for now in snapshots if now.mine)
    if not snapshots:
        return
    st.header("Your runs", anchor=False)
    ids = tuple(now.id for now in snapshots)

    @st.fragment(run_every=2.0 if any(now.live for now in snapshots) else None)
    def again() -> None:
        if st.session_state.pop(_CHOSEN, False):
            st.rerun()  # the run above changes, too
        found = (runs.queue().get(one) for one in ids)
        _table(tuple(job.snapshot(visitor.name()) for job in found if job is not None), shown)

    again()


def _table(snapshots: tuple[Snapshot, ...], shown: str) -> None:
    key = f"history_{shown}"  # a choice is over once it has been followed: the next table begins with none
    shares = st.column_config.NumberColumn(format="%.1f%%", help="Share of right answers on pairs it had not seen.")
    st.dataframe(
        pd.DataFrame([_row(now, shown) for now in snapshots]),
        hide_index=True,
        # What stays chosen must not take the place of a run that is started or linked to later.
        on_select=lambda: _choose(snapshots, key),
        selection_mode="single-row",
        key=key,
        alt="Your runs with their accuracies.",
        placeholder="–",
        column_config={title: shares for now in snapshots for title in titles_of(_heads(now)).values()},
    )


def _choose(snapshots: tuple[Snapshot, ...], key: str) -> None:
    for row in st.session_state[key]["selection"]["rows"]:
        st.query_params[state.RUN] = snapshots[row].id
        st.session_state[_CHOSEN] = True


def _row(now: Snapshot, shown: str) -> dict[str, object]:
    heads = _heads(now)
    accuracies = {title: figure.percent(heads[head]["accuracy"]) for head, title in titles_of(heads).items()}
    return {
        "Shown": now.id == shown,
        "Data": run_name.data_of(now),
        "State": _STATES[now.state] + (f", {now.whole:.0%}" if now.state == State.RUNNING and now.whole else ""),
        **accuracies,
        "Seconds": round(now.elapsed, 1),
        "Read by": run_name.readers_of(now),
    }


def _heads(now: Snapshot) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], (now.result or {}).get("heads", {}))

"""The table of a visitor's runs."""

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd
import streamlit as st

from mmdemo.evaluation.sentences import titles_of
from mmdemo.jobs.snapshot import Snapshot
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import figure, own_origin, state


def table(snapshots: tuple[Snapshot, ...], shown: str) -> None:
    """Draw a table of the visitor's runs, newest first; choosing a row shows that run.

    shown: id of the run that is drawn above; it has no row as long as it waits or runs.
    """
    snapshots = tuple(now for now in snapshots if now.mine and not (now.live and now.id == shown))
    if not snapshots:
        return
    st.subheader("Your runs", anchor=False)
    key = f"history_{shown}"  # a choice is over once it has been followed: the next table begins with none
    shares = st.column_config.NumberColumn(format="%.1f%%", help="Accuracy on the held-out pairs.")
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


def _row(now: Snapshot, shown: str) -> dict[str, object]:
    words = list(now.arguments)
    said = {word: words[i + 1] for i, word in enumerate(words[:-1]) if word.startswith("--")}
    heads = _heads(now)
    accuracies = {title: figure.percent(heads[head]["accuracy"]) for head, title in titles_of(heads).items()}
    return {
        "Shown": now.id == shown,
        "Data": own_origin.data_name(now.arguments),
        **{one.encoder_title: said.get(f"--{name}-encoder", "") for name, one in MODALITIES.items()},
        "State": now.state.value,
        **accuracies,
        "Seconds": round(now.elapsed, 1),
    }


def _heads(now: Snapshot) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], (now.result or {}).get("heads", {}))

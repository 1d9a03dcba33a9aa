"""What a visitor decides about suspicious labels of their own data, and the training that follows from it."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.edits import read_edits, with_edits
from mmdemo.datasets.finding import counted
from mmdemo.evaluation.label_errors import Suspect
from mmdemo.ui import frame, own_copy, runs, state

_LEAVE_OUT, _RELABEL, _FINE = "Leave out", "Relabel", "Fine"
_CHOICES = {_LEAVE_OUT: ":material/delete:", _RELABEL: ":material/swap_horiz:", _FINE: ":material/check:"}


def choice(bundle: Bundle, suspect: Suspect) -> None:
    """Draw what can be done about one suspicious label."""
    st.pills(
        "What to do",
        list(_CHOICES),
        format_func=lambda name: f"{_CHOICES[name]} {name}",
        key=_key(bundle, suspect.row),
        label_visibility="collapsed",
        persist_state="session",
    )


def train_again(bundle: Bundle, data_id: str, suspects: Sequence[Suspect]) -> None:
    """Draw the button that trains anew on the data as it was decided, as a run beside the old."""
    left_out, labels = _decided(bundle, suspects)
    said = [counted(len(left_out), "pair left out", "pairs left out")] if left_out else []
    said += [f"{len(labels):,} relabelled"] if labels else []
    if not said:
        st.caption("Choose what to do with some of them; then train again, and compare the two models.")
        return
    if st.button(
        f"Train again: {', '.join(said)}", type="primary", icon=":material/play_arrow:", key="train_again"
    ):
        with frame.guarded():
            _start(bundle, data_id, left_out, labels)
            st.switch_page(frame.script("Train"), query_params=state.shared_parameters() | _run())


def _start(bundle: Bundle, data_id: str, left_out: Sequence[str], labels: Mapping[str, str]) -> None:
    folder = own_copy.folder(data_id)
    before = read_edits(folder, str(bundle.manifest["dataset"]["options"].get(state.EDITS, "")))
    edits = with_edits(folder, _merged(before, left_out, labels))
    started = runs.start(own_copy.dataset(data_id, edits), bundle.model.config)
    st.query_params[state.DATASET], st.query_params[state.EDITS] = data_id, edits
    if not started:
        st.toast("Trained with exactly these changes before: here is that run.", icon=":material/history:")


def _merged(before: Mapping[str, Any], left_out: Sequence[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return edits with more of them; a pair that is left out needs no label."""
    gone = sorted({*before["left_out"], *left_out})
    kept = {row: label for row, label in {**before["labels"], **labels}.items() if row not in gone}
    return {**before, "left_out": gone, "labels": kept}


def _decided(bundle: Bundle, suspects: Sequence[Suspect]) -> tuple[list[str], dict[str, str]]:
    chosen = {suspect: st.session_state.get(_key(bundle, suspect.row)) for suspect in suspects}
    left_out = [suspect.row for suspect, what in chosen.items() if what == _LEAVE_OUT]
    return left_out, {suspect.row: suspect.suggested for suspect, what in chosen.items() if what == _RELABEL}


def _run() -> dict[str, str]:
    return {state.RUN: st.query_params[state.RUN]}


def _key(bundle: Bundle, row: str) -> str:
    return f"suspect_{bundle.path.name}_{row}"

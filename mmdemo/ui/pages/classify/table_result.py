"""The answers to a table: how many there are and how sure, pair by pair, and as files to take home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.model import answer_folder
from mmdemo.model.answer_folder import ERROR, PREDICTED, PROBABILITY, SURE, WARNINGS
from mmdemo.model.answer_table import BatchCount
from mmdemo.report.model_zip import file_name
from mmdemo.storage.reading import read_bytes
from mmdemo.ui.following import has_changed
from mmdemo.ui.pages.classify import table_labels, table_rows
from mmdemo.ui.pages.classify.table_job import AskedTable

_ALL, _UNSURE, _WARNED, _FAILED = "All", "Unsure", "May not hold", "Not classified"
_ANY = "Any answer"
_ORDERS = {"As in the table": None, "Least certain first": True, "Most certain first": False}
_KEPT: dict[str, Any] = {"persist_state": "session"}
_PAGE = 50  # pairs, each with a thumbnail
_MOST_BYTES = 500_000_000
_FILES = (
    ("CSV", answer_folder.CSV, "text/csv"),
    ("Excel", answer_folder.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)


def draw(asked: AskedTable, bundle: Bundle) -> None:
    """Draw the answers of a model to a table."""
    folder = asked.answers(bundle)
    count = answer_folder.read_count(folder)
    if has_changed("shown_answers", str(folder)):  # others than those that were filtered
        for key in ("kind_of_answer", "answer_shown", "order_of_answers", "page_of_answers"):
            st.session_state.pop(key, None)
    _counts(count)
    _downloads(folder, asked.record.name)
    found = _filtered(_answers(str(folder)), count)
    if found.empty:
        st.info("No row is like that: choose others above.", icon=":material/filter_alt_off:")
    else:
        _page(found, asked, bundle)
    table_labels.offer(asked)


def _counts(count: BatchCount) -> None:
    with st.container(horizontal=True):
        st.metric("Classified", f"{count.classified:,}", border=True)
        st.metric("Sure", f"{count.sure:,}", border=True, help="Of such answers, 9 of 10 or more are right.")
        st.metric("Unsure", f"{count.classified - count.sure:,}", border=True)
        if count.warned:
            st.metric(_WARNED, f"{count.warned:,}", border=True, help="Sure or not: the table says why.")
        if count.failed:
            st.metric("Not classified", f"{count.failed:,}", border=True, help="The table says why.")


def _downloads(folder: Path, name: str) -> None:
    with st.container(horizontal=True):
        for title, file, mime in _FILES:
            st.download_button(
                f"All answers ({title})",
                _reader(folder / file),
                file_name=f"{file_name(name)}-answers{Path(file).suffix}",
                mime=mime,
                icon=":material/download:",
                key=f"download_{file}",
                on_click="ignore",
                help="The columns of your table, and beside them the answers.",
            )


def _reader(path: Path) -> Callable[[], bytes]:
    return lambda: read_bytes(path, _MOST_BYTES)


def _filtered(answers: pd.DataFrame, count: BatchCount) -> pd.DataFrame:
    """Draw what may be chosen of the answers, and return those, in the order that is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        others = [*([_WARNED] if count.warned else []), *([_FAILED] if count.failed else [])]
        kinds = (_ALL, _UNSURE, *others)
        kind = st.segmented_control("Show", kinds, default=_ALL, required=True, key="kind_of_answer", **_KEPT)
        labels = sorted(count.labels, key=lambda label: -count.labels[label])
        label = st.selectbox("Answer", [_ANY, *labels], key="answer_shown", width=260, **_KEPT)
        order = st.selectbox("Order", list(_ORDERS), key="order_of_answers", width=220, **_KEPT)
    failed = answers[ERROR] != ""
    warned = answers[WARNINGS] != ""
    chosen = {_ALL: failed | True, _UNSURE: ~failed & ~answers[SURE], _WARNED: warned, _FAILED: failed}
    found = answers[chosen[kind or _ALL]]
    found = found if label == _ANY else found[found[PREDICTED] == label]
    ascending = _ORDERS[order]
    return found if ascending is None else found.sort_values(PROBABILITY, ascending=ascending, kind="stable")


def _page(found: pd.DataFrame, asked: AskedTable, bundle: Bundle) -> None:
    pages = -(-len(found) // _PAGE)
    key = "page_of_answers"
    st.session_state[key] = min(st.session_state.get(key, 1), pages)
    page = st.pagination(pages, key=key, **_KEPT) if pages > 1 else 1
    first = (page - 1) * _PAGE
    shown = found.iloc[first : first + _PAGE]
    st.caption(f"Rows {first + 1:,} to {first + len(shown):,} of {len(found):,}. Click a heading to sort these.")
    table_rows.draw(shown, asked, bundle)


@st.cache_resource(max_entries=8, show_spinner="Reading the answers…")  # whoever asks has been let in by `usable`
def _answers(folder: str) -> pd.DataFrame:
    return answer_folder.read_answers(Path(folder))

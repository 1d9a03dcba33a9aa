"""Labels that a person gives to rows without one, and how they join the next training."""

from collections.abc import Sequence

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.edits import read_edits, with_edits
from mmdemo.datasets.finding import counted
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import frame, own_copy, own_data, state
from mmdemo.ui.pages.classify.table_job import AskedTable

_ADDED = "labels_added"  # the data that labels were added to, the name of its edits, and how many were added


def given(data_id: str) -> dict[str, str]:
    """Return row → label, as given in this visit."""
    found: dict[str, str] = st.session_state.setdefault(f"labels_given_{data_id}", {})
    return found


def before(key: str, data_id: str, rows: Sequence[str]) -> list[str]:
    """Return the labels of these rows as they were when their table was first drawn: it keeps what changes since."""
    kept = f"{key}_before"
    if key not in st.session_state or kept not in st.session_state:
        st.session_state[kept] = dict(given(data_id))
    return [st.session_state[kept].get(row, "") for row in rows]


def take(key: str, data_id: str, rows: Sequence[str], column: str) -> None:
    """Take what was just written into the table with this key; its `on_change`."""
    labels = given(data_id)
    for place, change in st.session_state[key]["edited_rows"].items():
        if column in change:
            labels.pop(rows[int(place)], None)
            if change[column]:
                labels[rows[int(place)]] = change[column]


def classes(asked: AskedTable, bundle: Bundle) -> list[str]:
    """Return the labels that may be given: the model's, and those of the data."""
    return sorted({*bundle.model.classes, *own_copy.facts(asked.record.id)["classes"]})


def offer(asked: AskedTable) -> None:
    """Draw the button that adds the labelled rows to data to train on."""
    labels = given(asked.record.id)
    if not own_copy.is_mine(asked.record):
        return
    if not labels:
        st.caption("Label a row in its last column, an unsure one for instance, and it can join the next training.")
        return
    targets = {record.id: record for record in _targets(asked.record)}
    if not targets:
        st.caption("To train on the rows that you have labelled, bring data with labels on the Data page, too.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Train on them with",
            list(targets),
            format_func=lambda data_id: targets[data_id].name,
            key="labels_join",
            persist_state="session",
        )
        st.button(
            f"Add {counted(len(labels), 'labelled pair')} to the next training",
            icon=":material/add:",
            key="add_labels",
            on_click=_add,
            args=(asked.record.id, chosen),
        )


def joined() -> None:
    """Draw that labels were added to the data of the address, and the way to train with them."""
    target, edits, count = st.session_state.get(_ADDED, ("", "", 0))
    if (target, edits) == (st.query_params.get(state.DATASET), st.query_params.get(state.EDITS)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{counted(count, 'labelled pair')} added to the next training.", width="content")
            frame.link("Train", "Train with them")


def _targets(record: OwnRecord) -> list[OwnRecord]:
    """Return the data of this visitor that has labels, the table's own first."""
    mine = [record, *(other for other in own_data.mine() if other.id != record.id)]
    return [one for one in mine if own_copy.is_prepared(one.id) and own_copy.facts(one.id)["used"]]


def _add(source: str, target: str) -> None:
    """Keep the labels beside the data, and have all pages speak of it with them."""
    with frame.guarded():
        labels, folder = given(source), own_copy.folder(target)
        same = st.query_params.get(state.DATASET) == target
        edits = read_edits(folder, st.query_params.get(state.EDITS, "") if same else "")
        if source == target:
            edits["labels"] = {**edits["labels"], **labels}
        else:
            kept = [one for one in edits["added"] if one["from"] != source or one["row"] not in labels]
            edits["added"] = [*kept, *({"from": source, "row": row, "label": labels[row]} for row in labels)]
        name = with_edits(folder, edits)
        st.query_params[state.DATASET], st.query_params[state.EDITS] = target, name
        st.session_state[_ADDED] = (target, name, len(labels))
        labels.clear()

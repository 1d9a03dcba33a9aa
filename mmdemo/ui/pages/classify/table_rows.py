"""Some answers to a table, drawn: what each pair holds, the answer, and a label that a person may give instead."""

import base64
import math
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.image_copies import IMAGES, thumbnail_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.answer_folder import ERROR, PREDICTED, PROBABILITY, ROW, SURE, USED, WARNINGS
from mmdemo.model.certainty import rounded_down
from mmdemo.storage.reading import read_bytes
from mmdemo.ui import own_copy
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.classify import table_labels
from mmdemo.ui.pages.classify.table_job import AskedTable

_ROW, _ANSWER, _PROBABILITY, _CERTAINTY, _USED, _WHY = "Row", "Answer", "Probability", "Certainty", "Model", "Why not"
_LABEL, _WARNINGS = "Your label", "May not hold"
_LOOK: dict[str, Any] = {"hide_index": True, "row_height": 52, "placeholder": "–"}  # room for a thumbnail
_MOST_THUMBNAIL = 200_000  # bytes


def draw(shown: pd.DataFrame, asked: AskedTable, bundle: Bundle) -> None:
    """Draw these answers; the data's owner may label each row. shown: rows of `answer_folder.read_answers`."""
    table = _table(shown, asked)
    if not own_copy.is_mine(asked.record):
        st.dataframe(table, column_config=_columns(table), alt="The answers, row by row.", **_LOOK)
        return
    rows = shown[ROW].tolist()
    key = f"labels_{asked.record.id}_{hash(tuple(rows))}"
    table[_LABEL] = [label or None for label in table_labels.before(key, asked.record.id, rows)]
    classes = table_labels.classes(asked, bundle)
    st.data_editor(
        table,
        key=key,
        disabled=[column for column in table.columns if column != _LABEL],
        on_change=table_labels.take,
        args=(key, asked.record.id, rows, _LABEL),
        column_config=_columns(table) | {_LABEL: st.column_config.SelectboxColumn(
            options=classes, help="Where you know better: these pairs can join the next training.")},
        **_LOOK,
    )  # fmt: skip


def _table(shown: pd.DataFrame, asked: AskedTable) -> pd.DataFrame:
    folder = own_copy.folder(asked.record.id)
    columns: dict[str, list[Any]] = {}
    for view in views_of(shown.columns):
        cells = shown[view.name].tolist()
        if any(cells):
            drawn = view.modality.drawn
            columns[view.modality.title] = [_thumbnail(folder, cell) if drawn else cell for cell in cells]
    answered = (shown[ERROR] == "").tolist()
    sure = ["sure" if one else "unsure" for one in shown[SURE]]
    return pd.DataFrame({
        _ROW: shown[ROW].tolist(),
        **columns,
        _ANSWER: shown[PREDICTED].tolist(),
        _PROBABILITY: [_shown(one) for one in shown[PROBABILITY]],
        _CERTAINTY: [word if there else "" for word, there in zip(sure, answered, strict=True)],
        _USED: shown[USED].tolist(),
        **({_WARNINGS: shown[WARNINGS].tolist()} if shown[WARNINGS].any() else {}),
        **({} if all(answered) else {_WHY: shown[ERROR].tolist()}),
    })  # fmt: skip


def _shown(probability: float) -> float:
    """Return percent; there is none for a row without an answer."""
    return probability if math.isnan(probability) else rounded_down(100 * probability, 1)


def _columns(table: pd.DataFrame) -> dict[str, Any]:
    modalities = [view.modality for view in views_of(MODALITIES) if view.modality.title in table]
    return {
        **{one.title: st.column_config.ImageColumn(width="small") for one in modalities if one.drawn},
        # narrow enough for the answer to be seen beside it
        **{one.title: st.column_config.TextColumn(width="medium") for one in modalities if not one.drawn},
        _PROBABILITY: st.column_config.NumberColumn(
            format="%.1f%%",
            help="How many of such answers are right, measured on pairs that the model had not seen (held-out pairs).",
        ),
        _WARNINGS: st.column_config.TextColumn(width="medium", help="Why this answer may not hold."),
        _WHY: st.column_config.TextColumn(width="medium"),
        _USED: st.column_config.TextColumn(help="Which of the models answered: the one for what the row holds."),
    }


def _thumbnail(folder: Path, name: str) -> str | None:
    """Return a thumbnail as an address that holds the image itself; the files are ours."""
    if not name:
        return None
    try:
        data = read_bytes(thumbnail_of(str(folder / IMAGES / name)), _MOST_THUMBNAIL)
    except OSError:  # the data was prepared again in this moment
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"

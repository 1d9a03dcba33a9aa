"""What a person calls a model, and the data that it was trained on."""

import streamlit as st

from mmdemo.bundles.summary import ModelSummary
from mmdemo.jobs.names import SHIPPED, is_reserved
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import frame, own_origin, state


def data_of(summary: ModelSummary) -> str:
    """Return the name of a model's data, with the edits that the model was trained with."""
    return f"{summary.data}{own_origin.edits_of(summary.folder.name)}"


def title_of(summary: ModelSummary) -> str:
    """Return a model's name: the one that its visitor gave it, else its data and encoders."""
    model_id = summary.folder.name
    if model_id == state.EVERYDAY:
        return SHIPPED
    given = RunFolders(runs_dir()).name(model_id)
    described = f"{data_of(summary)}: {' + '.join(summary.encoders().values())}"
    return given if given and not is_reserved(given) else described


def line(summary: ModelSummary) -> None:
    """Draw whose the numbers of a page are."""
    title, data = map(frame.plain, (title_of(summary), data_of(summary)))
    st.markdown(f"These are the numbers of **{title}**, trained on **{data}**.")

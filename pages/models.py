"""Models: compare them, choose one, take it home."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Models"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.ui.pages.models import model_actions, model_list, model_view, opened_model, shelf

    opened_model.settle()
    model_actions.deleted()
    models = shelf.models()
    if len(models) == 1:
        st.info(
            "There is only the shipped model yet. Train one: it appears here beside it, to compare, rename, download "
            "or delete.",
            icon=":material/model_training:",
        )
        frame.link("Train", "Train a model")
    if len(models) > 1:
        st.header("Side by side", anchor=False)
        model_list.comparison(models)
    st.header("One model", anchor=False)
    model_view.view(model_view.chosen(models))
    opened_model.draw()

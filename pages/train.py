"""Train: choose, start, watch, compare."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Train"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.ui import data_choice, runs
    from mmdemo.ui.pages.train import run_history, run_view, training_form

    job = runs.current()
    if job is not None:
        run_view.watch(job)
    place = st.container() if job is None else run_view.folded(job)
    with place, frame.guarded():  # whatever is wrong with the data, the runs are there
        dataset = data_choice.current_dataset()
        config = training_form.training_form(dataset)
        if config is not None:
            if not runs.start(dataset, config):
                st.toast("Trained with exactly these settings before: here is that run.", icon=":material/history:")
            st.rerun()  # the run takes the place of the form, and links lead to its model
    run_history.table(runs.history(), shown=job.id if job else "")

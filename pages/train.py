"""Train: choose, start, watch, compare."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Train"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.ui import data_choice, runs
    from mmdemo.ui.pages.train import run_history, run_view, training_form

    dataset = data_choice.current_dataset()
    choices, run = st.columns([2, 3], gap="large")
    with choices:
        st.subheader(f"Data: {frame.plain(dataset.name)}", anchor=False)
        frame.link("Data", "Choose other data")
        config = training_form.training_form(dataset)
        pressed = st.button("Train", type="primary", icon=":material/play_arrow:", disabled=config is None, key="train")
        if pressed and config is not None:
            with frame.guarded():
                if not runs.start(dataset, config):
                    st.toast("Trained with exactly these settings before: here is that run.", icon=":material/history:")
                    st.rerun()  # the links above lead to the model of that run, too
    with run:
        job = runs.current()
        if job is None:
            st.info(
                "Press Train: the run appears here, and goes on even if you leave this page.", icon=":material/school:"
            )
        else:
            run_view.watch(job)
    run_history.table(runs.history(), shown=job.id if job else "")

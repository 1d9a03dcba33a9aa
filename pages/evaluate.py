"""Evaluate: did fusion help, how sure is that, on which pairs, and why."""

import streamlit as st

from mmdemo.ui import fixed_and_broken, frame, head_detail, model_data, proof, state, study_view
from mmdemo.ui.opinions import Album

with frame.page("Evaluate"):
    bundle = state.current_model()
    evaluation, tested = bundle.evaluation, model_data.held_out(bundle)
    proof.sentence(bundle, study_view.repeats_of(bundle))
    proof.heads(evaluation, bundle.manifest["dataset"]["limits"])
    if evaluation.gain:
        proof.gain(evaluation.gain, evaluation.n)
    proof.metrics(evaluation)
    with st.container(horizontal=True):
        proof.meanings()
        proof.download(tested)

    origin, missing = model_data.origin_of(bundle)
    album = Album(tested, origin)
    if missing:
        st.info(f"Pairs are shown without picture and caption. {frame.plain(missing)}", icon=":material/hide_image:")
    elif origin is not None and not origin.exact:
        st.info("The data here is another edition than the model's: some pairs may have changed or gone.")
    if evaluation.gain:
        fixed_and_broken.fixed_and_broken(evaluation.gain, album)
    head_detail.head_in_detail(bundle, album)
    study_view.studies(bundle, origin, missing)

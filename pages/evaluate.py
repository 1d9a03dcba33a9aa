"""Evaluate: what does each modality add, how sure is that, on which pairs, and why."""

import streamlit as st

from mmdemo.ui import frame

with frame.page("Evaluate"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.bundles.summary import summarise
    from mmdemo.ui import model_title, state
    from mmdemo.ui.pages.evaluate import difference, head_detail, proof, study_view, suspicious

    bundle = state.current_model()
    model_title.line(summarise(bundle.path))
    evaluation, tested = bundle.evaluation, bundle.held_out
    proof.sentences(evaluation)
    proof.heads(evaluation, bundle.manifest["dataset"]["limits"])
    proof.adds(evaluation)
    proof.metrics(evaluation)
    with st.container(horizontal=True):
        proof.meanings()
        proof.download(tested)
    pairs = st.container()
    suspects = st.container()
    head_detail.head_in_detail(bundle, tested)
    study_view.studies(bundle)
    with pairs:  # last, because their images may have to be loaded first
        difference.fixed_and_broken(bundle, tested)
    with suspects:
        suspicious.suspicious_labels(bundle, tested)

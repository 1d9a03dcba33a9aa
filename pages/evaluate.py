"""Evaluate: what does each modality add, how sure is that, on which pairs, and why."""


from mmdemo.ui import frame

with frame.page("Evaluate"):
    # Imported here so that a cold server shows the title first.
    from mmdemo.bundles.summary import summarise
    from mmdemo.ui import model_title, state
    from mmdemo.ui.pages.evaluate import difference, mixed_up, proof, statistics, study_view, suspicious

    bundle = state.current_model()
    model_title.line(summarise(bundle.path))
    evaluation, tested = bundle.evaluation, bundle.held_out
    proof.answer(evaluation, bundle.manifest["dataset"]["limits"])
    statistics.statistics(evaluation, tested)
    difference.fixed_and_broken(bundle, tested)
    mixed_up.mixed_up(bundle, tested)
    suspicious.suspicious_labels(bundle, tested)
    study_view.studies(bundle)

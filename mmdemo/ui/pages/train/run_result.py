"""What a finished run came to: its numbers, its model, and how to reach both again."""

from collections.abc import Mapping

import streamlit as st

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.bundles.took import took
from mmdemo.charts.accuracy import accuracy_chart, accuracy_words
from mmdemo.evaluation.evaluate import Evaluation
from mmdemo.evaluation.sentences import titles_of
from mmdemo.jobs.snapshot import Snapshot
from mmdemo.ui import command_view, figure, frame, model_data, page_link, state
from mmdemo.ui.pages.train.run_progress import epochs


def result(now: Snapshot) -> None:
    """Draw the result of a run that is done; raise a BundleError when its model has been removed meanwhile."""
    bundle = load(now.folder or state.model_folder(now.id))
    st.caption(_described(bundle))
    _verdict(bundle.evaluation)
    if st.query_params.get(state.MODEL) == now.id:
        st.success("This model is now the current one on every page.", icon=":material/check_circle:")
    with st.container(horizontal=True):
        frame.link("Evaluate", "Evaluate it", model=now.id)
        frame.link("Classify", "Classify with it", model=now.id)
    _accuracies(bundle.evaluation, bundle.manifest["dataset"]["limits"])
    if now.epochs:
        epochs(now)
    _addresses(now, bundle)


def _verdict(evaluation: Evaluation) -> None:
    for sentence in evaluation.sentences():
        st.markdown(f"### {sentence}")
    if warning := evaluation.warning():
        st.warning(warning, icon=":material/content_copy:")


def _addresses(now: Snapshot, bundle: Bundle) -> None:
    if now.private:
        st.markdown("Its link, for this browser alone until you share the model under Models:")
    elif now.mine:
        st.markdown("Its link, for another browser; this one lists it under Models.")
    else:
        st.markdown("Its link. Keep it: another browser trained this model, so it is not listed here without.")
    page_link.show(model_data.address(now.id, bundle.manifest))
    command_view.draw(now.id, bundle.manifest["command"])


def _accuracies(evaluation: Evaluation, limits: Mapping[str, float] | None) -> None:
    accuracies = evaluation.accuracies()
    with st.container(horizontal=True):
        for head, title in titles_of(evaluation.heads).items():
            share, (low, high) = accuracies[head]
            st.metric(
                title,
                f"{share:.1%}",
                help=f"Accuracy on {evaluation.protocol}, and its 95 % interval; "
                f"macro F1 {evaluation.heads[head].f1_macro:.2f}.",
                border=True,
                delta=f"likely {low:.0%} to {high:.0%}",
                delta_color="off",
                delta_arrow="off",
            )
    st.caption(
        "How many answers are right, and below it the range that is likely for other such pairs. "
        f"Each of the {evaluation.n:,} pairs was answered by a model that had not seen it."
        if evaluation.folds > 1
        else "How many answers are right, and below it the range that is likely for other such pairs: on "
        f"{evaluation.n:,} pairs that the model had not seen, a fifth of all. Under More options every pair can take "
        "its turn, which narrows the range."
    )
    figure.draw(
        accuracy_chart(accuracies, limits, evaluation.basis),
        alt=f"Accuracy of the models: {accuracy_words(accuracies)}.",
    )
    if limits:
        st.caption(
            "The grey ticks are the best that any classifier can expect on this data; chance may carry one past it."
        )


def _described(bundle: Bundle) -> str:
    saved = bundle.manifest
    pairs = saved["n_test"] + (saved["n_train"] if bundle.model.config.n_folds == 1 else 0)
    return f"{pairs:,} pairs. Training took {took(saved)}."

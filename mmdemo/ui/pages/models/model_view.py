"""How one model is drawn: how well it does, what it is, and what can be done with it."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mmdemo.bundles.facts import ModelFacts
from mmdemo.evaluation.sentences import noun, titles_of
from mmdemo.report.card import model_card
from mmdemo.report.model_zip import file_name, model_zip
from mmdemo.ui import command_view, frame, model_data, page_link, state, table
from mmdemo.ui.following import has_changed
from mmdemo.ui.model_title import data_of
from mmdemo.ui.pages.models import report_view, shelf
from mmdemo.ui.pages.models.model_actions import actions
from mmdemo.ui.pages.models.shelf import Shelved

_FOR_OTHERS = "Its link, for another browser:"


def chosen(models: Sequence[Shelved]) -> Shelved:
    """Draw the choice of one model and return it: the current one, until a visitor chooses another."""
    by_id = {model.id: model for model in models}
    current = next((model.id for model in models if model.current), models[0].id)
    # Set each time: a choice that is only kept would go on showing the name from before a renaming.
    before = current if has_changed(state.VIEWED, current) else st.session_state.get(state.VIEWED)
    st.session_state[state.VIEWED] = before if before in by_id else current
    viewed = st.selectbox(
        "Model",
        list(by_id),
        format_func=lambda model_id: by_id[model_id].name,
        key=state.VIEWED,
        persist_state="session",
    )
    return by_id[viewed]


def view(model: Shelved) -> None:
    """Draw one model with all that can be done with it."""
    facts = shelf.facts(model.summary)
    actions(model)
    evaluation = model.summary.evaluation
    st.markdown("\n".join(f"- **{sentence}**" for sentence in evaluation.sentences()))
    st.caption(f"Measured on {evaluation.basis}.")
    if warning := evaluation.warning():
        st.warning(warning, icon=":material/content_copy:")
    _metrics(facts)
    about, take = st.columns(2, gap="large")
    with about:
        st.header("What it is", anchor=False)
        _what_it_is(facts)
    with take:
        st.header("Take it home", anchor=False)
        _downloads(model, facts)
        report_view.report(model)
    with st.expander("The details", icon=":material/tune:"):
        _configuration(model, facts)
    with st.expander("Read the model card", icon=":material/description:"):
        table.draw_document(model_card(facts, model.name).partition("\n\n")[2])


def _metrics(facts: ModelFacts) -> None:
    limits = facts.summary.manifest["dataset"]["limits"]
    titles = titles_of(facts.heads)
    with st.container(horizontal=True):
        for head, found in facts.heads.items():
            low, high = found.metrics.ci95
            best = f" Best possible on this data: {limits[head]:.1%}." if limits else ""
            st.metric(
                titles[head],
                f"{found.metrics.accuracy:.1%}",
                delta=f"likely {low:.0%} to {high:.0%}",
                delta_color="off",
                delta_arrow="off",
                border=True,
                help=f"Accuracy on {facts.summary.evaluation.protocol}, with its 95 % interval; macro F1 (mean over "
                f"the classes of how well each is found, 0–1) {found.metrics.f1_macro:.2f}; calibration error (mean "
                f"distance between probability and accuracy) {found.calibration_error:.2f}.{best}",
            )


def _what_it_is(facts: ModelFacts) -> None:
    summary = facts.summary
    lines = [
        *map(frame.plain, summary.reading()),
        f"Data: {frame.plain(data_of(summary))}, {len(facts.held_out.classes)} classes",
        f"Trained on {summary.manifest['n_train']:,} pairs; measured on {summary.evaluation.basis}",
        f"Training took {summary.cost()}",
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _configuration(model: Shelved, facts: ModelFacts) -> None:
    summary, titles = facts.summary, titles_of(facts.heads)
    strengths = ", ".join(f"{titles[name].lower()} {one.C:g}" for name, one in facts.heads.items())
    prepared = [f"The {noun(name)} is prepared {frame.plain(how)}" for name, how in summary.preparation().items()]
    encoders = ", ".join(f"{noun(name)} `{chosen}`" for name, chosen in summary.config.encoders.items())
    lines = [
        *summary.evaluation.statistics(),
        f"Measured on {summary.evaluation.protocol}",
        f"Encoders: {encoders}",
        *prepared,
        f"Seed {summary.config.seed}",
        f"C, the inverse strength of regularisation: {strengths}",
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    _command(model)


def _command(model: Shelved) -> None:
    summary = model.summary
    if model.opened:
        st.markdown("Whoever made this model says that this command trained it. Nobody has checked that:")
        st.code(summary.command, language=None, wrap_lines=True)
        return
    command_view.draw(summary.folder.name, summary.command)


def _downloads(model: Shelved, facts: ModelFacts) -> None:
    st.markdown("Its link, for this browser alone until you press Share:" if model.private else _FOR_OTHERS)
    page_link.show(model_data.address(model.id, model.summary.manifest))
    name = file_name(model.name)
    with st.container(horizontal=True):
        st.download_button(
            "Model (zip)",
            partial(model_zip, model.summary.folder, model.name),
            file_name=f"{name}.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            key="download_model",
            on_click="ignore",
            help="The model, its card, and a README with the commands that use it without this app.",
        )
        st.download_button(
            "Model card",
            model_card(facts, model.name),
            file_name=f"{name}-card.md",
            mime="text/markdown",
            icon=":material/description:",
            key="download_card",
            on_click="ignore",
            help="What it is for, what it was trained on, and where it does badly, in Markdown.",
        )

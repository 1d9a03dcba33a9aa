"""How models are drawn side by side."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mmdemo.bundles.comparison import compare
from mmdemo.charts.accuracy import comparison_chart
from mmdemo.evaluation.difference import Added
from mmdemo.evaluation.sentences import noun, points, titles_of
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.heads import best_informed
from mmdemo.ui import figure, frame, state
from mmdemo.ui.following import has_changed
from mmdemo.ui.model_title import data_of
from mmdemo.ui.pages.models.shelf import Shelved

_SHOWN = 4  # models that are compared before anybody has chosen


def comparison(shelf: Sequence[Shelved]) -> None:
    """Draw the chosen models' accuracies in one chart, and say whether they differ."""
    by_id = {model.id: model for model in shelf}
    current = next((model for model in shelf if model.current), shelf[0])
    before = [] if has_changed(state.COMPARED, current.id) else st.session_state.get(state.COMPARED, [])
    kept = [model_id for model_id in before if model_id in by_id]  # one that has been deleted may still stand there
    st.session_state[state.COMPARED] = kept or _comparable(shelf, current)
    chosen = st.multiselect(
        "Compare",
        list(by_id),
        format_func=lambda model_id: by_id[model_id].name,
        key=state.COMPARED,
        persist_state="session",
        help="Choose two that were trained on the same data, and a sentence below says whether they differ.",
    )
    models = [by_id[model_id] for model_id in chosen]
    if not models:
        st.info("Choose models to compare.", icon=":material/bar_chart:")
        return
    figure.draw(
        comparison_chart({model.name: model.summary for model in models}),
        alt="Accuracy of the chosen models, for each modality alone and together, with 95 % intervals.",
        key="comparison",
    )
    for line, more in _sentences(models):
        st.markdown(line, help=more)


def _comparable(shelf: Sequence[Shelved], current: Shelved) -> list[str]:
    """Return the ids of the current model and others of the same data; without others, and the first models."""
    others = [model for model in shelf if model is not current]
    alike = [model for model in others if _data(model) == _data(current)]
    return [model.id for model in (current, *(alike or others))][:_SHOWN]


def _data(model: Shelved) -> str:
    return str(model.summary.manifest["dataset"]["fingerprint"])


def _sentences(models: Sequence[Shelved]) -> list[tuple[str, str | None]]:
    if len(models) < 2:
        return []
    if len({_data(model) for model in models}) > 1:
        return [("These models were trained on different data: their accuracies do not compare.", None)]
    if len(models) > 2:
        return [("All of them were trained on the same data. Choose two to see whether they differ.", None)]
    one, other = sorted(models, key=lambda model: -_best(model))
    found = compare(one.summary, other.summary)
    if found is None:
        return [("There is no pair that neither had seen: compare the likely ranges, not the numbers alone.", None)]
    return [(frame.plain(found.verdict(f"“{one.name}”", f"“{other.name}”")), found.statistics())]


def _best(model: Shelved) -> float:
    heads = model.summary.evaluation.heads
    return heads[best_informed(heads)].accuracy


def table(shelf: Sequence[Shelved]) -> None:
    """Draw a row a model: what it is, how well it does, and what it cost."""
    shares = st.column_config.NumberColumn(format="%.1f%%", help="Accuracy on the held-out pairs.")
    gains = st.column_config.TextColumn(
        help="What it adds to a model without it, in percentage points, with the 95 % interval."
    )
    st.dataframe(
        pd.DataFrame([_row(model) for model in shelf]),
        hide_index=True,
        alt="The models: their configuration, accuracies and cost.",
        placeholder="–",
        column_config={
            **{title: shares for model in shelf for title in titles_of(model.summary.evaluation.heads).values()},
            **{_adds(name): gains for model in shelf for name in model.summary.evaluation.adds},
            "Model": st.column_config.TextColumn(pinned=True),
            "Tested on": st.column_config.TextColumn(help="The pairs that the accuracies were measured on."),
            "Seconds": st.column_config.NumberColumn(format="%.1f", help="The whole training run."),
            "Memory (MB)": st.column_config.NumberColumn(format="%.0f", help="The most that the training had at once."),
            "Size (MB)": st.column_config.NumberColumn(format="%.1f", help="On disk."),
        },
    )


def _row(model: Shelved) -> dict[str, object]:
    summary, found = model.summary, model.summary.evaluation
    return {
        "Model": model.name,
        "Current": model.current,
        **{title: figure.percent(found.heads[head].accuracy) for head, title in titles_of(found.heads).items()},
        **{_adds(name): _added(one) for name, one in found.adds.items()},
        "Tested on": found.protocol,
        "Data": data_of(summary),
        **{f"How {MODALITIES[name].nouns} are read": summary.config.encoders.get(name, "none") for name in MODALITIES},
        "Seed": summary.config.seed,
        "Seconds": summary.seconds,
        "Memory (MB)": summary.megabytes,
        "Size (MB)": summary.size / 1e6,
    }


def _adds(modality: str) -> str:
    return f"{noun(modality).capitalize()} adds"


def _added(one: Added) -> str:
    return f"{points(one.accuracy)} ({points(one.ci95[0])} to {points(one.ci95[1])})"

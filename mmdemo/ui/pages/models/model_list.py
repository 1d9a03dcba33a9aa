"""How models are drawn side by side."""

from collections.abc import Sequence

import streamlit as st

from mmdemo.bundles.comparison import compare
from mmdemo.charts.bars import accuracy_bars, accuracy_words
from mmdemo.evaluation.sentences import noun, points
from mmdemo.model.heads import best_informed
from mmdemo.ui import frame, state
from mmdemo.ui.following import has_changed
from mmdemo.ui.model_title import data_of
from mmdemo.ui.pages.models.shelf import Shelved

_SHOWN = 4  # models that are compared before anybody has chosen


def comparison(shelf: Sequence[Shelved]) -> None:
    """Draw a card for each chosen model, and say whether two of them differ."""
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
        help="Choose two that were trained on the same data, and a sentence says whether they differ.",
    )
    models = [by_id[model_id] for model_id in chosen]
    if not models:
        st.info("Choose models to compare.", icon=":material/bar_chart:")
        return
    for line, statistics in _sentences(models):
        st.markdown(line, help=statistics or None)
    for model in models:
        _card(model)


def _card(model: Shelved) -> None:
    found = model.summary.evaluation
    limits = model.summary.manifest["dataset"]["limits"]
    with st.container(border=True, key=f"card_{model.id}"):
        now = " :green-badge[:material/check: current]" if model.current else ""
        st.markdown(f"**{frame.plain(model.name)}**{now}")
        trained = f"Trained on {frame.plain(data_of(model.summary))}. {_added(model)}".strip()
        st.caption(trained, help="\n\n".join(found.statistics()) or None)
        accuracies = found.accuracies()
        said = f"How many answers of “{model.name}” are right: {accuracy_words(accuracies)}"
        st.html(accuracy_bars(accuracies, limits, found.basis, said))


def _added(model: Shelved) -> str:
    """Return what each modality adds to a model, in so many of 100 pairs."""
    adds = model.summary.evaluation.adds
    said = [f"the {noun(name)} adds {points(one.accuracy)} in 100" for name, one in adds.items()]
    return f"{' and '.join(said).capitalize()}." if said else ""


def _comparable(shelf: Sequence[Shelved], current: Shelved) -> list[str]:
    """Return the ids of the current model and others of the same data; without others, and the first models."""
    others = [model for model in shelf if model is not current]
    alike = [model for model in others if _data(model) == _data(current)]
    return [model.id for model in (current, *(alike or others))][:_SHOWN]


def _data(model: Shelved) -> str:
    return str(model.summary.manifest["dataset"]["fingerprint"])


def _sentences(models: Sequence[Shelved]) -> list[tuple[str, str]]:
    """Return what can be said of the models together, each sentence with its statistics."""
    if len(models) < 2:
        return []
    if len({_data(model) for model in models}) > 1:
        return [("These models were trained on different data: their results do not compare.", "")]
    if len(models) > 2:
        return [("All of them were trained on the same data. Choose two to see whether they differ.", "")]
    one, other = sorted(models, key=lambda model: -_best(model))
    found = compare(one.summary, other.summary)
    if found is None:
        return [("There is no pair that neither had seen: compare the likely ranges, not the numbers alone.", "")]
    return [(frame.plain(found.verdict(f"“{one.name}”", f"“{other.name}”")), found.statistics())]


def _best(model: Shelved) -> float:
    heads = model.summary.evaluation.heads
    return heads[best_informed(heads)].accuracy

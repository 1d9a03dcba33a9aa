"""The models that a visitor may choose from: the shipped one, this visitor's own, and the one of the link."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mmdemo.bundles.facts import ModelFacts, model_facts
from mmdemo.bundles.summary import ModelSummary, summarise
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.ui import frame, runs, sharing, state, visitor
from mmdemo.ui.model_title import title_of
from mmdemo.ui.told_apart import told_apart


@dataclass(frozen=True)
class Shelved:
    """A model on the shelf.

    id: its name in a link. name: for a person, no two alike. mine: whether this visitor trained or opened it.
    opened: whether it was made elsewhere. private: whether nobody else may see it.
    """

    id: str
    name: str
    summary: ModelSummary
    mine: bool
    opened: bool = False
    private: bool = False

    @property
    def current(self) -> bool:
        """Whether the pages speak of it."""
        return self.id == st.query_params.get(state.MODEL, state.EVERYDAY)


def models() -> tuple[Shelved, ...]:
    """Return the models, the shipped one first, then the newest; one that cannot be read is left out and said."""
    finished = {now.id: now for now in runs.models() if now.state == State.DONE and now.folder is not None}
    linked = st.query_params.get(state.MODEL, state.EVERYDAY)
    ids = [state.EVERYDAY, *finished, *([linked] if linked not in (state.EVERYDAY, *finished) else [])]
    found: dict[str, ModelSummary] = {}
    for model_id in ids:
        with frame.guarded():
            found[model_id] = summarise(state.model_folder(model_id))
    names = _names(found)
    return tuple(
        Shelved(one, names[one], summary, **_whose(finished.get(one))) for one, summary in found.items()
    )


def facts(summary: ModelSummary) -> ModelFacts:
    """Return all that is reported of a model; raises a BundleError when its files are damaged."""
    return _facts(str(summary.folder), summary.fingerprint)


def rename(model: Shelved, name: str) -> None:
    """Give a model of this visitor another name; "" brings back the one that it had."""
    runs.queue().rename(model.id, name, visitor.name())


def delete(model: Shelved) -> None:
    """Take a model of this visitor away; it can come back for a moment. A button's `on_click`.

    Pages go on with the shipped one if it was the current one.
    """
    with frame.guarded():
        runs.queue().delete(model.id, visitor.name(), model.name)
        named = [key for key in (state.MODEL, state.RUN) if st.query_params.get(key) == model.id]
        st.session_state[state.NAMED_BY_LINK] = (model.id, named)
        for key in named:
            del st.query_params[key]


def undo(model_id: str) -> None:
    """Bring a model back that was deleted a moment ago, to where it was in the link, too; a button's `on_click`."""
    with frame.guarded():
        runs.queue().deletions.undo(model_id, visitor.name())
        deleted, named = st.session_state.get(state.NAMED_BY_LINK, ("", ()))
        for key in named if deleted == model_id else ():
            st.query_params[key] = model_id


def share(model: Shelved) -> None:
    """Let everybody use a model of this visitor who has its link; a button's `on_click`."""
    with frame.guarded():
        sharing.share_model(model.id)


def choose(model: Shelved) -> None:
    """Make it the model that all pages speak of."""
    if model.id == state.EVERYDAY:
        st.query_params.pop(state.MODEL, None)
    else:
        st.query_params[state.MODEL] = model.id


@st.cache_data(max_entries=20, show_spinner="Reading the model…")
def _facts(folder: str, fingerprint: str) -> ModelFacts:
    return model_facts(Path(folder))


def _whose(now: Snapshot | None) -> dict[str, bool]:
    if now is None:
        return {"mine": False}
    return {"mine": now.mine, "opened": now.arguments[:1] == (runs.OPEN,), "private": now.private}


def _names(found: dict[str, ModelSummary]) -> dict[str, str]:
    # From the oldest on, so that a model keeps its name when another one like it is trained.
    return told_apart((model_id, title_of(summary)) for model_id, summary in reversed(found.items()))

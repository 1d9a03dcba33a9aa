"""What the pages remember, and where: the keys of the URL, and those of the session that more than a widget uses."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mmdemo.datasets.options import OFFERED
from mmdemo.errors import BundleError
from mmdemo.storage.folders import mark_used, runs_dir
from mmdemo.storage.trimming import changed
from mmdemo.ui import access, shipped_model, visitor_name

if TYPE_CHECKING:
    from mmdemo.bundles.bundle import Bundle
    from mmdemo.bundles.example import Example
    from mmdemo.bundles.summary import ModelSummary

MODEL = "model"
DATASET, NEW_DATA = "dataset", "own"  # the second stands for data of one's own that is still to come
EDITS = "edits"  # names what was left out of own data, or labelled anew
PAIR = "pair"
PAIR_OF, OF_MODEL = "of", "model"  # the pair is one of the model's data, not of the chosen dataset
RUN = "run"
ASK, ONE_PAIR, TABLE_OF_PAIRS = "ask", "One pair", "A table of pairs"  # what the Classify page asks for
ASK_TABLE = {ASK: "table"}  # in a link to the Classify page: a table of pairs, not one of them
WATCHED = "watched_run"  # session: the run that went on when it was last seen, and the model that was current then
TOUR, PRESENT = "tour", "present"
ASKED = "asked"  # the pair for which a visitor asked what would change the answer
DATASET_OPTIONS = tuple(sorted(option for offered in OFFERED.values() for option in offered))
SHARED = (MODEL, DATASET, EDITS, *DATASET_OPTIONS, PRESENT)  # parameters of the URL that go along from page to page

KEPT = {"Data": ("label", "search", "page", "view")}  # page → parameters that links to it bring back
KEPT_AS_WRITTEN = "kept_as_written"  # parameter → the value that it had last, as written in a URL
LAST_PAIRS = "last_pairs"  # dataset → id of the pair last chosen
HERE = "here"  # title of the page that is drawn
TRAINING_SETTINGS = "training_settings"  # modality → settings, carried from Preprocess to Train
VISITOR = visitor_name.KEY

# Widgets whose value other code reads or sets.
LABEL, SEARCH, PAGE = "label", "search", "page"  # of the Data page, where they are parameters of the URL, too
DATA_SOURCE = "source_of_data"
CHOSEN = {option: f"choice_{option}" for option in DATASET_OPTIONS}
EVALUATED_HEAD = "evaluated_head"
CONFUSION_CELL, CONFUSION_LABEL, CONFUSION_ANSWER = "confusion_cell", "confusion_label", "confusion_answer"
MAP = "map"
CAPTION = "caption"
PAIR_FROM, OWN_PAIR = "pair_from", "own"  # of the Preprocess page: whether its pair is a visitor's own
COMPARED, VIEWED = "compared", "viewed"  # models
NAMED_BY_LINK = "deleted_model"  # session: the model deleted last, and the parameters of the URL that named it

EVERYDAY = shipped_model.EVERYDAY
_RUN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def input_of(modality: str) -> str:
    """Return the key of the widget that asks for a modality without a view of its own."""
    return f"input_{modality}"


def shared_parameters() -> dict[str, str]:
    """Return the parameters of the URL that every link within the app takes along."""
    there = st.query_params.to_dict()  # once: a page has dozens of links
    return {key: there[key] for key in SHARED if key in there}


def kept_parameters(title: str) -> dict[str, str]:
    """Return the parameters of the URL that a link to the page with this title brings back."""
    kept: dict[str, str] = st.session_state.get(KEPT_AS_WRITTEN, {})
    return {key: kept[key] for key in KEPT.get(title, ()) if key in kept}


def model_folder(name: str) -> Path:
    """Return the folder of a model by the name in its link; raises a BundleError for none, and another's."""
    if name == EVERYDAY:
        return shipped_model.folder()
    if not has_model(name):
        raise BundleError(
            "The model of this link is no longer here: models that visitors train are kept for a while only. "
            "Train it again, or use the shipped model."
        )
    if not access.may_see(name):
        raise BundleError(access.PRIVATE)
    mark_used([runs_dir() / name])
    return runs_dir() / name


def has_model(name: str) -> bool:
    """Return whether there is a model of this name, whoever may see it."""
    return name == EVERYDAY or (_RUN.fullmatch(name) is not None and (runs_dir() / name / "manifest.json").is_file())


def shipped_example() -> "tuple[ModelSummary, Example] | None":
    """Return what stands beside the shipped model, its summary and a worked example; None where the URL names another.

    Raises a BundleError if the model cannot be used.
    """
    if st.query_params.get(MODEL, EVERYDAY) != EVERYDAY:
        return None
    folder = model_folder(EVERYDAY)
    return _kept(str(folder), changed(folder / "manifest.json"))


def current_model() -> "Bundle":
    """Return the model that the URL names, by default the shipped one; raises a BundleError if it cannot be used."""
    folder = model_folder(st.query_params.get(MODEL, EVERYDAY))
    return _read(str(folder), changed(folder / "manifest.json"))


@st.cache_resource(max_entries=4, show_spinner="Loading the model…")
def _read(folder: str, changed: float) -> "Bundle":
    if Path(folder) == shipped_model.folder():
        return shipped_model.load()
    from mmdemo.bundles.bundle import load  # with all the libraries, which the frame of a page can do without

    return load(folder)


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept(folder: str, changed: float) -> "tuple[ModelSummary, Example] | None":
    from mmdemo.bundles.example import read_example
    from mmdemo.bundles.summary import summarise

    example = read_example(Path(folder))
    return None if example is None else (summarise(Path(folder)), example)

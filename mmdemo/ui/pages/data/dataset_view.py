"""A dataset in numbers and warnings."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from mmdemo.charts.data import MOST_BESIDE, class_bars
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.finding import Finding
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.datasets.quality import QualityReport, examine
from mmdemo.ui import demand, frame, own_copy
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pages.data import gallery

_DRAW = {"serious": st.error, "warning": st.warning, "note": st.info}
_ICONS = {"serious": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}


def summary(dataset: Dataset) -> None:
    """Draw how much there is of everything, where it comes from and under which licence."""
    largest = dataset.frame["label"].value_counts(normalize=True)
    with st.grid(min_column_width=165):
        st.metric("Pairs", f"{len(dataset.frame):,}", border=True)
        st.metric("Classes", f"{len(largest):,}", border=True)
        for view in _views(dataset):
            view.metric(dataset)
        st.metric(
            "Largest class",
            f"{largest.iloc[0]:.1%}",
            border=True,
            help=f"Always answering “{frame.plain(str(largest.index[0]))}” would be right this often; a model must do "
            "better.",
        )
    said = (dataset.source, f"Licence: {dataset.licence}.", *dataset.notes, kinds_sentence(dataset.kinds_left_out))
    st.caption(" ".join(frame.plain(sentence) for sentence in said if sentence))


def numbers(dataset: Dataset) -> None:
    """Draw the balance of the classes, and each modality in numbers."""
    labels = dataset.frame["label"]
    many = labels.nunique() > MOST_BESIDE
    if many:
        _classes(labels)
    with st.grid(min_column_width=300, gap="medium"):
        if not many:
            _classes(labels)
        for view in sorted(_views(dataset), key=lambda view: not view.written):  # files take longest to look at
            view.numbers(dataset)


def _classes(labels: pd.Series) -> None:
    with st.container(key="class_balance"):
        st.html(class_bars(labels))


def sections(dataset: Dataset) -> dict[str, Callable[[Dataset], None]]:
    """Return title → drawing of the sections that the dataset's modalities add."""
    return {title: draw for view in _views(dataset) for title, draw in view.sections().items()}


def quality(dataset: Dataset) -> None:
    """Draw what is wrong with the data as far as a computer can tell, and what to do about it."""
    findings = _findings(dataset)
    if not findings:
        nouns = " and ".join(view.modality.noun for view in _views(dataset))
        st.success(f"Nothing to complain about: every {nouns} can be read, no copies, balanced classes.")
    for place, finding in enumerate(findings):
        with st.container(key=f"finding_{place}", gap="xsmall"):
            _DRAW[finding.severity](
                f"**{frame.plain(finding.title)}.** {frame.plain(finding.detail)}", icon=_ICONS[finding.severity]
            )
            if finding.rows:
                _pairs_in_question(dataset, finding.rows, f"finding_{place}_pairs")


def _findings(dataset: Dataset) -> tuple[Finding, ...]:
    """Return what was found when own data was prepared; a sample is looked through now."""
    data_id = own_copy.id_of(dataset.location)
    if data_id:
        return tuple(Finding(**{**one, "rows": tuple(one["rows"])}) for one in own_copy.facts(data_id)["findings"])
    return tuple(_report(key_of(dataset), dataset).findings)


def _pairs_in_question(dataset: Dataset, rows: tuple[str, ...], key: str) -> None:
    named = f"Show these {len(rows):,} pairs" if len(rows) > 1 else "Show this pair"
    with st.expander(named, key=key, on_change="rerun") as opened:
        if opened.open:
            gallery.cards(dataset, list(rows[: gallery.PAGE_SIZE]), f"{key}_cards")
            if len(rows) > gallery.PAGE_SIZE:
                st.caption(f"The first {gallery.PAGE_SIZE} of {len(rows):,}.")


def _views(dataset: Dataset) -> list[View]:
    return views_of(dataset.modalities)


@st.cache_resource(max_entries=8, show_spinner="Looking through the data…")
def _report(key: tuple[object, ...], _dataset: Dataset) -> QualityReport:
    demand.wait(len(_dataset.frame))
    return examine(_dataset)

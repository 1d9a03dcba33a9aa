"""A dataset in numbers, words and warnings."""

import pandas as pd
import streamlit as st

from mmdemo.charts.data import class_chart, length_chart, size_chart, words_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.quality import QualityReport, examine
from mmdemo.datasets.words import COMMON, TellingWord, caption_lengths, telling_words
from mmdemo.ui import data_choice, figure, frame
from mmdemo.ui.pages.data import gallery

_DRAW = {"serious": st.error, "warning": st.warning, "note": st.info}
_ICONS = {"serious": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}


def summary(dataset: Dataset) -> None:
    """Draw how much there is of everything, where it comes from and under which licence."""
    lengths = _lengths(data_choice.key_of(dataset), dataset)
    largest = dataset.frame["label"].value_counts(normalize=True)
    with st.grid(min_column_width=165):
        st.metric("Pairs", f"{len(dataset.frame):,}", border=True)
        st.metric("Classes", f"{len(largest):,}", border=True)
        st.metric("Words per caption", f"{lengths.median():g}", border=True, help="The median: half have fewer.")
        st.metric(
            "Largest class",
            f"{largest.iloc[0]:.1%}",
            border=True,
            help=f"Always answering “{frame.plain(str(largest.index[0]))}” is right so often: a model must do better.",
        )
    said = (dataset.source, f"Licence: {dataset.licence}.", *dataset.notes)
    st.caption(" ".join(frame.plain(sentence) for sentence in said))


def numbers(dataset: Dataset) -> None:
    """Draw the balance of the classes, the length of the captions and the size of the images."""
    labels, lengths = dataset.frame["label"], _lengths(data_choice.key_of(dataset), dataset)
    counts = labels.value_counts()
    with st.grid(min_column_width=300, gap="medium"):
        figure.draw(
            class_chart(labels),
            alt=f"Pairs by label, from {counts.index[0]} with {counts.iloc[0]} to {counts.index[-1]} "
            f"with {counts.iloc[-1]}.",
            key="class_balance",
        )
        figure.draw(
            length_chart(lengths),
            alt=f"Captions by length: {lengths.min()} to {lengths.max()} words, median {lengths.median():g}.",
            key="caption_lengths",
        )
        _sizes(_report(data_choice.key_of(dataset), dataset))


def words(dataset: Dataset) -> None:
    """Draw each class's most telling words."""
    st.markdown(
        "For each label, the words that its captions hold far more often than all others' do: the bar is the share of "
        "the label's captions with the word, the orange tick the share of all other captions. The most telling word "
        "comes first."
    )
    found = _words(data_choice.key_of(dataset), dataset)
    highest = max((word.share for telling in found.values() for word in telling), default=None)
    with st.grid(min_column_width=260, gap="medium"):
        for label, telling in found.items():
            if telling:
                spoken = f"Telling words of {label}: {', '.join(word.word for word in telling)}."
                figure.draw(words_chart(label, telling, highest), alt=spoken, key=f"words_{label}")
    silent = [label for label, telling in found.items() if not telling]
    if silent:
        st.caption(f"No word stands out in: {frame.plain(', '.join(silent))}.")
    with st.popover("How are they chosen?", icon=":material/help:"):
        st.markdown(
            "For each word and label, the captions are counted that hold the word and that do not, in the label and "
            "outside it. The **log-likelihood ratio** G² says how surprising these four counts would be if word and "
            "label had nothing to do with each other; the words with the largest G² are shown. Words in more than "
            f"{COMMON:.0%} of the other captions, such as “a”, are left out. In scripts without spaces, single "
            "characters and pairs of them count as words."
        )


def quality(dataset: Dataset) -> None:
    """Draw what is wrong with the data as far as a computer can tell, and what to do about it."""
    findings = _report(data_choice.key_of(dataset), dataset).findings
    if not findings:
        st.success("Nothing to complain about: every image and caption can be read, no copies, balanced classes.")
    for place, finding in enumerate(findings):
        with st.container(key=f"finding_{place}", gap="xsmall"):
            _DRAW[finding.severity](
                f"**{frame.plain(finding.title)}.** {frame.plain(finding.detail)}", icon=_ICONS[finding.severity]
            )
            if finding.rows:
                _pairs_in_question(dataset, finding.rows, f"finding_{place}_pairs")


def _pairs_in_question(dataset: Dataset, rows: tuple[str, ...], key: str) -> None:
    named = f"The {len(rows):,} pairs in question" if len(rows) > 1 else "The pair in question"
    with st.expander(named, key=key, on_change="rerun") as opened:
        if opened.open:
            gallery.cards(dataset.frame.loc[list(rows[: gallery.PAGE_SIZE])], f"{key}_cards")
            if len(rows) > gallery.PAGE_SIZE:
                st.caption(f"The first {gallery.PAGE_SIZE} of {len(rows):,}.")


def _sizes(report: QualityReport) -> None:
    sizes = pd.DataFrame(report.sizes.values(), columns=["width", "height"])
    if sizes.empty:
        return
    least, most = sizes.min(), sizes.max()
    if (least == most).all():
        st.markdown(f"All images have the same size: **{least['width']} × {least['height']} pixels**.")
        return
    spoken = (
        f"Width against height of the images: {least['width']} to {most['width']} pixels wide, "
        f"{least['height']} to {most['height']} high."
    )
    figure.draw(size_chart(sizes), alt=spoken, key="image_sizes")


@st.cache_data(max_entries=8, show_spinner=False)
def _lengths(key: tuple[object, ...], _dataset: Dataset) -> pd.Series:
    return caption_lengths(_dataset.frame)


@st.cache_resource(max_entries=8, show_spinner="Counting words…")
def _words(key: tuple[object, ...], _dataset: Dataset) -> dict[str, list[TellingWord]]:
    return telling_words(_dataset.frame)


@st.cache_resource(max_entries=8, show_spinner="Looking through the images…")
def _report(key: tuple[object, ...], _dataset: Dataset) -> QualityReport:
    return examine(_dataset)

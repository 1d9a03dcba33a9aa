"""The caption's way to numbers."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.words import MOST, alike_chart, piece_chart, term_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui import figure, frame
from mmdemo.walkthrough import formulas
from mmdemo.walkthrough.caption import (
    MeaningWalk,
    TfidfWalk,
    alike,
    own_tfidf,
    settings_of,
    tfidf_of,
    walk_meaning,
    walk_tfidf,
)

_TFIDF_HELP = (
    "**TF-IDF** gives every word of the vocabulary a weight: higher if it is frequent in this caption (term "
    "frequency), lower if it stands in many captions (inverse document frequency). All other words get 0."
)
_VECTOR_HELP = (
    "A **word vector** is a list of 256 numbers, trained on a great many texts in such a way that words used alike "
    "have vectors that point the same way. So a word counts even if no training caption held it."
)
_MOST = 20  # unknown words that are named


def section(bundle: Bundle, dataset: Dataset, caption: str) -> None:
    """Draw what TF-IDF and the word vectors make of a caption."""
    encoder = bundle.model.encoders.get("text")
    captions = [caption for caption in values_of(dataset.frame, "text") if caption is not None]
    own = own_tfidf(encoder) is not None
    counted = tfidf_of(encoder, captions)
    st.markdown(f"“{frame.plain(caption)}”")
    if not own:
        st.caption("This model does not count words; here they are counted in the dataset's captions instead.")
    left, right = st.columns(2, gap="large")
    with left:
        _weights(walk_tfidf(counted, caption, bundle.manifest["n_train"] if own else len(captions)))
    with right:
        _meaning(walk_meaning(settings_of(encoder), caption), counted)


def _weights(walk: TfidfWalk) -> None:
    st.subheader("Which words are telling?", anchor=False, help=_TFIDF_HELP)
    if walk.terms:
        heaviest = walk.terms[0]
        figure.draw(
            term_chart(walk, MODALITIES["text"].colour),
            alt=f"TF-IDF weights of the caption's words; the heaviest is {heaviest.name}, {heaviest.weight:.2f}.",
            key="terms",
        )
    else:
        st.info("The model met none of these words in training, so they count nothing here.", icon=":material/info:")
    if walk.unknown:
        unknown = " ".join(f":gray-badge[{frame.plain(word)}]" for word in walk.unknown[:_MOST])
        more = f" and {len(walk.unknown) - _MOST:,} more" if len(walk.unknown) > _MOST else ""
        st.markdown(f"Never met in training, so weight 0: {unknown}{more}")
    st.markdown(
        f"The vocabulary holds **{walk.vocabulary:,} words**, from {walk.captions:,} captions. A caption fills "
        f"**{walk.filled:.2%}** of its places on average; the rest are zeros (such a table is called sparse)."
    )
    with st.container(border=True):
        st.latex(formulas.TFIDF)
        if walk.terms:
            st.latex(formulas.tfidf(walk))


def _meaning(walk: MeaningWalk, counted: TfidfEncoder) -> None:
    st.subheader("What do the words mean?", anchor=False, help=_VECTOR_HELP)
    if not walk.tokens:
        st.info("This caption holds no word, so its vector is all zeros.", icon=":material/info:")
        return
    figure.draw(
        piece_chart(walk),
        alt="Length of each word piece's vector; long ones count most in the mean.",
        key="pieces",
    )
    st.caption(
        f"The tokeniser cuts the caption into {len(walk.tokens):,} pieces, rare words into several"
        f"{f'; the first {MOST} are shown' if len(walk.tokens) > MOST else ''}. The caption's vector is their mean, so "
        "long vectors say more and little words hardly anything."
    )
    word = st.pills("Nearest words to", walk.words[:8], default=walk.words[0], required=True, key="alike")
    found = alike(word, counted)
    if found:
        figure.draw(
            alike_chart(word, found),
            alt=f"Words of the vocabulary nearest to {word}; the nearest is {found[0][0]}, cosine {found[0][1]:.2f}.",
            key="alike_words",
        )
    with st.container(border=True):
        st.latex(formulas.WORD_VECTOR)
        st.latex(formulas.word_vector(walk))

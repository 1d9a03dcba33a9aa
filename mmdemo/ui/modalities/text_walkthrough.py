"""The caption's way to numbers."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.charts.words import MOST, alike_chart, meaning_chart, piece_chart, term_chart
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.encoders.sentence import DIMENSIONS
from mmdemo.encoders.tfidf import TfidfEncoder
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.shortened import shortened
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
from mmdemo.walkthrough.sentence import SentenceWalk, sentence_of, walk_sentence

_TFIDF_HELP = (
    "Every word that the model knows gets a weight: higher if it is frequent in this caption (term frequency), lower "
    "if it stands in many captions (inverse document frequency). All other words get 0. This is called **TF-IDF**."
)
_VECTOR_HELP = (
    "A **word vector** is a list of 256 numbers, trained on a great many texts in such a way that words used alike "
    "have vectors that point the same way. So a word counts even if no training caption held it."
)
_SENTENCE_HELP = (
    "A **sentence network** reads a caption as a whole, so that a word means what it means beside the others: a jaguar "
    "that eats is another one than a jaguar that is parked. This one was trained on English. How "
    "alike two captions are is the **cosine** of the angle between their features."
)
_LIKENESS_HELP = (
    "The **cosine** of the angle between two word vectors: 1 for words used in the same way, about 0 for words that "
    "have nothing to do with each other."
)
_MOST_PIECES = 60  # that are shown
_MOST = 20  # unknown words that are named


def section(bundle: Bundle, dataset: Dataset, caption: str) -> None:
    """Draw what TF-IDF and the word vectors make of a caption, and the sentence network where the model has one."""
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
    network = sentence_of(encoder)
    if network is not None:
        _whole(walk_sentence(network, caption, captions))


def _whole(walk: SentenceWalk) -> None:
    st.header("What does the caption mean as a whole?", anchor=False, help=_SENTENCE_HELP)
    left, right = st.columns(2, gap="large")
    with left:
        pieces = " ".join(f":gray-badge[{frame.plain(piece)}]" for piece in walk.pieces[:_MOST_PIECES])
        more = f" and {len(walk.pieces) - _MOST_PIECES:,} more" if len(walk.pieces) > _MOST_PIECES else ""
        st.markdown(f"The network reads these pieces together: {pieces}{more}")
        st.markdown(
            f"Each piece becomes **{DIMENSIONS} numbers** that depend on all the others; the caption's features are "
            "their mean, scaled to unit length. So no word has numbers of its own: to see what a word does, Classify "
            "takes it out and computes the answer again."
        )
    if walk.nearest:
        with right:
            figure.draw(
                meaning_chart(walk.nearest),
                alt=f"Of {walk.compared:,} captions, those most alike; the first is “{walk.nearest[0][0]}”, likeness "
                f"{walk.nearest[0][1]:.2f}.",
                key="captions_alike",
            )


def _weights(walk: TfidfWalk) -> None:
    st.header("Which words say most?", anchor=False, help=_TFIDF_HELP)
    if walk.terms:
        heaviest = walk.terms[0]
        figure.draw(
            term_chart(walk, MODALITIES["text"].colour),
            alt=f"Weights of the caption's words; the heaviest is {heaviest.name}, {heaviest.weight:.2f}.",
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
            st.caption(f"Here t is “{frame.plain(shortened(walk.terms[0].name))}”.")
            st.latex(formulas.tfidf(walk))


def _meaning(walk: MeaningWalk, counted: TfidfEncoder) -> None:
    st.header("What do the words mean?", anchor=False, help=_VECTOR_HELP)
    if not walk.tokens:
        st.info("This caption holds no word, so its numbers are all 0.", icon=":material/info:")
        return
    figure.draw(
        piece_chart(walk),
        alt="How much each piece of a word counts in the caption's mean.",
        key="pieces",
    )
    st.caption(
        f"The caption is cut into {len(walk.tokens):,} pieces, rare words into several"
        f"{f'; the first {MOST} are shown' if len(walk.tokens) > MOST else ''}. Each piece is a list of numbers, and "
        "the caption is their mean: a longer bar counts for more."
    )
    word = st.pills(
        "Nearest words to",
        walk.words[:8],
        default=walk.words[0],
        required=True,
        key="alike",
        persist_state="session",
        help=_LIKENESS_HELP,
    )
    found = alike(word, counted)
    if found:
        figure.draw(
            alike_chart(word, found),
            alt=f"Words of the vocabulary nearest to {word}; the nearest is {found[0][0]}, likeness {found[0][1]:.2f}.",
            key="alike_words",
        )
    with st.container(border=True):
        st.latex(formulas.WORD_VECTOR)
        st.latex(formulas.word_vector(walk))

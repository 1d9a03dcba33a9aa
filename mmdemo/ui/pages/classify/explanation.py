"""Why this answer: for any class, against any other, with words and cells to take out, and similar training pairs."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.nearest import nearest
from mmdemo.charts.answer import waterfall_chart
from mmdemo.charts.effect import effect_chart
from mmdemo.charts.explanation import MOST_CELLS, cell_name, cells_chart
from mmdemo.encoders.evidence import Evidence, text_evidence
from mmdemo.explanation.counterfactual import Removal, decisive_cells, decisive_words, reduced, without_words
from mmdemo.explanation.explain import Explanation, against, explain
from mmdemo.model.model import Model, Prediction
from mmdemo.ui import answer, figure, frame, images, model_data, state, thumbnails

_NOTHING = "nothing else"
_NEIGHBOUR = 132  # pixels



def explanation(
    bundle: Bundle, image: images.ChosenImage | None, evidence: Mapping[str, Evidence], prediction: Prediction
) -> None:
    """Draw the whole explanation of one answer, with all that a visitor may ask of it."""
    pair = _digest(bundle, image, evidence)
    label, other = _question(bundle, prediction, pair)
    explained = explain(bundle.model, evidence, prediction)
    shown = explained if other is None else against(explained, label, other)
    left, right = st.columns([2, 3], gap="large")
    with left:
        cells = _cells(shown, label, f"cells_{pair}")
        places = _words(shown, label, f"words_{pair}")
    with right:
        figure.draw(
            waterfall_chart(shown, label, title=_title(label, other)),
            alt=f"How the parts of image and words add up to {shown.logits[shown.classes.index(label)]:.2f}.",
            key="waterfall",
        )
        answer.logit_help()
        if cells or places:
            _taken_out(bundle, evidence, prediction, places, cells)
    _what_would_change(bundle, evidence, prediction, pair)
    _learnt_from(bundle, evidence)


def _question(bundle: Bundle, prediction: Prediction, pair: str) -> tuple[str, str | None]:
    # With the pair in their keys, another pair is asked about anew: its own answer comes first.
    classes = [bundle.model.classes[i] for i in np.argsort(-prediction.logits, kind="stable")]
    with st.container(horizontal=True):
        label = st.selectbox(
            "Why", classes, key=f"explained_{pair}", help="The class to explain; the likeliest comes first."
        )
        others = [_NOTHING, *(name for name in classes if name != label)]
        other = st.selectbox(
            "and not",
            others,
            key=f"rather_than_{pair}",
            help="Another class: then the parts say what tells the two apart.",
        )
    return label, None if other == _NOTHING else other


def _title(label: str, other: str | None) -> str:
    return f"What adds up to the logit of “{label}”" if other is None else f"Why “{label}” and not “{other}”"


def _cells(shown: Explanation, label: str, key: str) -> list[tuple[int, int]]:
    if shown.cells is None:
        return []
    parts = shown.cells[shown.classes.index(label)]
    if parts.size > MOST_CELLS:
        st.image(shown.painted(parts), width="stretch", alt=f"The image, tinted by what speaks for {label}.")
        return []
    st.markdown("**Click a cell to paint it over**")
    chart = cells_chart(shown, parts)
    alt = f"The image, tinted by what speaks for {label} (blue) and against it (orange), under a grid of cells."
    clicked = {(cell["row"], cell["column"]) for cell in figure.picked(chart, alt=alt, key=key)}
    st.caption(f"Blue speaks for “{frame.plain(label)}”, orange against it. Rows and columns count from the top left.")
    with st.popover("Cells by name", icon=":material/keyboard:"):
        names = {cell_name(*cell): cell for cell in np.ndindex(*parts.shape)}
        named = st.multiselect("Paint over", list(names), key=f"{key}_named", help="The same without a mouse.")
    return sorted(clicked | {names[name] for name in named})


def _words(shown: Explanation, label: str, key: str) -> list[int]:
    if not shown.words:
        return []
    with st.container(key="words"):
        st.html(answer.coloured_words(shown.words, shown.word_parts[shown.classes.index(label)]))
    return sorted(
        st.pills(
            "Click a word to take it out",
            range(len(shown.words)),
            selection_mode="multi",
            format_func=lambda place: shown.words[place],
            key=key,
        )
    )


def _taken_out(
    bundle: Bundle,
    evidence: Mapping[str, Evidence],
    before: Prediction,
    places: list[int],
    cells: list[tuple[int, int]],
) -> None:
    with frame.guarded():
        after = bundle.model.answer(reduced(bundle.model, evidence, places, cells))
        was, now = before.probabilities.max(), after.probabilities[bundle.model.classes.index(before.label)]
        moved = f"“{before.label}” goes from {was:.0%} to {now:.0%}"
        turned = "" if after.label == before.label else f", and the answer becomes “{after.label}”"
        st.markdown(frame.plain(f"Computed again without what is taken out: {moved}{turned}."))
        figure.draw(
            effect_chart(bundle.model.classes, before.probabilities, after.probabilities, "Before and after"),
            alt=f"Probabilities of all classes with everything and without what was taken out: {moved}{turned}.",
            key="taken_out",
        )
        text = text_evidence(evidence)
        if places and text is not None:
            left = frame.plain(without_words(text.cleaned, places)) or "nothing"
            st.caption(f"What is left of the caption: {left}")


def _what_would_change(bundle: Bundle, evidence: Mapping[str, Evidence], prediction: Prediction, pair: str) -> None:
    asked = st.button("What would change the answer?", icon=":material/search:", key="what_would_change")
    if asked:
        st.session_state[state.ASKED] = pair
    if st.session_state.get(state.ASKED) != pair:
        return
    words, cells = _decisive(pair, bundle.model, evidence, prediction)
    text = text_evidence(evidence)
    if text is not None:
        names = [word.text for word in text.words]
        st.markdown(_sentence("words", words, lambda place: f"“{names[place]}”"))
    if "image" in evidence:
        st.markdown(_sentence("cells", cells, lambda cell: cell_name(*cell)))


@st.cache_resource(max_entries=100, show_spinner="Taking out words and cells…")
def _decisive(
    pair: str, _model: Model, _evidence: Mapping[str, Evidence], _prediction: Prediction
) -> tuple[Removal | None, Removal | None]:
    return decisive_words(_model, _evidence, _prediction), decisive_cells(_model, _evidence, _prediction)


def _sentence(what: str, found: Removal | None, name: Any) -> str:
    if found is None:
        return f"None of the sets of {what} that were tried changes the answer when it is taken out."
    parts = "; ".join(name(part) for part in sorted(found.parts))
    return frame.plain(
        f"Without {len(found.parts)} of the {what} ({parts}) the answer would be “{found.prediction.label}”, "
        f"with {found.prediction.probabilities.max():.0%}."
    )


def _learnt_from(bundle: Bundle, evidence: Mapping[str, Evidence]) -> None:
    found = nearest(bundle, evidence)
    if not found:
        return
    st.markdown("**Trained on pairs like these**")
    origin, missing = model_data.origin_of(bundle)
    rows = None if origin is None else origin.dataset.frame
    if rows is None:
        st.caption(frame.plain(missing))
    with st.container(horizontal=True, key="neighbours"):
        for one in found:
            with st.container(width=_NEIGHBOUR, gap="xsmall"):
                if rows is not None and one.row_id in rows.index:
                    row = rows.loc[one.row_id]
                    thumbnails.draw(str(row["image"]), f"Training image of {row['label']}", _NEIGHBOUR)
                    st.caption(
                        f"{frame.plain(str(row['text']))} · **{frame.plain(str(row['label']))}** · {one.cosine:.2f}"
                    )
                else:
                    st.caption(f"{frame.plain(one.row_id)} · {one.cosine:.2f}")
    st.caption(
        "The training pairs most alike in the model's eyes; the number is the cosine of their features (−1 to 1)."
    )


def _digest(bundle: Bundle, image: images.ChosenImage | None, evidence: Mapping[str, Evidence]) -> str:
    """Return what tells one pair and model from every other, for widgets and caches."""
    parts = [bundle.manifest["sha256"], image.key if image is not None and "image" in evidence else ""]
    text = text_evidence(evidence)
    parts += [] if text is None else [text.cleaned]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

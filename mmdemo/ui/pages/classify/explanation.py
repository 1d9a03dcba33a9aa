"""Why this answer: for any class, against any other, with parts to take out."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation.contrary import contrary, taken_out
from mmdemo.explanation.counterfactual import Removal, decisive, reduced, removable
from mmdemo.explanation.explain import Explanation, against, alone, explain
from mmdemo.model.certainty import percent
from mmdemo.model.model import Model, Prediction
from mmdemo.preprocess.shortened import shortened
from mmdemo.ui import answer, effect_view, frame, state
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.modalities.view import View

_NOTHING = "nothing else"
_MOST_NAMED = 40  # units that a sentence names


@st.fragment
def explanation(bundle: Bundle, evidence: Mapping[str, Evidence], pair: str, prediction: Prediction) -> None:
    """Draw the whole explanation of one answer, with all that a visitor may ask of it; alone again when they do.

    pair: what tells the pair and the model from every other; see `digest`.
    """
    with frame.guarded():
        _explanation(bundle, evidence, pair, prediction)


def _explanation(bundle: Bundle, evidence: Mapping[str, Evidence], pair: str, prediction: Prediction) -> None:
    label, other = _question(bundle, prediction, pair)
    explained = explain(bundle.model, evidence, prediction)
    shown = alone(explained) if other is None else against(explained, label, other)
    left, right = st.columns([2, 3], gap="large")
    with left:
        taken = {
            view.name: view.choose_units(shown, label, f"{view.modality.units.nouns}_{pair}")
            for view in views_of(shown.parts)
        }
    with right:
        answer.parts(shown, label)
        answer.removals(shown, label)
        _contrary(explained, label, other)
        if any(taken.values()):
            _taken_out(bundle, evidence, prediction, taken, shown, label)
    _what_would_change(bundle, evidence, prediction, pair)


def digest(bundle: Bundle, values: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> str:
    """Return what tells one pair and model from every other, for widgets and caches; values: of the pair."""
    keys = [view.found_key(values[view.name], evidence[view.name]) for view in views_of(evidence)]
    return hashlib.sha256("\n".join([bundle.key, *evidence, *keys]).encode()).hexdigest()[:32]


def _question(bundle: Bundle, prediction: Prediction, pair: str) -> tuple[str, str | None]:
    # With the pair in their keys, another pair is asked about anew: its own answer comes first.
    classes = [bundle.model.classes[i] for i in np.argsort(-prediction.logits, kind="stable")]
    with st.container(horizontal=True):
        label = st.selectbox(
            "Why", classes, key=f"explained_{pair}", help="The class to explain; the likeliest comes first."
        )
        others = [*(name for name in classes if name != label), _NOTHING]
        other = st.selectbox(
            "and not",
            others,
            key=f"rather_than_{pair}",
            help="The parts say what tells the two classes apart; the likeliest other comes first. With "
            f"“{_NOTHING}”, they are those of one class's score alone.",
        )
    return label, None if other == _NOTHING else other


def _contrary(explained: Explanation, label: str, other: str | None) -> None:
    """Say why taking out some units moves the probability against their colour, where that is so."""
    for view in views_of(explained.parts):
        if found := contrary(explained, view.name, label, other):
            unit = shortened(view.unit_name(found[0].unit))
            st.caption(frame.plain(found[0].sentence(unit, label, len(found) - 1)))


def _taken_out(
    bundle: Bundle,
    evidence: Mapping[str, Evidence],
    before: Prediction,
    taken: Mapping[str, list[int]],
    shown: Explanation,
    label: str,
) -> None:
    with frame.guarded():
        after = bundle.model.answer(reduced(bundle.model, evidence, taken))
        was, now = before.probabilities.max(), after.probabilities[bundle.model.classes.index(before.label)]
        moved = f"“{before.label}” {_moved(percent(was), percent(now))}"
        turned = "" if after.label == before.label else f", and the answer becomes “{after.label}”"
        st.markdown(frame.plain(f"Computed again without what is taken out: {moved}{turned}."))
        with st.container(key="taken_out"):
            effect_view.before_and_after(
                bundle.model.classes, before.probabilities, after.probabilities, "Without what is taken out"
            )
        if found := taken_out(shown, label, taken, before, after):
            st.caption(frame.plain(found.sentence("what is taken out", label)))
        for view in views_of(taken):
            left = view.left_over(evidence[view.name], taken[view.name]) if taken[view.name] else None
            if left is not None:
                st.caption(left)


def _moved(was: str, now: str) -> str:
    return f"stays at {was}" if now == was else f"goes from {was} to {now}"


def _what_would_change(bundle: Bundle, evidence: Mapping[str, Evidence], prediction: Prediction, pair: str) -> None:
    views = [view for view in views_of(evidence) if removable(evidence, view.name)]
    if not views:
        return
    asked = st.button("What would change the answer?", icon=":material/search:", key="what_would_change")
    if asked:
        st.session_state[state.ASKED] = pair
    if st.session_state.get(state.ASKED) != pair:
        return
    for view in sorted(views, key=lambda view: not view.written):  # units that are words come first
        found = _decisive(pair, view.name, bundle.model, evidence, prediction)
        st.markdown(_sentence(view, found))


@st.cache_resource(max_entries=200, show_spinner="Taking out parts…")
def _decisive(
    pair: str, modality: str, _model: Model, _evidence: Mapping[str, Evidence], _prediction: Prediction
) -> Removal | None:
    return decisive(_model, _evidence, _prediction, modality)


def _sentence(view: View, found: Removal | None) -> str:
    what = view.modality.units.nouns
    if found is None:
        return f"None of the sets of {what} tried would change the answer."
    in_order = [unit for _, unit in sorted(zip(found.places, found.units, strict=True))]
    counts = Counter(shortened(view.unit_name(unit)) for unit in in_order)
    named = [name if count == 1 else f"{name} × {count:,}" for name, count in list(counts.items())[:_MOST_NAMED]]
    more = f" and {len(counts) - _MOST_NAMED:,} more" if len(counts) > _MOST_NAMED else ""
    return frame.plain(
        f"Without {len(found.places):,} of the {what} ({'; '.join(named)}{more}) the answer would be "
        f"“{found.prediction.label}”, with {percent(found.prediction.probabilities.max())}."
    )

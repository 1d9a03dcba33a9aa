"""One worked example, answered and explained now: of a model that a link names."""

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.example import PAIR, tinted
from mmdemo.explanation.explain import explain
from mmdemo.ui import answer, data_choice, frame, model_data
from mmdemo.ui.blind import blind
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities import examples
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.overview import worked
from mmdemo.ui.pages.overview.kept_example import TOLD
from mmdemo.ui.pair import Pair

_WIDTH = 256  # pixels of what is shown of the pair


def draw(bundle: Bundle) -> None:
    """Draw a pair, the model's answer and what supports it."""
    pair, told, answering = _pair(bundle)
    evidence = examine(answering, pair.values)
    prediction = answering.model.answer(evidence)
    shown, charts = st.columns([1, 3], gap="medium")
    with shown:
        for view in views_of(bundle.model.encoders):
            view.show(pair.values.get(view.name), "of the example", _WIDTH)
        st.caption(told)
    explained = explain(answering.model, evidence, prediction)
    with charts:
        worked.answer(explained, prediction)
        answer.answered_by(answering.model, prediction)
    worked.reasons(explained, prediction.label, tinted(explained, prediction.label).values())


def _pair(bundle: Bundle) -> tuple[Pair, str, Bundle]:
    """Return a pair that shows what fusion does, what to say of it, and the bundle with the model that answers."""
    drawn = examples.pair_of(PAIR)
    if model_data.knows_everyday_things(bundle):
        return drawn, TOLD, bundle
    origin, missing = model_data.origin_of(bundle)
    if origin is None:
        return drawn, frame.plain(missing), bundle
    tested, gain = bundle.held_out, bundle.evaluation.gain
    fixed = tested.ids[tested.fixed(gain.over) if gain else tested.right(next(iter(tested.heads)))]
    row_id = str(fixed[0] if len(fixed) else tested.ids[0])
    if row_id not in origin.dataset.frame.index:
        return drawn, "The pairs that this model had not seen are not here.", bundle
    pair = data_choice.pair_of(origin.dataset, row_id)
    told = "The model that answers here was trained without this pair."
    if not bundle.explains_blindly(row_id):
        told = "The model was trained on this very pair, so it is surer than it would be of a new one."
    return pair, f"It is **{frame.plain(pair.label)}**. {told}", blind(bundle, origin.dataset, row_id)

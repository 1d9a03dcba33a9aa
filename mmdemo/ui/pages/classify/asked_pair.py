"""The pair that a visitor asks about, and the model that answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmdemo.bundles.bundle import Bundle
from mmdemo.ui import frame, model_data, pair_input
from mmdemo.ui.blind import same_fold
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.classify import own_examples
from mmdemo.ui.pages.classify.linked_pair import Linked, linked_pair


@dataclass(frozen=True)
class AskedPair:
    """What is asked about: modality → value, None for what is missing.

    answering: the model for it, trained without it where there is one. unseen: ids of training pairs that it had not
    seen either. linked: the pair of the data that the first value is of.
    """

    values: Mapping[str, Any]
    answering: Bundle
    unseen: frozenset[str] = frozenset()
    linked: Linked | None = None


def asked_pair(bundle: Bundle) -> AskedPair:
    """Draw the input of each modality that the model reads; return what is given."""
    linked = linked_pair(bundle)
    pair = None if linked is None else linked.pair
    own_examples.draw(bundle, "" if pair is None else pair.row_id)
    pair_input.arrive(bundle.model, pair)
    values: dict[str, Any] = {}
    for view in views_of(bundle.model.encoders):
        with frame.guarded():  # a file that cannot be read leaves the others
            values[view.name] = view.ask(pair)
    model_data.what_it_can_answer(bundle)
    return _asked(bundle, values, linked)


def _asked(bundle: Bundle, values: Mapping[str, Any], linked: Linked | None) -> AskedPair:
    """Return the pair with the model that had not seen it, as long as a value is still that of the linked pair."""
    if linked is None:
        return AskedPair(values, bundle)
    kept = [pair_input.is_of(linked.pair, view, values.get(view.name)) for view in views_of(values)]
    named = linked if kept[:1] == [True] else None
    if linked.answering is bundle or not any(kept):
        return AskedPair(values, bundle, linked=named)
    return AskedPair(values, linked.answering, same_fold(bundle, linked.pair.row_id), named)

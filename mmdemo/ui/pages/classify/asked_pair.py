"""The pair that a visitor asks about."""

from typing import Any

from mmdemo.bundles.bundle import Bundle
from mmdemo.ui import frame, model_data, pair_input
from mmdemo.ui.modalities.registry import views_of
from mmdemo.ui.pages.classify.linked_pair import linked_pair


def asked_pair(bundle: Bundle) -> dict[str, Any]:
    """Draw the input of each modality that the model reads; return modality → value, None for what is missing."""
    linked = linked_pair(bundle)
    pair_input.arrive(bundle.model, linked)
    values: dict[str, Any] = {}
    for place, view in enumerate(views_of(bundle.model.encoders)):
        with frame.guarded():  # a file that cannot be read leaves the others
            values[view.name] = view.ask(linked)
            if place == 0:
                pair_input.label_of(linked, view, values[view.name])
        if place == 0:
            model_data.what_it_can_answer(bundle)
    return values

"""What a model finds in a pair on a page."""

from collections.abc import Mapping
from typing import Any

from mmdemo.bundles.bundle import Bundle
from mmdemo.encoders.evidence import Evidence
from mmdemo.ui.modalities.registry import views_of


def examine(bundle: Bundle, values: Mapping[str, Any]) -> dict[str, Evidence]:
    """Return modality → evidence, as `Model.examine` does; empty where there is nothing to answer by.

    values: modality → value as the pages hold it. Raises as `Model.examine` does for what cannot be read.
    """
    model = bundle.model
    return {
        view.name: view.examine(bundle, values[view.name])
        for view in views_of(model.encoders)
        if not model.is_missing(view.name, values.get(view.name))
    }

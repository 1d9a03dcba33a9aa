"""Which view draws which modality."""

from collections.abc import Collection, Mapping

from mmdemo.modalities.registry import MODALITIES
from mmdemo.ui.modalities.image import ImageView
from mmdemo.ui.modalities.text import TextView
from mmdemo.ui.modalities.view import View

VIEWS: Mapping[str, View] = {view.name: view for view in (ImageView("image"), TextView("text"))}
"""The modalities that have a view of their own."""


def view_of(name: str) -> View:
    """Return the view of a modality: its own, or the one that draws any."""
    return VIEWS[name] if name in VIEWS else View(name)


def views_of(modalities: Collection[str]) -> list[View]:
    """Return the views of these modalities, in the order in which modalities are registered."""
    return [view_of(name) for name in MODALITIES if name in modalities]

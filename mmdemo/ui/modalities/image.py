"""How images are drawn and asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation.explain import Explanation
from mmdemo.modalities.image_preparation import side
from mmdemo.model.model import Model
from mmdemo.preprocess.image import ImageSettings
from mmdemo.ui.modalities import (
    chosen_image,
    image_column,
    image_explanation,
    image_input,
    image_preparation,
    image_walkthrough,
    thumbnails,
)
from mmdemo.ui.modalities.column_view import Width, is_empty
from mmdemo.ui.modalities.view import View
from mmdemo.ui.pair import Pair
from mmdemo.walkthrough.dataset_map import image_uris


class ImageView(View):
    """Images: a choice of where one comes from, a heat map, and what preparation and a network do to it."""

    invitation = "choose an image"
    addends = "a part for every cell of the image"
    written = False
    unchanged = image_preparation.UNCHANGED

    def of_cell(self, cell: Any) -> chosen_image.ChosenImage:
        """Return the image of a file."""
        return chosen_image.of_file(str(cell))

    def key(self, value: Any) -> str:
        """Return what tells the image's content from that of every other."""
        return str(value.key)

    def examine(self, bundle: Bundle, value: Any) -> Evidence:
        """Return what the model finds in the image, from the cache where it can."""
        return chosen_image.evidence(bundle, value)

    def files(self, cells: Iterable[Any]) -> Sequence[str]:
        """Return the images' paths."""
        return [str(cell) for cell in cells if not is_empty(cell)]

    def thumbnail(self, cell: Any, alt: str, width: Width = "stretch") -> None:
        """Draw a small square copy."""
        if not is_empty(cell):
            thumbnails.draw(str(cell), alt, width)

    def show(self, value: Any, which: str, width: Width = "stretch") -> None:
        """Draw the image, if there is one."""
        if value is not None:
            size = chosen_image.SHOWN if width == "stretch" else width
            st.image(chosen_image.shown(value, size), width=width, alt=f"The image {which}")

    def fill(self, value: Any) -> None:
        """Choose the image of a pair that arrives by a link."""
        image_input.arrive(value)

    def in_link(self) -> tuple[dict[str, str], str]:
        """Return where the image comes from, and which example it is; an image of a visitor's own is left out."""
        return image_input.in_link(self.name)

    def from_link(self, given: str) -> None:
        """Choose where the image of a link comes from."""
        image_input.from_link(given)

    def ask(self, linked: Pair | None) -> chosen_image.ChosenImage | None:
        """Draw the choice of an image and return it, or None; raises an ImageError for a bad file."""
        return image_input.ask(linked)

    def walkthrough(self, bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
        """Draw what each layer of a network makes of the image."""
        if self.name not in pair.values:
            st.info("This pair has no image.", icon=":material/info:")
            return
        image_walkthrough.section(bundle, pair.values[self.name])

    def unit_name(self, unit: Any) -> str:
        """Return a cell by its row and column."""
        return image_explanation.name(unit)

    def draw_part(self, explained: Explanation, label: str) -> None:
        """Draw the image, tinted by what its cells add."""
        image_explanation.draw(explained, self.name, label)

    def choose_units(self, explained: Explanation, label: str, key: str) -> list[int]:
        """Draw the image under a grid of cells to paint over."""
        return image_explanation.choose_cells(explained, self.name, label, key)

    def settings_form(self) -> ImageSettings:
        """Draw the operations on an image and return the settings chosen."""
        return image_preparation.form()

    def prepared(self, model: Model, value: Any, settings: ImageSettings) -> Any:
        """Return the image as the preparation hands it to the model."""
        return chosen_image.prepared(model, value, settings)

    def single_operations(self, bundle: Bundle, value: Any) -> Mapping[str, Evidence]:
        """Return what the model finds in the image after each operation alone, from the cache where it can."""
        return chosen_image.single_operations(bundle, value)

    def steps(self, model: Model, value: Any, settings: ImageSettings) -> None:
        """Draw the image after every operation."""
        if value is not None:
            st.header("The image, step by step", anchor=False)
            image_preparation.draw_steps(chosen_image.pixels(value), settings, side(model.encoders.get(self.name)))

    def at_points(self, cells: Iterable[Any]) -> tuple[str, list[str]]:
        """Return "image", which charts draw, and each image as a data URI, "" where there is none."""
        return self.name, image_uris(None if is_empty(cell) else cell for cell in cells)

    def numbers(self, dataset: Dataset) -> None:
        """Draw the sizes of the images."""
        image_column.draw_sizes(dataset)

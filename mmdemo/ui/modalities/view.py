"""How a modality is drawn and asked for; this view draws any, and others do better for theirs."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from mmdemo.bundles.bundle import Bundle
from mmdemo.datasets.base import Dataset
from mmdemo.encoders.evidence import Evidence
from mmdemo.explanation.effect import prepared, single_operations
from mmdemo.explanation.explain import Explanation
from mmdemo.model.model import Model
from mmdemo.ui import frame, state
from mmdemo.ui.modalities import any_explanation, any_walkthrough
from mmdemo.ui.modalities.column_view import ColumnView, Width
from mmdemo.ui.pair import Pair

_LONGEST = 200  # characters of a value on a page


class View(ColumnView):
    """The drawing and the input widgets of one modality, which work for a modality that has no view of its own.

    unchanged: widget of the preparation → its value when nothing is changed.
    A value is what the pages hold and `examine` takes; see `ColumnView` for cells.
    """

    unchanged: Mapping[str, Any] = {}

    @property
    def section(self) -> str:
        """The title of its tab or section."""
        return self.modality.title

    @property
    def invitation(self) -> str:
        """What a person can do to give one."""
        return f"give {self.modality.a_noun}"

    @property
    def addends(self) -> str:
        """What its part of a logit consists of."""
        return f"a part for the {self.modality.noun}"

    # A value, and what a model finds in it

    def of_cell(self, cell: Any) -> Any:
        """Return the value of a dataset's cell."""
        return cell

    def key(self, value: Any) -> str:
        """Return what tells a value from every other."""
        return str(value)

    def found_key(self, value: Any, found: Evidence) -> str:
        """Return what tells a value from every other that a model examines; found: what it found in it."""
        return self.key(value)

    def examine(self, bundle: Bundle, value: Any) -> Evidence:
        """Return what the model finds in a value that is not missing; raises as `Model.examine` does."""
        return bundle.model.examine({self.name: value})[self.name]

    # One value on a page

    def show(self, value: Any, which: str, width: Width = "stretch") -> None:
        """Draw a value, or that there is none; which: what to say of it to those who cannot see it."""
        said = "" if value is None else textwrap.shorten(self.in_line(value), _LONGEST, placeholder=" …")
        st.markdown(f"{self.modality.title}: {frame.plain(said)}" if said else f"*no {self.modality.noun}*")

    def fill(self, value: Any) -> None:
        """Put the value of a pair that arrives by a link into the input widgets."""
        st.session_state[state.input_of(self.name)] = "" if value is None else self.in_line(value)

    def in_link(self) -> tuple[dict[str, str], str]:
        """Return the parameters of a link that bring back what is given, and a sentence on what none can, or ""."""
        key = state.input_of(self.name)
        return ({self.name: str(st.session_state[key] or "")} if key in st.session_state else {}), ""

    def from_link(self, given: str) -> None:
        """Put what a link gives into the input widgets; given: this modality's parameter of it."""
        self.fill(given)

    def ask(self, linked: Pair | None) -> Any:
        """Draw the input widgets and return the value, or None; linked: the pair of the page's link."""
        written = st.text_input(self.modality.title, key=state.input_of(self.name), persist_state="session")
        given = None if linked is None else linked.values.get(self.name)
        if given is not None and written == self.in_line(given):
            return given
        return written or None

    # A model's view of one value

    def walkthrough(self, bundle: Bundle, dataset: Dataset, pair: Pair) -> None:
        """Draw what the model's encoder makes of the pair's value."""
        self.show(pair.values.get(self.name), "of the pair")
        any_walkthrough.section(bundle, self.name, pair.values.get(self.name))

    def unit_name(self, unit: Any) -> str:
        """Return the name of a unit that an explanation divides a value into."""
        return str(unit)

    def draw_part(self, explained: Explanation, label: str) -> None:
        """Draw what speaks for and against one class in the value."""
        any_explanation.part(explained, self.name, label)

    def choose_units(self, explained: Explanation, label: str, key: str) -> list[int]:
        """Draw the same, let a visitor take units out, and return their places."""
        self.draw_part(explained, label)
        return any_explanation.pills(explained, self.name, key, self.unit_name)

    def left_over(self, found: Evidence, places: Sequence[int]) -> str | None:
        """Return what is left of the value without these units, where that can be said."""
        return None

    # Preparation

    def settings_form(self) -> Any:
        """Draw the operations that prepare a value and return the settings chosen, or None where there are none."""
        st.caption(f"{self.modality.title}: nothing to prepare. The model takes each {self.modality.noun} as it is.")
        return None

    def prepared(self, model: Model, value: Any, settings: Any) -> Any:
        """Return a value as the preparation hands it to the model."""
        return None if value is None else prepared(model, self.name, value, settings)

    def single_operations(self, bundle: Bundle, value: Any) -> Mapping[str, Evidence]:
        """Return title → what the model finds in the value after each operation alone."""
        return single_operations(bundle.model, self.name, value)

    def steps(self, model: Model, value: Any, settings: Any) -> None:
        """Draw the value after every operation."""

    def phrases(self, settings: Any) -> list[str]:
        """Return in words what the settings change in training."""
        return self.modality.preparation.phrases(settings)

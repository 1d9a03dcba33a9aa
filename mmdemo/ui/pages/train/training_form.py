"""What a visitor chooses before training, and the button that starts it."""

import streamlit as st

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.rare_classes import FEWEST
from mmdemo.errors import ConfigError
from mmdemo.jobs.memory import SHARED_MEGABYTES, attainable_megabytes
from mmdemo.model.config import ModelConfig
from mmdemo.training.estimate import estimate
from mmdemo.ui import frame
from mmdemo.ui.pages.train import more_options, preset_choice
from mmdemo.ui.run_bar import about


def training_form(dataset: Dataset) -> ModelConfig | None:
    """Draw the choices and the button, and return the configuration once it is pressed.

    Where nothing can be trained, the reason and the way on take the button's place.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"Data: {frame.plain(dataset.name)}", anchor=False, width="content")
        frame.link("Data", "Choose other data")
    if problem := _problem(dataset):
        st.warning(problem, icon=":material/database:")
        frame.link("Data", "See the classes of this data")
        return None
    preset = preset_choice.preset_choice(dataset)
    start = st.container()  # its place is here, but what it starts is known only below
    with st.expander("More options", icon=":material/tune:"), frame.guarded():
        config = None
        try:
            config = more_options.more_options(dataset, preset)
            cost = estimate(config, len(dataset.frame), len(dataset.classes))
            cost.check(attainable_megabytes() + SHARED_MEGABYTES)
        except ConfigError as error:
            start.error(frame.plain(str(error)), icon=":material/error:")
            start.caption("Choose another preset, or something else under More options.")
            return None
    with start:
        pressed = st.button("Train", type="primary", icon=":material/play_arrow:", key="train")
        changes = preset_choice.changes(config, preset, dataset)
        if changes:
            st.caption(
                f"Changed under More options: {frame.plain(changes)}. "
                f"{about(cost.seconds).capitalize()}, {cost.megabytes:,.0f} MB of memory."
            )
    return config if pressed else None


def _problem(dataset: Dataset) -> str:
    """Return why nothing can be trained on this data, "" where that is not known yet."""
    counts = dataset.frame["label"].value_counts()
    enough = counts[counts >= FEWEST]
    if len(enough) >= 2:
        return ""
    several = f"{len(enough)} class has" if len(enough) == 1 else "no class has"
    return (
        f"Nothing can be trained on this data: {several} {FEWEST} pairs or more, and at least two classes need that. "
        "Add pairs, or give fewer classes."
    )

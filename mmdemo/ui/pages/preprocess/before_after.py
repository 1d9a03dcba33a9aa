"""A pair as it is and as the model gets it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mmdemo.ui.modalities.registry import views_of


def before_after(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Draw the values of a pair before and after its preparation, side by side."""
    with st.grid(2, min_column_width=120, gap="small"):
        for title, values in (("Before", before), ("After", after)):
            with st.container(gap="xsmall"):
                st.markdown(f"**{title}**")
                for view in views_of(values):
                    view.show(values[view.name], f"{title.lower()} the operations")

"""Terms and what they mean: the focus reaches them, so that a keyboard scrolls a long list, too."""

import html
from collections.abc import Mapping

import streamlit as st


def draw(terms: Mapping[str, str]) -> None:
    """Draw terms (plain text), each with what it means."""
    st.html(as_html(terms))


def as_html(terms: Mapping[str, str]) -> str:
    """Return a list of terms that can have the focus."""
    said = "".join(f"<dt>{html.escape(term)}</dt><dd>{html.escape(text)}</dd>" for term, text in terms.items())
    return f'<dl class="terms" tabindex="0" aria-label="What they mean">{said}</dl>'

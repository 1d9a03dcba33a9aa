"""Classify: one pair, or a whole table of them."""

from mmdemo.ui import frame, state
from mmdemo.ui.pages.classify import one_pair, table_page, ways

with frame.page("Classify"):
    bundle = state.current_model()
    if ways.table_chosen():
        table_page.draw(bundle)
    else:
        one_pair.draw()

"""The choice of a pair among more than a list can hold."""

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.base import Dataset
from mmdemo.ui.pair_choice import MOST_LISTED

LONGEST_CAPTION, LONGEST_LABEL = "词" * 500, "签" * 200
Choosing = Callable[[int], AppTest]


def choose(count: int) -> None:
    import streamlit as st

    from mmdemo.ui.pair_choice import pair_chooser
    from tests.test_pair_choice import many

    st.markdown(pair_chooser(many(count)).row_id)


def many(count: int) -> Dataset:
    rows = [(f"a cat number {number} {LONGEST_CAPTION}", f"{number % 2}{LONGEST_LABEL[1:]}") for number in range(count)]
    frame = pd.DataFrame(rows, [f"row {number}" for number in range(count)], ["text", "label"])
    return Dataset(frame, "many", "here", "ours")


@pytest.fixture
def choosing() -> Choosing:
    return lambda count: AppTest.from_function(choose, args=(count,), default_timeout=60).run()


def test_a_list_that_a_browser_can_hold_has_every_pair(choosing: Choosing) -> None:
    app = choosing(MOST_LISTED)
    assert not app.text_input and len(app.selectbox[0].options) == MOST_LISTED
    assert sum(len(option.encode()) for option in app.selectbox[0].options) < 5_000_000


def test_of_more_pairs_a_search_finds_each(choosing: Choosing) -> None:
    app = choosing(MOST_LISTED + 10)
    assert len(app.selectbox[0].options) == MOST_LISTED
    assert app.text_input[0].label == f"Search in {MOST_LISTED + 10:,} pairs"
    app.text_input[0].set_value("Cat number 2509").run()
    assert len(app.selectbox[0].options) == 2, "the pair that is shown stays in the list"
    app.selectbox[0].select_index(1).run()
    assert app.markdown[0].value == "row 2509" and app.query_params["pair"] == "row 2509"
    app.text_input[0].set_value("dog").run()
    assert app.caption[0].value == f"0 of {MOST_LISTED + 10:,} pairs hold these words; they are in the list."
    assert app.markdown[0].value == "row 2509"

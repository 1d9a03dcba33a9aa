"""Long names in charts: in several lines, for which there is room, and legends that begin at the left."""

import numpy as np
import pytest

from mmdemo.charts.data import words_chart
from mmdemo.charts.reflow import lines_of, reflowed
from mmdemo.datasets.words import TellingWord
from mmdemo.ui.figure import heading
from tests.every_chart import KINDS

LONG = "armchairs made of oiled oak, sold by the workshop and delive"


def named_rows(*names):
    return words_chart("label", [TellingWord(name, 3, 0.5, 0.1, 9.0) for name in names])


def spec_of(chart):
    return chart.specification(lambda table: "table")


@pytest.mark.parametrize("name", [LONG, LONG.replace(" ", "_"), "W" * 60, "秋季商品目录" * 6, "a", " "])
def test_lines_hold_the_whole_name_and_are_short(name):
    lines = lines_of(name)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "") or name == " "
    assert all(len(line) <= 20 for line in lines)


def test_rows_with_long_names_get_higher_by_their_lines():
    short, long = (spec_of(named_rows(name, "b")) for name in ("a", LONG))
    assert reflowed(short)["height"] == short["height"]
    axis = reflowed(long)["layer"][0]["encoding"]["y"]["axis"]
    assert axis["labelLimit"] == 0 and all(line in axis["labelExpr"] for line in lines_of(LONG))
    assert axis["labelOffset"]["expr"].startswith("-8.0 * (")  # half a line up for each line more
    more = reflowed(long)["height"] - long["height"]
    assert more >= 2 * (16 * len(lines_of(LONG)) - 24)  # each of the two rows was 24 pixels high


def test_a_title_below_named_rows_ends_where_they_end():
    encoding = reflowed(spec_of(named_rows("a", "b")))["layer"][0]["encoding"]
    assert encoding["x"]["axis"]["titleAnchor"] == "end" and "titleAnchor" not in encoding["y"]["axis"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_chart_is_changed_by_its_reflow_and_titles_are_the_page_s(kind):
    spec = spec_of(KINDS[kind](np.random.default_rng(1)))
    before = repr(spec)
    rest, title, below = heading(reflowed(spec))
    assert repr(spec) == before
    assert "title" not in rest and isinstance(title, str) and isinstance(below, str)

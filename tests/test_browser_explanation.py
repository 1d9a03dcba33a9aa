"""Why an answer, on Classify: against the runner-up, in colours that taking a word out bears out."""

import math
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import open_page
from tests.server import Server

pytestmark = pytest.mark.browser

WORDS = ("a", "christmas", "tree")  # the caption of the example
ANSWER, RUNNER_UP = "seasonal", "town"
BLUE, ORANGE = "rgba(42, 120, 214", "rgba(224, 108, 0"


def chart_without(page: Page, word: str) -> Locator:
    """Take out one word of the caption alone, and return the chart of the classes before and after."""
    chosen = page.get_by_role("group", name="Click a word to take it out").or_(
        page.get_by_test_id("stButtonGroup").filter(has_text="Click a word to take it out")
    )
    chart = page.locator(".st-key-taken_out")
    for pressed in chosen.locator("button[aria-pressed=true], button[kind=pillsActive]").all():
        pressed.click()
    expect(chart).to_have_count(0)
    chosen.get_by_role("button", name=word, exact=True).first.click()
    expect(chart.locator("[aria-label*='when: after']").first).to_be_attached()
    return chart


def lead(chart: Locator, when: str) -> float:
    """Return by how much the answer's score is above the runner-up's, from what the chart says of both."""
    shares = []
    for name in (ANSWER, RUNNER_UP):
        said = chart.locator(f"[aria-label*='class: {name}; when: {when}']").first.get_attribute("aria-label") or ""
        shares.append(float(re.findall(r"Probability \(%\): ([\d.]+)", said)[0]))
    return math.log(shares[0] / shares[1])


def test_words_are_coloured_against_the_runner_up_as_taking_them_out_moves_the_lead(page: Page, server: Server):
    open_page(page, f"{server.url}/classify?pair=Fir")
    expect(page.get_by_text(f"Why “{ANSWER}” and not “{RUNNER_UP}”")).to_be_visible()
    both = page.locator(".st-key-confidence").inner_text().partition("Both")[2].split("\n")
    assert [name for name in both if re.fullmatch("[a-z]+", name)][:2] == [ANSWER, RUNNER_UP]  # the likeliest first
    spans = page.locator(".st-key-words span[title]")
    expect(spans).to_have_text(list(WORDS))
    for place, word in enumerate(WORDS):
        shown = float(spans.nth(place).get_attribute("title") or "")
        assert (BLUE if shown > 0 else ORANGE) in (spans.nth(place).get_attribute("style") or "")
        chart = chart_without(page, word)
        assert lead(chart, "before") - lead(chart, "after") == pytest.approx(shown, abs=0.01)


def test_where_cells_are_painted_over_the_page_says_what_the_tint_is(page: Page, server: Server):
    open_page(page, f"{server.url}/classify?pair=Fir")
    expect(page.get_by_text("Painting a cell over is something else")).to_be_visible()

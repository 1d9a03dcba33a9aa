"""Why an answer, on Classify: against the runner-up, in colours that taking a word out bears out."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from mmdemo.bundles.bundle import load
from mmdemo.datasets.examples import example_pairs
from mmdemo.explanation.counterfactual import reduced
from mmdemo.model.certainty import percent
from tests.browser import open_page
from tests.server import ROOT, Server

pytestmark = pytest.mark.browser

WORDS = ("a", "christmas", "tree")  # the caption of the example
ANSWER, RUNNER_UP = "seasonal", "town"
BLUE, ORANGE = "rgba(42, 120, 214", "rgba(224, 108, 0"


def chart_without(page: Page, word: str) -> Locator:
    """Take out one word of the caption alone, and return the bars of the classes before and after."""
    chosen = page.get_by_role("group", name="Click a word to take it out").or_(
        page.get_by_test_id("stButtonGroup").filter(has_text="Click a word to take it out")
    )
    chart = page.locator(".st-key-taken_out")
    for pressed in chosen.locator("button[aria-pressed=true], button[kind=pillsActive]").all():
        pressed.click()
    expect(chart).to_have_count(0)
    chosen.get_by_role("button", name=word, exact=True).first.click()
    return chart


def lead(shares: np.ndarray, classes: tuple[str, ...]) -> float:
    return math.log(shares[classes.index(ANSWER)] / shares[classes.index(RUNNER_UP)])


def move(was: float, now: float) -> str:
    before, after = percent(was, 1), percent(now, 1)
    return before if before == after else f"{before} → {after}"


def test_words_are_coloured_against_the_runner_up_as_taking_them_out_moves_the_lead(page: Page, server: Server):
    pair = next(pair for pair in example_pairs() if pair.name == "Fir")
    model = load(ROOT / "models" / "everyday").model
    evidence = model.examine({"image": pair.image, "text": pair.caption})
    before = model.answer(evidence).probabilities
    open_page(page, f"{server.url}/classify?pair=Fir")
    expect(page.get_by_text(f"Why “{ANSWER}” and not “{RUNNER_UP}”")).to_be_visible()
    both = page.locator(".st-key-confidence").inner_text().partition("Both")[2].split("\n")
    assert [name for name in both if re.fullmatch("[a-z]+", name)][:2] == [ANSWER, RUNNER_UP]  # the likeliest first
    spans = page.locator(".st-key-words span[title]")
    expect(spans).to_have_text(list(WORDS))
    for place, word in enumerate(WORDS):
        shown = float(spans.nth(place).get_attribute("title") or "")
        assert (BLUE if shown > 0 else ORANGE) in (spans.nth(place).get_attribute("style") or "")
        after = model.answer(reduced(model, evidence, {"text": [place]})).probabilities
        assert lead(before, model.classes) - lead(after, model.classes) == pytest.approx(shown, abs=0.01)
        answer = model.classes.index(ANSWER)
        expect(chart_without(page, word)).to_contain_text(move(before[answer], after[answer]), use_inner_text=False)


def test_where_cells_are_painted_over_the_page_says_what_the_tint_is(page: Page, server: Server):
    open_page(page, f"{server.url}/classify?pair=Fir")
    expect(page.get_by_text("Painting a cell over is something else")).to_be_visible()

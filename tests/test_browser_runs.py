"""One visitor's runs in a real browser, chosen from the table."""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.browser import assert_no_exception, open_page, wait_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MINUTES = 240_000  # milliseconds that a training run may take on a busy machine
HASTE = 5_000  # milliseconds that a choice may take to be there
ROW = 35  # pixels


def open_train(page: Page, url: str) -> None:
    """Open Train with a small dataset, captions alone."""
    open_page(page, f"{url}/train?dataset=homonyms&n=80")
    page.get_by_text("More options", exact=True).click()
    page.locator(".st-key-quick_image_encoder").get_by_text("Nothing", exact=True).click()


def choose_words(page: Page, encoder: str) -> None:
    """Choose how captions are read by the encoder's title, once more if the page folds the form meanwhile."""
    try:
        _choose_words(page, encoder)
    except (AssertionError, TimeoutError):
        _choose_words(page, encoder)


def _choose_words(page: Page, encoder: str) -> None:
    wait_until_idle(page)
    choices = page.locator(".st-key-quick_text_encoder")
    if not page.get_by_text("More options", exact=True).is_visible():
        page.get_by_text("Train another model").click()
    if not choices.is_visible():
        page.get_by_text("More options", exact=True).click()
    choices.get_by_text(encoder, exact=True).click(timeout=HASTE)
    expect(choices.get_by_role("radio", name=encoder, exact=True)).to_be_checked()
    wait_until_idle(page)


def train(page: Page, *others: str) -> str:
    """Press Train and wait until the run, which is none of the others, is done; return it."""
    press_train(page)
    expect(page).to_have_url(re.compile(rf"run=(?!{'|'.join(others) or '$'})"))
    run = run_in(page.url)
    expect(page).to_have_url(re.compile(f"model={run}"), timeout=MINUTES)
    expect(page.get_by_text("This model is now the current one on every page.")).to_be_visible()
    wait_until_folded(page)
    return run


def wait_until_folded(page: Page) -> None:
    """Wait until the form of the run shown before is gone: each run folds its own anew."""
    expect(page.get_by_text("More options", exact=True)).to_be_hidden()
    wait_until_idle(page)


def press_train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()


def run_in(url: str) -> str:
    return re.search(r"run=([\w-]+)", url).group(1)


def choose_row(page: Page, row: int) -> None:
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.locator(".dvn-scroller").click(position={"x": 15, "y": int(ROW * (row + 1.5))})


def test_a_chosen_run_does_not_take_the_place_of_a_new_one(page, server):
    open_train(page, server.url)
    choose_words(page, "Words, counted")
    old = train(page)
    choose_words(page, "Meanings of words")
    new = train(page, old)
    expect(page.get_by_test_id("stMetric").first).to_be_in_viewport()
    choose_row(page, 1)
    expect(page).to_have_url(re.compile(f"run={old}"))
    wait_until_folded(page)
    choose_words(page, "Words and their meanings")
    newest = train(page, old, new)
    assert run_in(page.url) == newest
    choose_row(page, 2)
    expect(page).to_have_url(re.compile(f"run={old}"))
    assert_no_exception(page)

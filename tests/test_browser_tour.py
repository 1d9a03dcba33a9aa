"""Presenting: the tour by keyboard, larger type, and a link that leads to the same place."""

import re

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from mmdemo.ui.tour import STOPS
from tests.browser import assert_no_exception, open_page, wait_until_idle

pytestmark = pytest.mark.browser


def press_until(page: Page, key: str, url: re.Pattern[str]) -> None:
    """Press a key, and once more where nothing follows: Streamlit loses one that comes while it replaces the button."""
    page.keyboard.press(key)
    try:
        page.wait_for_url(url, timeout=10_000)
    except TimeoutError:
        page.keyboard.press(key)
        page.wait_for_url(url)


def test_the_tour_goes_on_and_back_by_keyboard(page, server):
    open_page(page, f"{server.url}/?tour=1")
    for number, stop in enumerate(STOPS, start=1):
        expect(page.get_by_text(f"stop {number} of {len(STOPS)}")).to_be_visible()
        expect(page).to_have_url(re.compile(f"tour={number}"))
        expect(page.get_by_text(stop.sentence)).to_be_visible()
        assert_no_exception(page)
        if number < len(STOPS):
            press_until(page, "ArrowRight", re.compile(f"tour={number + 1}"))
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(f"stop {len(STOPS) - 1} of {len(STOPS)}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Tour, stop")).to_have_count(0)


def test_larger_type_goes_along_and_the_link_leads_here(page, server):
    open_page(page, f"{server.url}/classify?pair=Car")
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    normal = page.evaluate(size)
    page.get_by_role("button", name="Present and share").click()
    page.get_by_role("button", name="Larger type").click()
    expect(page).to_have_url(re.compile("present=1"))
    page.wait_for_function(f"({size})() > {normal}")
    wait_until_idle(page)
    if not page.get_by_test_id("stPopoverBody").count():  # the run may have closed it
        page.get_by_role("button", name="Present and share").click()
    link = page.get_by_test_id("stCode").filter(has_text="present=1").inner_text().strip()
    assert "pair=Car" in link
    open_page(page, link)
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("a jaguar on the road")
    page.wait_for_function(f"({size})() > {normal}")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile("present=1"))

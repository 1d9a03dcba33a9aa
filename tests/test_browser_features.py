"""The map of a dataset in a real browser: points tell of themselves and can be chosen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.server import Server

pytestmark = pytest.mark.browser


def test_a_point_shows_its_pair_and_can_be_chosen(page: Page, server: Server):
    page.set_default_timeout(90_000)  # every image is encoded first
    open_page(page, f"{server.url}/features?section=The+whole+dataset&dataset=homonyms&n=40")
    point = page.locator(".st-key-map [aria-roledescription=circle]").nth(5)
    point.hover()
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip.locator("img")).to_have_attribute("src", re.compile("^data:image/webp;base64,"))
    caption = tooltip.locator("tr", has_text="Caption").locator("td.value").inner_text()
    point.click()
    expect(page).to_have_url(re.compile("[?&]pair="))
    expect(page.get_by_text(f"“{caption}”")).to_be_visible()
    wait_until_idle(page)
    assert_no_exception(page)


def test_the_chosen_section_stands_in_the_address(page: Page, server: Server):
    open_page(page, f"{server.url}/features?dataset=homonyms&n=40")
    page.get_by_role("radio", name="Fusion", exact=True).click()
    expect(page).to_have_url(re.compile("section=Fusion"))
    page.reload()
    expect(page.get_by_text("Which modality decides?")).to_be_visible()
    expect(page.get_by_role("radio", name="Fusion", exact=True)).to_be_checked()

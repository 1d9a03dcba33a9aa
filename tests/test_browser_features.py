"""The map of a dataset in a real browser: points tell of themselves and can be chosen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.fits import findings
from tests.screenshots import SIZES, address, visit
from tests.server import Server
from tests.worlds import world

pytestmark = pytest.mark.browser


def test_a_point_shows_its_pair_and_can_be_chosen(page: Page, server: Server):
    page.set_default_timeout(90_000)  # every image is encoded first
    open_page(page, f"{server.url}/features?section=All+pairs&dataset=homonyms&n=40")
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
    page.get_by_role("radio", name="Together", exact=True).click()
    expect(page).to_have_url(re.compile("section=Together"))
    page.reload()
    expect(page.get_by_text("Is each given the same weight?")).to_be_visible()
    expect(page.get_by_role("radio", name="Together", exact=True)).to_be_checked()


def test_a_thin_mark_shows_the_sum_and_hides_no_part(page: Page, server: Server):
    open_page(page, f"{server.url}/features?section=Together&dataset=homonyms&n=40")
    chart = page.locator(".st-key-parts")
    expect(chart.locator("[aria-roledescription=tick]")).to_have_count(5)
    ticks = [tick.bounding_box() for tick in chart.locator("[aria-roledescription=tick]").all()]
    bars = [bar.bounding_box() for bar in chart.locator("[aria-roledescription=bar]").all()]
    assert all(ticks) and max(tick["width"] for tick in ticks if tick) <= 8
    assert len(bars) > 2 * len(ticks) and max(bar["width"] for bar in bars if bar) > 40


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", ["projector", "phone"])
def test_forty_long_names_fit(chromium, server: Server, size: str):
    queries = [("features", f"section={section}") for section in ("Image", "Caption", "Together", "All+pairs")]
    found = {}
    with visit(chromium, server, size) as page:
        for name, query in [*queries, ("overview", "")]:
            open_page(page, address(server, name, world("forty"), SIZES[size][2], query))
            found[name, query] = findings(page)
            assert_no_exception(page)
    assert not any(found.values()), found

"""Presenting: the tour by keyboard and what it speaks of, larger type, and a link that leads to the same place."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from mmdemo.ui.tour import STOPS
from tests.browser import assert_no_exception, open_page, upload_image, wait_until_idle
from tests.picture_files import one_of_each
from tests.server import Server

pytestmark = pytest.mark.browser

SPOKEN_OF = {
    "Overview": "[data-testid=stMain] img[alt^='Of 100 new pairs']",
    "Data": "[data-testid=stMain] [data-testid=stButtonGroup] >> nth=0",
    "Preprocess": "[data-testid=stMain] [data-testid=stSlider] >> nth=0",
    "Features": ".st-key-strip",
    "Train": ".st-key-train button",
    "Evaluate": "[data-testid=stMain] :text('Adding the image to the caption helps') >> nth=0",
    "Classify": "[data-testid=stMain] img[alt='Apple']",
}
SLIM = 130  # pixels, of 720, for the bar


def press_until(page: Page, key: str, url: re.Pattern[str]) -> None:
    """Press a key, and once more where nothing follows: Streamlit loses one that comes while it replaces the button."""
    page.keyboard.press(key)
    try:
        page.wait_for_url(url, timeout=10_000)
    except TimeoutError:
        page.keyboard.press(key)
        page.wait_for_url(url)


def test_each_stop_shows_what_it_speaks_of_on_a_projector_and_the_keyboard_leads_on(
    chromium: Browser, server: Server
) -> None:
    with chromium.new_context(viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        open_page(page, f"{server.url}/?{urlencode({'tour': 1, 'present': 1})}")
        for number, stop in enumerate(STOPS, start=1):
            expect(page).to_have_url(re.compile(f"tour={number}"))
            bar = page.locator(".st-key-tour")
            expect(bar).to_contain_text(f"{number} of {len(STOPS)}")
            expect(bar).to_contain_text(stop.sentence)
            shown = page.locator(SPOKEN_OF[stop.title]).first
            expect(shown).to_be_visible()
            wait_until_idle(page)
            box, bar_box = shown.bounding_box(), bar.bounding_box()
            assert box and bar_box and bar_box["height"] <= SLIM
            assert box["y"] >= 0 and box["y"] + min(box["height"], 100) <= 720, stop.title
            assert_no_exception(page)
            if number < len(STOPS):
                press_until(page, "ArrowRight", re.compile(f"tour={number + 1}"))
        press_until(page, "ArrowLeft", re.compile(f"tour={len(STOPS) - 1}"))
        expect(page.locator(".st-key-tour")).to_contain_text(f"{len(STOPS) - 1} of {len(STOPS)}")
        wait_until_idle(page)  # as above
        page.keyboard.press("Escape")
        expect(page.locator(".st-key-tour")).to_have_count(0)


def link_to_this_page(page: Page) -> str:
    """Open what presents and shares, and return the link that it shows."""
    body = page.get_by_test_id("stPopoverBody")
    if not body.count():  # the run may have closed it
        page.get_by_role("button", name="Present and share").click()
    expect(body.get_by_text("Link to exactly this page")).to_be_visible()
    wait_until_idle(page)
    link = body.get_by_test_id("stCode").inner_text().strip()
    expect(body.get_by_text("This link works on this computer only.")).to_be_visible()
    return link


def test_larger_type_goes_along_and_the_link_leads_here(page: Page, server: Server) -> None:
    open_page(page, f"{server.url}/classify?pair=Car")
    size = "() => parseFloat(getComputedStyle(document.documentElement).fontSize)"
    normal = page.evaluate(size)
    page.get_by_role("button", name="Present and share").click()
    page.get_by_role("button", name="Larger type").click()
    expect(page).to_have_url(re.compile("present=1"))
    page.wait_for_function(f"({size})() > {normal}")
    wait_until_idle(page)
    link = link_to_this_page(page)
    assert "pair=Car" in link and "present=1" in link
    open_page(page, link)
    expect(page.get_by_role("textbox", name="Caption")).to_have_value("a jaguar on the road")
    page.wait_for_function(f"({size})() > {normal}")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile("present=1"))


def test_a_link_holds_what_was_written_and_the_address_never_does(
    page: Page, server: Server, chromium: Browser, tmp_path
) -> None:
    file = tmp_path / "one.png"
    file.write_bytes(one_of_each()["png"])
    caption = "50 % <b>rouge</b> & 红色"
    open_page(page, f"{server.url}/classify")
    page.get_by_text("Upload", exact=True).first.click()
    upload_image(page, file)
    expect(page.get_by_alt_text("The image to classify")).to_be_visible()
    page.get_by_role("textbox", name="Caption").fill(caption)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="rouge")).to_be_visible()  # of the caption that is explained
    assert "text=" not in page.url
    link = link_to_this_page(page)
    expect(page.get_by_text("Your own image is not in the link")).to_be_visible()
    with chromium.new_context() as context:  # somebody else
        other = context.new_page()
        open_page(other, link)
        expect(other.get_by_role("textbox", name="Caption")).to_have_value(caption)
        expect(other.get_by_role("radio", name="No image")).to_be_checked()
        assert "text=" not in other.url, "the caption stays in the address"
        assert other.locator("[data-testid=stMain] b").count() == 0
        assert_no_exception(other)


@pytest.mark.parametrize("path", ["preprocess", "features"])
def test_a_link_to_a_page_that_shows_a_pair_names_it(page: Page, server: Server, chromium: Browser, path: str) -> None:
    open_page(page, f"{server.url}/{path}?dataset=homonyms&n=80")
    page.get_by_role("button", name="Random pair").click()
    expect(page).to_have_url(re.compile("pair="))
    pairs = page.get_by_role("combobox", name="Pair", exact=True)
    expect(pairs).to_have_value(re.compile(f"{page.url.split('pair=')[1][:4]}$"))
    shown = pairs.input_value()
    link = link_to_this_page(page)
    assert "pair=" in link and "dataset=homonyms" in link
    with chromium.new_context() as context:
        other = context.new_page()
        open_page(other, link)
        expect(other.get_by_role("combobox", name="Pair", exact=True)).to_have_value(shown)

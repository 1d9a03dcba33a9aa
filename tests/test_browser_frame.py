"""What every page has around it, in a real browser: the first screen of the Overview, where one is, where to go."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from mmdemo.ui.frame import ENTRIES
from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.server import Server

pytestmark = pytest.mark.browser

SIZES = {"laptop": (1440, 900, ""), "projector": (1280, 720, "?present=1"), "telephone": (390, 844, "")}
RING = "element => { const look = getComputedStyle(element); return look.outlineStyle + look.outlineWidth }"


def is_in_window(page: Page, element: Locator) -> bool:
    """Whether all of an element is seen without scrolling."""
    box, size = element.bounding_box(), page.viewport_size
    assert box and size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"] + 1
        and box["y"] + box["height"] <= size["height"] + 1
    )


CHART = "[data-testid=stFullScreenFrame]:has([data-testid=stVegaLiteChart])"


def test_charts_have_no_buttons_of_their_own_in_the_order_of_the_tab_key(page: Page, server: Server) -> None:
    open_page(page, f"{server.url}/data?dataset=homonyms&n=80&view=Numbers")
    chart = page.locator(CHART)
    expect(chart.nth(1)).to_be_visible()
    for drawn in chart.all():
        drawn.hover()
        assert not [button for button in drawn.locator("button").all() if button.is_visible()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_first_screen_has_the_question_the_answer_and_two_doors(
    chromium: Browser, server: Server, size: str, scheme: str
) -> None:
    width, height, query = SIZES[size]
    with chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        page = context.new_page()
        open_page(page, f"{server.url}/{query}")
        main = page.get_by_test_id("stMain")
        seen = [
            main.get_by_role("heading", level=1, name="Does adding the picture to the words help?"),
            main.get_by_text("Yes, on this data"),
            main.get_by_text("Of 100 new pairs, the image alone gets 79 right, the caption alone 84"),
            main.get_by_role("link", name="Use your own data"),
            main.get_by_role("link", name="Try an image"),
            main.get_by_alt_text("Of 100 new pairs"),
        ]
        for element in seen:
            expect(element).to_be_visible()
            assert is_in_window(page, element), f"{element} is not in the first screen"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_no_exception(page)


def test_the_doors_lead_where_they_say(page: Page, server: Server) -> None:
    open_page(page, server.url)
    page.get_by_role("link", name="Use your own data").click()
    expect(page.get_by_text("Bring a table with one row for each pair")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Try an image").click()
    expect(page.get_by_role("heading", level=1, name="Classify")).to_be_visible()
    assert_no_exception(page)


def test_the_page_that_one_is_on_is_marked_and_what_has_the_focus_has_a_ring(page: Page, server: Server) -> None:
    open_page(page, server.url)
    current = page.locator(".st-key-navigation [aria-current=page]")
    for entry in (*ENTRIES[:3], ENTRIES[0]):
        page.locator(".st-key-navigation").get_by_role("link", name=entry.title).click()
        expect(current).to_have_count(1)
        expect(current).to_contain_text(entry.title)
        wait_until_idle(page)
    other = page.locator(".st-key-navigation").get_by_role("link", name="Train")
    page.keyboard.press("Tab")
    other.focus()
    assert other.evaluate(RING) == "solid3px" and current.evaluate(RING) != "solid3px"
    backgrounds = [one.evaluate("element => getComputedStyle(element).backgroundColor") for one in (other, current)]
    assert backgrounds[0] != backgrounds[1]

"""Preprocess in a browser: what an operation does is in sight while one chooses it, on a projector and a phone too."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import open_page
from tests.fits import findings
from tests.server import Server

pytestmark = pytest.mark.browser

PREVIEW, CONTROLS = ".st-key-preparing_preview", ".st-key-preparing_controls"


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return {**found, "right": found["x"] + found["width"], "bottom": found["y"] + found["height"]}


def in_sight(page: Page, locator: Locator) -> bool:
    found, size = box(locator), page.viewport_size
    assert size is not None
    return found["y"] >= 0 and found["bottom"] <= size["height"]


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_on_a_phone_both_images_stay_above_the_slider_that_one_moves(chromium, server: Server, colour_scheme: str):
    with chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=colour_scheme) as context:
        page = context.new_page()
        open_page(page, f"{server.url}/preprocess?dataset=homonyms&n=80")
        slider = page.locator(CONTROLS).get_by_role("slider", name="Contrast")
        slider.evaluate("slider => slider.scrollIntoView({block: 'start'})")  # as a Tab key would, but further
        said = page.locator(f"{PREVIEW} p strong").first.inner_text()
        slider.focus()
        page.keyboard.press("Home")
        expect(page.locator(f"{PREVIEW} p strong").first).not_to_have_text(said)
        shown = (page.get_by_alt_text("The image before"), page.get_by_alt_text("The image after"))
        assert all(in_sight(page, image) for image in (*shown, slider))
        assert box(page.locator(PREVIEW))["bottom"] <= box(slider)["y"]
        assert findings(page) == []
        colour = "element => getComputedStyle(element.parentElement).backgroundColor"
        drawn = page.locator(PREVIEW).evaluate(colour)
        assert drawn == page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")


@pytest.mark.parametrize(("width", "height", "query"), [(1280, 720, "&present=1"), (1440, 900, "")])
def test_elsewhere_they_stand_beside_the_sliders_in_the_first_screen(
    page: Page, server: Server, width: int, height: int, query: str
):
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{server.url}/preprocess?dataset=homonyms&n=80{query}")
    slider, after = page.locator(CONTROLS).get_by_role("slider").first, page.get_by_alt_text("The image after")
    assert in_sight(page, slider) and in_sight(page, after)
    assert box(slider)["right"] < box(page.get_by_alt_text("The image before"))["x"]
    assert findings(page) == []

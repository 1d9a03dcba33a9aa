"""How many clicks it takes from the Overview to a model of one's own data; test_browser_training counts a sample's."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import listings
from tests.browser import assert_no_exception, open_page
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MINUTES = 240_000  # milliseconds
DONE = "This model is now the current one on every page."


class Clicks:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, place: Locator) -> None:
        place.click(timeout=MINUTES)
        self.count += 1


@pytest.mark.thorough  # the story of a shop walks the same way
@pytest.mark.usefixtures("stamps_dir")
def test_a_dropped_zip_takes_four_clicks(page: Page, server: Server, tmp_path: Path) -> None:
    clicks = Clicks()
    zipped = listings.chinese(60).write_chinese_zip(tmp_path / "shop.zip")
    open_page(page, server.url)
    clicks.on(page.get_by_role("link", name="Use your own data"))
    page.locator("input.files").set_input_files(zipped)  # dropped
    clicks.on(page.get_by_role("button", name="Use this data"))
    clicks.on(page.get_by_role("link", name="Train on it"))
    clicks.on(page.get_by_role("button", name="Train", exact=True))
    expect(page.get_by_text(DONE)).to_be_visible(timeout=MINUTES)
    assert_no_exception(page)
    assert clicks.count <= 4

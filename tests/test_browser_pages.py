"""Every page opened cold at its own address, then made narrow and dark."""

import re
from pathlib import PurePosixPath

import pytest
from playwright.sync_api import expect

from mmdemo.ui.frame import ENTRIES
from tests.accessible import serious_problems
from tests.browser import assert_no_exception, name_kept, open_page

pytestmark = pytest.mark.browser

ADDRESSES = ["/" if entry.script == "app.py" else f"/{PurePosixPath(entry.script).stem}" for entry in ENTRIES]
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]
    .some(box => box.scrollWidth > box.clientWidth + 1)"""


DARK = """() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor
    .match(/\\d+/g).slice(0, 3).every(part => part < 100)"""
LIGHT = DARK.replace("< 100", "> 150")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_opened_cold_is_whole_and_accessible(page, server, address):
    open_page(page, server.url + address)
    page.get_by_role("heading", level=1).wait_for()
    assert_no_exception(page)
    assert page.get_by_test_id("stAlertContentError").count() == 0
    assert_visitor_has_a_name_that_does_not_show(page)
    for width, colours in ((1440, "light"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=colours)
        page.wait_for_function(DARK if colours == "dark" else LIGHT)
        assert_fits(page, width)
        assert serious_problems(page) == []
    assert_no_exception(page)


def assert_visitor_has_a_name_that_does_not_show(page):
    name = name_kept(page)
    assert re.fullmatch(r"[\w-]{16}", name)
    expect(page.locator(".st-key-keeps_visitor")).to_have_count(0)  # the server's door has given it already
    assert name not in page.url and name not in page.locator("body").inner_text()


def assert_fits(page, width):
    """Fail unless the page is no wider than the window within ten seconds: charts follow a new width a little later."""
    for _ in range(20):
        if not page.evaluate(SIDEWAYS):
            return
        page.wait_for_timeout(500)
    pytest.fail(f"At {width} px the page can be scrolled sideways.")

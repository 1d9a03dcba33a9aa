"""Every page opened cold at its own address: wide and narrow, light and dark."""

from pathlib import PurePosixPath

import pytest
from axe_playwright_python.sync_playwright import Axe

from mmdemo.ui.frame import ENTRIES
from tests.browser import assert_no_exception, open_page

pytestmark = pytest.mark.browser

ADDRESSES = ["/" if entry.script == "app.py" else f"/{PurePosixPath(entry.script).stem}" for entry in ENTRIES]
# Findings inside Streamlit's own parts, which the app does not draw.
NOT_OURS = {"aria-allowed-attr", "aria-required-children", "nested-interactive", "scrollable-region-focusable"}


@pytest.fixture(
    params=[(1440, "light"), (390, "dark"), (390, "light"), (1440, "dark")], ids=lambda case: f"{case[0]}-{case[1]}"
)
def visitor(chromium, request):
    width, theme = request.param
    with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme) as context:
        yield context.new_page()


@pytest.mark.parametrize("address", ADDRESSES)
def test_opens_cold_without_an_error_or_a_sideways_scroll_bar(visitor, server, address):
    open_page(visitor, server.url + address)
    visitor.get_by_role("heading", level=1).wait_for()
    assert_no_exception(visitor)
    assert visitor.get_by_test_id("stAlertContentError").count() == 0
    wide = visitor.evaluate(
        "() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]"
        ".some(box => box.scrollWidth > box.clientWidth + 1)"
    )
    assert not wide, "the page can be scrolled sideways"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_has_no_serious_accessibility_problem(chromium, server, address, theme):
    with chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=theme) as context:
        page = context.new_page()
        open_page(page, server.url + address)
        page.get_by_role("heading", level=1).wait_for()
        found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['help']} ({node['html'][:160]})"
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in NOT_OURS
        for node in one["nodes"]
    ]
    assert not serious, "\n".join(serious)

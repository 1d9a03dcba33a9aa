"""Every page opened cold at its own address: wide and narrow, light and dark."""

from pathlib import PurePosixPath

import pytest
from axe_playwright_python.sync_playwright import Axe

from mmdemo.ui.frame import ENTRIES
from tests.browser import assert_no_exception, open_page

pytestmark = pytest.mark.browser

ADDRESSES = ["/" if entry.script == "app.py" else f"/{PurePosixPath(entry.script).stem}" for entry in ENTRIES]
VISITORS = [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")]
# Findings inside Streamlit's own parts, which the app does not draw.
NOT_OURS = {"aria-allowed-attr", "aria-required-children", "nested-interactive", "scrollable-region-focusable"}
SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]
    .some(box => box.scrollWidth > box.clientWidth + 1)"""


@pytest.fixture(params=VISITORS, ids=lambda case: f"{case[0]}-{case[1]}")
def visitor(chromium, request):
    width, theme = request.param
    with chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme) as context:
        yield context.new_page()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_opened_cold_is_whole_and_accessible(visitor, server, address):
    open_page(visitor, server.url + address)
    visitor.get_by_role("heading", level=1).wait_for()
    assert_no_exception(visitor)
    assert visitor.get_by_test_id("stAlertContentError").count() == 0
    assert not visitor.evaluate(SIDEWAYS), "the page can be scrolled sideways"
    for _ in range(10):  # colours fade in
        problems = serious_problems(visitor)
        if not problems:
            return
        visitor.wait_for_timeout(1000)
    assert not problems, "\n".join(problems)


def serious_problems(page):
    return [
        f"{one['id']}: {one['help']} ({node['html'][:160]})"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical") and one["id"] not in NOT_OURS
        for node in one["nodes"]
    ]

"""The Models page in a browser: it fits every size, and deleting can be undone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import PATIENCE, open_page
from tests.fits import findings
from tests.screenshots import SIZES, address, visit
from tests.server import Server, serve
from tests.worlds import world

pytestmark = pytest.mark.browser
_MINE = ("card_", "stMetric", "deleted_")


@pytest.fixture
def server(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose folder of runs is new; the worlds are made in it."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    world.cache_clear()
    for name in ("chinese", "homonyms"):
        world(name)
    with serve() as server:
        yield server
    world.cache_clear()


def test_it_fits_and_deleting_can_be_undone(server: Server, chromium: Browser) -> None:
    for size, name in (("phone", "chinese"), ("wide", "homonyms")):  # test_browser_fits has forty on a projector
        with visit(chromium, server, size) as page:
            open_page(page, address(server, "models", world(name), SIZES[size][2]))
            found = [one for one in findings(page) if any(key in one for key in _MINE)]
            assert found == [], (size, name)
    with visit(chromium, server) as page:
        open_page(page, address(server, "models", world("homonyms")))
        gone = page.get_by_test_id("stMain").get_by_text("homonyms:").first
        expect(gone).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Delete", exact=False).first.click()
        page.get_by_role("button", name="Delete it").click()
        undo = page.get_by_role("button", name="Undo (")
        expect(undo).to_be_visible(timeout=PATIENCE)
        assert "model=" not in page.url
        undo.click()
        expect(undo).to_have_count(0, timeout=PATIENCE)
        page.wait_for_url("**model=*", timeout=PATIENCE)

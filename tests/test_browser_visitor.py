"""Who trained a model, in a real browser: waits their turn, is still known after a reload, and nobody else."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from tests.browser import COOKIE, assert_no_exception, eventually, name_kept, open_page, wait_until_idle
from tests.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MINUTES = 240_000  # milliseconds that a training run may take on a busy machine
DONE = "This model is now the current one on every page."


def test_a_name_that_we_have_not_given_is_replaced(page, server):
    page.context.add_cookies([{"name": COOKIE, "value": "studies", "url": server.url}])
    open_page(page, server.url)
    assert re.fullmatch(r"[\w-]{16}", name_kept(page))


def test_three_visitors_wait_in_turn_and_a_run_stays_ones_own_after_a_reload(chromium, server):
    with ExitStack() as contexts:
        pages = [contexts.enter_context(chromium.new_context()).new_page() for _ in range(3)]
        for seed, one in enumerate(pages):
            open_page(one, f"{server.url}/train?dataset=homonyms&n=80&q_text=0.{seed + 1}")
            one.get_by_text("More options", exact=True).click()
            images = one.locator(".st-key-quick_image_encoder")
            images.get_by_text("Nothing", exact=True).click()  # captions alone are quick
            wait_until_idle(one)
        for one in pages:
            one.get_by_role("button", name="Train", exact=True).click()
        waiting = [one.get_by_text("Waiting for another visitor’s run") for one in pages]
        assert eventually(lambda: any(text.count() for text in waiting), 20)
        for one in pages:
            expect(one.get_by_text(DONE)).to_be_visible(timeout=MINUTES)
            assert_no_exception(one)
        stays_its_owners(*pages[:2], server)
        with chromium.new_context() as other:
            stranger = other.new_page()
            open_page(stranger, f"{server.url}/models")
            expect(stranger.get_by_text("There is only the shipped model yet.")).to_be_visible()


def stays_its_owners(page: Page, theirs: Page, server: Server) -> None:
    """Check that a model is its owner's after a reload, and that another visitor cannot change it."""
    model = re.search(r"model=([\w-]+)", page.url).group(1)
    name = name_kept(page)
    assert name not in page.url
    page.reload()
    expect(page.get_by_text(DONE)).to_be_visible()
    assert name_kept(page) == name
    open_page(page, f"{server.url}/models")
    expect(page.get_by_text("Side by side")).to_be_visible()
    open_page(page, f"{server.url}/models?model={model}")
    for button in ("Rename", "Delete"):
        expect(page.get_by_role("button", name=button)).to_be_visible()
    assert_no_exception(page)
    open_page(theirs, f"{server.url}/models?model={model}")
    expect(theirs.get_by_text("It was not trained in this browser")).to_be_visible()
    expect(theirs.get_by_role("button", name="Rename")).to_have_count(0)
    assert name_kept(theirs) != name_kept(page)

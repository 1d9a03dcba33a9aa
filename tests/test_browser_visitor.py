"""Who trained a model, in a real browser: still known after a reload, and nobody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import COOKIE, assert_no_exception, name_kept, open_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MINUTES = 240_000  # milliseconds that a training run may take on a busy machine


def test_a_name_that_we_have_not_given_is_replaced(page, server):
    page.context.add_cookies([{"name": COOKIE, "value": "studies", "url": server.url}])
    open_page(page, server.url)
    assert re.fullmatch(r"[\w-]{16}", name_kept(page))


def test_a_run_stays_ones_own_after_a_reload(page, server, chromium):
    open_page(page, f"{server.url}/train?dataset=homonyms&n=80&q_text=0.73")
    page.get_by_text("More options", exact=True).click()
    page.locator(".st-key-image_encoder").get_by_text("Nothing", exact=True).click()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page).to_have_url(re.compile("model="), timeout=MINUTES)
    model = re.search(r"model=([\w-]+)", page.url).group(1)
    name = name_kept(page)
    assert name not in page.url

    page.reload()
    expect(page.get_by_text("current one on every page")).to_be_visible()
    assert name_kept(page) == name
    open_page(page, f"{server.url}/models")
    expect(page.get_by_text("Side by side")).to_be_visible()
    open_page(page, f"{server.url}/models?model={model}")
    for button in ("Rename", "Delete"):
        expect(page.get_by_role("button", name=button)).to_be_visible()
    assert_no_exception(page)

    with chromium.new_context() as other:
        theirs = other.new_page()
        open_page(theirs, f"{server.url}/models")
        expect(theirs.get_by_text("There is only the shipped model yet.")).to_be_visible()
        open_page(theirs, f"{server.url}/models?model={model}")
        expect(theirs.get_by_text("It was not trained in this browser")).to_be_visible()
        expect(theirs.get_by_role("button", name="Rename")).to_have_count(0)
        assert name_kept(theirs) != name_kept(page)

"""Every page, and every part of it that a button shows, of one world in one size, by one tab that never reloads."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser import PATIENCE, open_page, wait_until_idle
from tests.screenshots import PAGES, SIZES, address
from tests.server import Server
from tests.worlds import World

PARTS = {"data": "Show", "features": "Look at", "classify": "Classify"}  # page → the choice of what it shows
TITLES = {name: re.compile(".") if name == "overview" else name.capitalize() for name in PAGES}


def walk(page: Page, server: Server, world: World, size: str) -> Iterator[str]:
    """Yield the name of each page and part when it is drawn, with its expanders open, and of each popover."""
    open_page(page, address(server, "overview", world, SIZES[size][2]))
    for name in PAGES:
        link = page.locator("[data-testid=stSidebar] a").filter(has_text=re.compile(f"{name.capitalize()}$"))
        link.dispatch_event("click")  # also where the list of pages is folded away
        expect(page.get_by_role("heading", level=1, name=TITLES[name])).to_be_visible()
        wait_until_idle(page)
        yield from _parts(page, name)


def walk_further(page: Page, server: Server, world: World, size: str) -> Iterator[str]:
    """Yield what only a click on something brings, when it is drawn: of a visitor's own data and of its model."""

    def go(name: str, *queries: str) -> None:
        open_page(page, address(server, name, world, SIZES[size][2], *queries))

    go("data")
    page.get_by_role("button", name="Change columns").click()
    expect(page.get_by_role("button", name="Use this data")).to_be_visible()
    yield "the columns"
    go("train", world.query.replace("model=", "run="))
    expect(page.get_by_text("The same run in a terminal:")).to_be_visible()
    unfold(page)
    yield "a run"
    go("classify", "ask=table")
    offer, answers = page.get_by_role("button", name=re.compile("Classify .* rows$")), page.get_by_text("Rows 1 to")
    expect(offer.or_(answers)).to_be_visible()
    if offer.is_visible():  # nobody has asked yet
        offer.click()
    expect(answers).to_be_visible(timeout=PATIENCE)
    yield "a table's answers"


def _parts(page: Page, name: str) -> Iterator[str]:
    choice = page.get_by_role("radiogroup", name=PARTS[name]) if name in PARTS else None
    opened: set[str] = set()
    if choice:
        expect(choice.get_by_role("radio").last).to_be_visible()  # or there would be nothing to walk
    for place in range(choice.get_by_role("radio").count() if choice else 1):
        if choice:
            choice.get_by_role("radio").nth(place).click()
            page.wait_for_timeout(200)  # until its script has begun
            wait_until_idle(page)
        unfold(page)
        part = name if choice is None else f"{name}, {choice.get_by_role('radio').nth(place).inner_text()}"
        yield part
        yield from (f"{part}, {title}" for title in _popovers(page, opened))


def _popovers(page: Page, opened: set[str]) -> Iterator[str]:
    """Yield the title of each popover of the main part while it is open; one of those with the same title.

    opened: those that have been, which are not opened again.
    """
    buttons = page.locator("[data-testid=stMain]").get_by_test_id("stPopoverButton").filter(visible=True)
    titles = [" ".join(text.split()) for text in buttons.all_inner_texts()]
    for title in dict.fromkeys(titles):
        if title in opened:
            continue
        opened.add(title)
        button = buttons.nth(titles.index(title))
        button.click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
        wait_until_idle(page)
        yield title
        button.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def unfold(page: Page) -> None:
    """Open every expander of the main part, what it holds included."""
    folded = page.locator("[data-testid=stMain] details:not([open]) > summary")
    while folded.count():  # one may hold others
        folded.first.click()
        page.wait_for_timeout(100)
        wait_until_idle(page)

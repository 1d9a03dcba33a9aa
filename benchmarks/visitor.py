"""A visitor's browser, and how long things take in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import CHROMIUM_OPTIONS, DEBIAN_CHROMIUM

# `visit.first`: when the page's own title is there, `visit.runs`: how many runs of its script have ended. Milliseconds.
_WATCH = """
(() => {
  const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  const visit = window.visit = {first: null, whole: null, runs: 0, last: undefined};
  visit.idle = () => state() === "notRunning" && !document.querySelector("[data-testid=stSkeleton]");
  const look = () => {
    if (visit.first === null && document.querySelector("h1")) visit.first = performance.now();
    if (visit.first !== null && visit.whole === null && visit.idle()) visit.whole = performance.now();
    if (state() === "notRunning" && visit.last !== undefined && visit.last !== "notRunning") visit.runs += 1;
    visit.last = state();
  };
  new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
})();
"""
_FOLLOW = """
([label, limit]) => new Promise((resolve, reject) => {
  const links = [...document.querySelectorAll("[data-testid=stSidebar] [data-testid=stPageLink-NavLink]")];
  const link = links.find(link => link.querySelector("p")?.innerText.trim() === label);
  if (!link) { reject(new Error(`The sidebar has no link ${label}`)); return; }
  const started = performance.now();
  const look = () => {
    const there = document.title.startsWith(label) && document.querySelector("h1") && window.visit.idle();
    if (there) resolve(performance.now() - started);
    else if (performance.now() - started > limit) reject(new Error(`${label} does not come to rest`));
    else requestAnimationFrame(look);
  };
  link.click();
  requestAnimationFrame(look);
})
"""
_WRONG = "Something went wrong here"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Run headless Chromium until the block ends: Debian's if it is there, else Playwright's own."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        chromium = DEBIAN_CHROMIUM if DEBIAN_CHROMIUM.exists() else own
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def open_tab(browser: Browser) -> Iterator[Page]:
    """Open a tab of a visitor who has never been here, with an empty cache."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(_WATCH)
        yield page


def visit(page: Page, url: str) -> tuple[float, float]:
    """Open an address; return the seconds until its title is there, and until it is whole and at rest."""
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.visit?.whole", timeout=120_000)
    check(page)
    return page.evaluate("window.visit.first") / 1000, page.evaluate("window.visit.whole") / 1000


def follow(page: Page, label: str, limit: float = 60.0) -> float:
    """Click the link in the sidebar; return the seconds until its page is whole and at rest, at most `limit`."""
    seconds = page.evaluate(_FOLLOW, [label, limit * 1000]) / 1000
    check(page)
    return float(seconds)


def act(page: Page, action: Callable[[], object]) -> None:
    """Do something and wait until a run of the page's script that began afterwards has ended."""
    runs = page.evaluate("window.visit.runs")
    action()
    page.wait_for_function(f"window.visit.runs > {runs} && window.visit.idle()", timeout=120_000)
    check(page)


def check(page: Page) -> None:
    """Raise a RuntimeError if the page shows an error."""
    if page.get_by_test_id("stException").count() or page.get_by_text(_WRONG).count():
        raise RuntimeError(f"{page.url} shows an error.")

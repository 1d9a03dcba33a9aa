"""How long one waits for a page after a click, on a server that is warm."""

from statistics import median

from playwright.sync_api import Browser

from benchmarks.report import Report, Table, Target
from benchmarks.visitor import follow, open_browser, open_tab, visit
from mmdemo.ui.frame import ENTRIES
from tests.server import serve

_ROUNDS = 3


def measure() -> Report:
    """Return the seconds from click to page for every page."""
    with open_browser() as browser:
        firsts, clicks = clicks_on_pages(browser)
    rows = [(title, f"{firsts[title]:.2f}", f"{median(seconds):.2f}") for title, seconds in clicks.items()]
    return Report(
        title="Time until a page is there",
        table=Table(("page", "first click, s", "later clicks, median, s"), rows),
        targets=[
            Target(f"{title}, from click to rest:", median(seconds), "≤", 1.0, "s", 2)
            for title, seconds in clicks.items()
        ],
        notes=(
            f"From a click in the sidebar until the page's script and images are at rest, server warm, median of "
            f"{_ROUNDS} rounds over all pages; the first click also fills the server's caches.",
        ),
        numbers={"first_click": firsts, "clicks": clicks},
    )


def clicks_on_pages(browser: Browser) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return title → seconds of the first click in a warm tab, and title → seconds of the clicks in later rounds."""
    rounds = []
    with serve() as server, open_tab(browser) as page:
        visit(page, server.url)
        order = [*ENTRIES[1:], ENTRIES[0]]  # the Overview is open already
        for _ in range(_ROUNDS + 1):
            rounds.append({entry.title: follow(page, entry.title) for entry in order})
    return rounds[0], {title: [seconds[title] for seconds in rounds[1:]] for title in rounds[0]}

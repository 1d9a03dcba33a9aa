"""How long one waits: for a page after a click, and for the first sight of a server that has just started."""

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.report import Report, Table, Target
from benchmarks.visitor import follow, open_browser, open_tab, visit
from mmdemo.ui.frame import ENTRIES
from tests.server import serve

_ROUNDS = 3
_ONE_LINE = 'import streamlit as st; st.title("Hello")\n'


def measure() -> Report:
    """Return the seconds from click to page for every page, and the first sights of both cold servers."""
    with open_browser() as browser:
        firsts, clicks = clicks_on_pages(browser)
        hello, overview = cold_visits(browser)
    ratio = _first(overview) / _first(hello)
    rows = [(title, f"{firsts[title]:.2f}", f"{median(seconds):.2f}") for title, seconds in clicks.items()]
    return Report(
        title="Time until a page is there",
        table=Table(("page", "first click, s", "later clicks, median, s"), rows),
        targets=[
            *(
                Target(f"{title}, from click to rest:", median(seconds), "≤", 1.0, "s", 2)
                for title, seconds in clicks.items()
            ),
            Target("Overview on a cold server beside one line of Streamlit, first sight:", ratio, "≤", 2.5, "×", 2),
        ],
        notes=(
            f"From a click in the sidebar until the page's script and images are at rest, server warm, median of "
            f"{_ROUNDS} rounds over all pages; the first click also fills the server's caches.",
            f"First sight is the title: on a cold server {_first(overview):.2f} s, with one line of Streamlit "
            f"{_first(hello):.2f} s (medians of {_ROUNDS} fresh servers each); until the whole page is at rest it is "
            f"{_whole(overview) / _whole(hello):.1f}×.",
        ),
        numbers={"first_click": firsts, "clicks": clicks, "cold": {"one line": hello, "overview": overview}},
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


def cold_visits(browser: Browser) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the seconds until title and rest, of a one-line script and of the Overview, each on fresh servers."""
    hello, overview = [], []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "hello.py")
        script.write_text(_ONE_LINE, encoding="utf-8")
        for _ in range(_ROUNDS):
            hello.append(_cold_visit(browser, str(script)))
            overview.append(_cold_visit(browser, "app.py"))
    return hello, overview


def _cold_visit(browser: Browser, script: str) -> tuple[float, float]:
    with serve(script) as server, open_tab(browser) as page:
        return visit(page, server.url)


def _first(visits: list[tuple[float, float]]) -> float:
    return median(first for first, _ in visits)


def _whole(visits: list[tuple[float, float]]) -> float:
    return median(whole for _, whole in visits)

"""Screenshots of all pages at three sizes and in both themes, in build/screenshots: `make screenshots`.

`ARGS="--world forty --page classify --size projector --theme dark"` takes some; each may be given several times, and
`--query section=Together` is added to the address. What does not fit is printed.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path, PurePosixPath

from playwright.sync_api import Browser, Page, sync_playwright

from mmdemo.ui.frame import ENTRIES
from mmdemo.ui.visitor_name import COOKIE
from tests.browser import CHROMIUM_OPTIONS, SCREENSHOTS, executable, open_page
from tests.fits import findings
from tests.server import ROOT, Server, serve
from tests.worlds import VISITOR, WORLDS, World, world

SIZES = {"wide": (1440, 900, ""), "projector": (1280, 720, "present=1"), "phone": (390, 844, "")}
THEMES = ("light", "dark")
PAGES = {entry.title.lower(): "" if entry.script == "app.py" else PurePosixPath(entry.script).stem for entry in ENTRIES}
_TALLEST = 8_000  # pixels
_FULL = "() => document.querySelector('[data-testid=stMain]').scrollHeight"


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the screenshots that the arguments ask for."""
    asked = _parser().parse_args(arguments)
    with _folders_of_its_own(), sync_playwright() as playwright:
        worlds = [world(name) for name in asked.world or ["stamps"]]
        with serve() as server:
            browser = playwright.chromium.launch(executable_path=executable(playwright), args=CHROMIUM_OPTIONS)
            for shown, size, theme in product(worlds, asked.size or SIZES, asked.theme or THEMES):
                with visit(browser, server, size, theme) as page:
                    for name in asked.page or PAGES:
                        open_page(page, address(server, name, shown, SIZES[size][2], *asked.query))
                        _take(page, SCREENSHOTS / f"{shown.name}-{name}-{size}-{theme}.png")
            browser.close()


@contextmanager
def visit(browser: Browser, server: Server, size: str = "wide", theme: str = "light") -> Iterator[Page]:
    """Open a tab of the visitor who owns the worlds, in one of the sizes."""
    width, height, _ = SIZES[size]
    scheme = "dark" if theme == "dark" else "light"
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        context.add_cookies([{"name": COOKIE, "value": VISITOR, "url": server.url}])
        yield context.new_page()


def address(server: Server, page: str, shown: World, *queries: str) -> str:
    """Return the address of a page that speaks of a world."""
    return f"{server.url}/{PAGES[page]}?{'&'.join(filter(None, (shown.query, *queries)))}"


def _take(page: Page, file: Path) -> None:
    """Save what the window shows first as NAME-first.png, and the whole page as NAME.png."""
    found = findings(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file.with_name(f"{file.stem}-first.png"))
    size = page.viewport_size or {"width": 1440, "height": 900}
    page.set_viewport_size({**size, "height": min(max(page.evaluate(_FULL), size["height"]), _TALLEST)})
    page.wait_for_timeout(800)  # charts follow
    page.screenshot(path=file)
    page.set_viewport_size(size)
    print(file.relative_to(ROOT), *found, sep="\n    ", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    for name, values in (("world", WORLDS), ("page", PAGES), ("size", SIZES), ("theme", THEMES)):
        parser.add_argument(f"--{name}", action="append", choices=list(values))
    parser.add_argument("--query", action="append", default=[], help="more of the address, such as section=Together")
    return parser


@contextmanager
def _folders_of_its_own() -> Iterator[None]:
    """Keep models in a new folder; what has been encoded stays, so that the next time is quicker."""
    with tempfile.TemporaryDirectory(prefix="fusion-lab-screenshots-") as folder:
        os.environ |= {"MMDEMO_RUNS_DIR": f"{folder}/runs", "MMDEMO_CACHE_DIR": str(ROOT / "build" / "cache")}
        yield


if __name__ == "__main__":
    main()

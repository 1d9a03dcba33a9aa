"""What browser tests do to a page of the app."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

SCREENSHOTS = Path(__file__).resolve().parent.parent / "build" / "screenshots"
IDLE = "[data-testid=stApp][data-test-script-state='notRunning']"
PATIENCE = 120_000  # milliseconds: a cold server on a busy machine
EXCEPTION = "[data-testid=stException]"
COOKIE = "fusion_lab_visitor"
DEBIAN_CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable(playwright: Playwright) -> Path:
    """Return Debian's Chromium if it is there, else Playwright's own; without either, the test is skipped."""
    for path in (DEBIAN_CHROMIUM, Path(playwright.chromium.executable_path)):
        if path.exists():
            return path
    pytest.skip("No Chromium: install Debian's chromium, or run `python -m playwright install chromium`.")


def open_page(page: Page, url: str) -> None:
    """Go to the address and wait until its script has run to its end."""
    page.goto(url)
    wait_until_idle(page)


def wait_until_idle(page: Page) -> None:
    """Wait until no script runs. Right after a click, wait for what the click should bring instead."""
    page.locator(IDLE).wait_for(timeout=PATIENCE)


def eventually(holds: Callable[[], object], seconds: float) -> bool:
    """Return whether something holds within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return bool(holds())


def assert_no_exception(page: Page) -> None:
    """Fail with the text of the first exception box, if the page shows one."""
    boxes = page.locator(EXCEPTION)
    assert boxes.count() == 0, f"{page.url} shows: {boxes.first.inner_text()}"


def upload_image(page: Page, path: Path) -> None:
    """Choose the file in the page's uploader of images, which lets go of it at once."""
    with page.expect_file_chooser() as chooser:
        page.locator("[class*=st-key-upload]").get_by_test_id("stFileUploaderDropzone").click()
    chooser.value.set_files(path)


def screenshot(page: Page, name: str) -> Path:
    """Save the whole page as build/screenshots/NAME.png and return that path."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
    page.screenshot(path=path, full_page=True)
    return path


def name_kept(page: Page) -> str:
    """Return the visitor's name in the browser's cookies, where no script can read it."""
    (cookie,) = [one for one in page.context.cookies() if one["name"] == COOKIE]
    assert (cookie["path"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == ("/", "Lax", False, True)
    assert COOKIE not in page.evaluate("document.cookie")
    return cookie["value"]

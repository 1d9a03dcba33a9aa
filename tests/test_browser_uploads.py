"""What a visitor's image costs the server, and that nobody works for a tab that is closed."""

import signal
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import assert_no_exception, open_page, upload_image, wait_until_idle
from tests.hostile_images import HOSTILE
from tests.picture_files import one_of_each
from tests.server import Server

pytestmark = pytest.mark.browser

SECONDS = 8  # in which a worker is ended; its own budget on the clock is longer
LARGE = ("png of colours", "webp of one colour")  # 25 megapixels each


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def ready(page: Page, server: Server) -> Page:
    open_page(page, f"{server.url}/classify")
    page.get_by_role("radio", name="Upload").click()
    expect(page.locator("[class*=st-key-upload]")).to_be_visible()
    return page


def uploaded(page: Page, path: Path) -> None:
    upload_image(page, path)
    expect(page.get_by_alt_text("The image to classify")).to_be_visible()
    wait_until_idle(page)


def worker_of(server: Server) -> psutil.Process:
    (found,) = (child for child in psutil.Process(server.pid).children() if "worker.py" in " ".join(child.cmdline()))
    return found


def test_closing_the_tab_stops_the_decoding(page: Page, cold_server: Server, tmp_path: Path) -> None:
    small = written(tmp_path, "small.png", one_of_each()["png"])
    uploaded(ready(page, cold_server), small)
    worker = worker_of(cold_server)
    worker.send_signal(signal.SIGSTOP)  # from now on, no decoding ends by itself
    upload_image(page, written(tmp_path, "large.png", HOSTILE[LARGE[0]]()))
    expect(page.get_by_text("Reading the image")).to_be_visible()
    expect(page.get_by_test_id("stFileUploader").filter(visible=True)).to_have_count(1)
    page.close()
    end = time.monotonic() + SECONDS
    while psutil.pid_exists(worker.pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not worker.is_running()


def test_an_image_can_be_removed_and_another_one_follows(page: Page, server: Server, tmp_path: Path) -> None:
    uploaded(ready(page, server), written(tmp_path, "one.png", one_of_each()["png"]))
    page.get_by_role("button", name="Remove the image").click()
    expect(page.get_by_alt_text("The image to classify")).to_have_count(0)
    uploaded(page, written(tmp_path, "two.jpg", one_of_each()["jpeg"]))
    assert_no_exception(page)


def test_two_visitors_with_large_images_leave_the_server_as_it_was(
    chromium: Browser, cold_server: Server, tmp_path: Path
) -> None:
    with chromium.new_context() as one, chromium.new_context() as other:
        pages = [ready(context.new_page(), cold_server) for context in (one, other)]
        for page, name in zip(pages, ("png", "webp"), strict=True):
            uploaded(page, written(tmp_path, f"small.{name}", one_of_each()[name]))
        server = psutil.Process(cold_server.pid)
        before = server.memory_info().rss
        for page, name in zip(pages, LARGE, strict=True):
            page.get_by_role("button", name="Remove the image").click()
            expect(page.get_by_alt_text("The image to classify")).to_have_count(0)
            upload_image(page, written(tmp_path, f"large.{name.split()[0]}", HOSTILE[name]()))
        for page in pages:
            expect(page.get_by_alt_text("The image to classify")).to_be_visible()
            expect(page.get_by_text("Read at reduced size, 1,500 × 1,500 of 5,000 × 5,000 px.")).to_be_visible()
            assert_no_exception(page)
        grown = (server.memory_info().rss - before) / 1e6
        print(f"the server has grown by {grown:.0f} MB")
        assert grown < 30

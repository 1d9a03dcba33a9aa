"""A product manager's story: a messy spreadsheet and a folder of photos, to the answer and what to do about it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mmdemo.datasets.finding import counted
from tests import listings
from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.server import Server

pytestmark = pytest.mark.browser

PATIENCE = 150_000  # milliseconds


def bring(page: Page, server: Server, where: str, files: Path) -> None:
    """Give files or a folder to the drop zone, and accept the columns that were found."""
    open_page(page, f"{server.url}/data?dataset=own")
    page.locator(f"input.{where}").set_input_files(files)
    page.get_by_role("button", name="Use this data").click(timeout=PATIENCE)


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as found:
        page.get_by_role("button", name=name).click()
    return Path(found.value.path()).read_bytes()


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("stamps_dir")
def test_from_a_messy_sheet_to_wrong_labels_and_answers_for_the_unsorted(
    page: Page, server: Server, tmp_path: Path
) -> None:
    shop = listings.listings(480)
    bring(page, server, "folder", shop.write_xlsx(tmp_path / "shop"))
    expect(page.get_by_text(f"{shop.used} of {len(shop.rows)} rows are used.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(f"{len(shop.unlabelled)} rows have no label")).to_be_visible()
    page.get_by_text(f"{counted(len(shop.left_out | shop.rare), 'row')} are left out").click()
    left_out = download(page, "Rows left out (CSV)").decode("utf-8-sig").splitlines()[1:]
    assert {line.split(",")[0] for line in left_out} == {shop.row_of(sku) for sku in shop.left_out | shop.rare}

    page.get_by_test_id("stSidebar").get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Train", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_text("This model is now the current one on every page.")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Evaluate it").click()
    expect(page.get_by_text("Adding the image to the caption helps")).to_be_visible(timeout=PATIENCE)

    cards = page.locator(".st-key-suspects")
    expect(cards.get_by_role("link", name="See why")).to_have_count(10, timeout=PATIENCE)
    suspected = [link.get_attribute("href") for link in cards.get_by_role("link", name="See why").all()]
    planted = [f"pair={shop.row_of(sku).replace(' ', '+')}" for sku in shop.wrong]
    assert sum(any(one in str(link) + "&" or f"{one}&" in str(link) for link in suspected) for one in planted) >= 3

    page.get_by_test_id("stSidebar").get_by_role("link", name="Classify").click()
    page.get_by_text("A table of pairs").click()
    page.get_by_role("button", name=f"Classify {len(shop.unlabelled)} rows").click(timeout=PATIENCE)
    answers = download(page, "All answers (CSV)").decode("utf-8-sig").splitlines()
    assert {line.split(",")[0] for line in answers[1:]} == shop.unlabelled

    page.get_by_test_id("stSidebar").get_by_role("link", name="Models").click()
    page.get_by_role("button", name="Make the report").click(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Report (HTML)")).to_be_visible(timeout=PATIENCE)
    report = download(page, "Report (HTML)")
    assert b"Adding the image to the caption helps" in report
    assert_no_exception(page)
    libraries = Path(f"/proc/{server.pid}/maps")
    if libraries.exists():
        assert "tensorflow" not in libraries.read_text().lower().replace("tensorflow-lite", "")


@pytest.mark.usefixtures("stamps_dir")
def test_a_zip_from_windows_in_china_is_read_to_the_row(page: Page, server: Server, tmp_path: Path) -> None:
    shop = listings.chinese(60)
    bring(page, server, "files", shop.write_chinese_zip(tmp_path / "商品.zip"))
    expect(page.get_by_text(f"{shop.used} of {len(shop.rows)} rows are used.")).to_be_visible(timeout=PATIENCE)
    wait_until_idle(page)
    assert_no_exception(page)

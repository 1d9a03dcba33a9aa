"""The whole walk without a mouse, on a wide and on a narrow screen: Overview, train, evaluate, explain, report."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.picture_files import one_of_each

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MOST = 400  # presses of the Tab key from one end of a page to the other
MINUTES = 240_000  # milliseconds that a training or a report may take on a busy machine
FOCUSED = "element => element === document.activeElement"


@pytest.fixture(scope="module")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """One visitor for both widths: what they have trained and reported once is there at once the second time."""
    with chromium.new_context() as context:
        yield context


@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.thorough), 390])
def test_from_the_overview_to_a_report_by_keyboard_alone(visitor, server, width):
    page = visitor.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, f"{server.url}/?dataset=homonyms&n=80&q_text=0.16")
    press(page, page.get_by_role("link", name="Train a model"))
    expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible()
    press(page, page.get_by_role("button", name="Train", exact=True))
    expect(page.get_by_text("current one on every page")).to_be_visible(timeout=MINUTES)
    assert_no_exception(page)

    press(page, page.get_by_role("link", name="Next: Evaluate"))
    expect(page.get_by_text(re.compile("^Adding the|^No clear difference")).first).to_be_visible()
    wait_until_idle(page)  # drawing the rest would close the list again
    press(page, page.locator(".st-key-confusion_matrix summary"))
    expect(page.get_by_role("combobox", name="True label")).to_be_visible()
    wait_until_idle(page)
    choose(page, page.get_by_role("combobox", name="True label"), "bat (animal)")
    choose(page, page.get_by_role("combobox", name="Answer"), "bat (animal)")
    expect(page.get_by_text(re.compile("pairs of bat .animal. are"))).to_be_visible()
    wait_until_idle(page)  # the cards come last
    press(page, page.locator(".st-key-cell").get_by_role("link", name="See why").first)

    expect(page.get_by_role("heading", level=1, name="Classify")).to_be_visible()
    press(page, page.locator("[class*=st-key-words_]").get_by_role("button").first)
    expect(page.get_by_text("Computed again without what is taken out")).to_be_visible()
    assert_no_exception(page)

    press(page, page.get_by_role("link", name="Next: Models"))
    expect(page.get_by_role("heading", level=1, name="Models")).to_be_visible()
    report = page.get_by_role("button", name="Report (HTML)").first
    make = page.get_by_role("button", name="Make the report")
    expect(make.or_(report).first).to_be_visible()
    wait_until_idle(page)
    if make.is_visible():
        press(page, make)
    expect(report).to_be_visible(timeout=MINUTES)
    with page.expect_download() as download:
        press(page, report)
    assert download.value.suggested_filename.endswith("-report.html")
    assert_no_exception(page)
    page.close()


def test_an_image_is_sent_and_removed_and_a_caption_answered_by_keyboard_alone(page, server, tmp_path):
    file = tmp_path / "one.png"
    file.write_bytes(one_of_each()["png"])
    open_page(page, f"{server.url}/classify")
    reach(page, page.get_by_role("radio", name="Example"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    upload = page.locator("[class*=st-key-upload]").get_by_role("button", name="Upload", exact=True)
    with page.expect_file_chooser() as chooser:
        press(page, upload)
    chooser.value.set_files(file)
    image = page.get_by_alt_text("The image to classify")
    expect(image).to_be_visible()
    wait_until_idle(page)
    press(page, page.get_by_role("button", name="Remove the image"))
    expect(image).to_have_count(0)
    wait_until_idle(page)
    reach(page, page.get_by_label("Caption", exact=True))
    page.keyboard.type("a red apple")
    expect(page.get_by_text("so the model for captions alone answers")).to_be_visible()
    assert_no_exception(page)


def press(page: Page, target: Locator) -> None:
    """Reach the target with the Tab key and press Enter on it."""
    reach(page, target)
    page.keyboard.press("Enter")


def choose(page: Page, box: Locator, option: str) -> None:
    """Reach the list with the Tab key, write an option's name and take it."""
    reach(page, box)
    page.keyboard.press("Control+A")
    page.keyboard.type(option)
    expect(page.get_by_role("option", name=option)).to_have_count(1)
    page.keyboard.press("Enter")


def reach(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    expect(target).to_be_attached()
    for _ in range(MOST):
        if target.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"The Tab key does not reach {target}.")

"""Training on demand in a real browser: from the Overview to a new model, cancelled, left alone and killed."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import assert_no_exception, eventually, open_page, wait_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

MINUTES = 240_000  # milliseconds that a training run may take on a busy machine
SMALL = "dataset=homonyms&n=80"


def start_training(page: Page, preset: str = "Quick") -> None:
    page.get_by_text(preset, exact=True).click(timeout=MINUTES)  # the pairs are drawn first
    wait_until_idle(page)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page).to_have_url(re.compile("run="))


def training_processes(server) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children(recursive=True)
    return [child for child in children if "train" in child.cmdline()]


def wait_until_done(page: Page) -> None:
    expect(page.get_by_text("current one on every page")).to_be_visible(timeout=MINUTES)


def test_two_clicks_train_and_the_intervals_narrow_from_the_first_part_on(page, server):
    open_page(page, f"{server.url}/?dataset=homonyms&n=400&q_text=0.6")
    page.get_by_role("link", name="Train a model").click(timeout=MINUTES)
    page.get_by_role("button", name="Train", exact=True).click(timeout=MINUTES)  # the second click
    so_far = page.get_by_text(re.compile(r"So far, on [1-4] of 5 parts of the pairs"))
    expect(so_far).to_be_visible(timeout=MINUTES)
    first = described(page.get_by_label(re.compile("^So far, on")).last)
    cancel = page.get_by_role("button", name="Cancel")
    assert below_the_title(page, cancel) < below_the_title(page, so_far)  # so that it stays where it is
    assert_no_exception(page)
    wait_until_done(page)
    last = described(page.get_by_label(re.compile("^Accuracy of the models")).last)
    assert first.keys() == last.keys() == {"Image alone", "Caption alone", "Both"}
    assert all(last[title] < width for title, width in first.items())
    expect(page.get_by_text("400 pairs was answered by a model that had not seen it")).to_be_visible()
    assert_no_exception(page)


@pytest.mark.thorough  # it trains a network three times; tests/test_course.py tells how the bar moves
def test_one_bar_rises_to_the_end_over_all_networks(page, server):
    open_page(page, f"{server.url}/train?dataset=homonyms&n=160")
    start_training(page, "From scratch")
    bar, shares, said = page.get_by_role("progressbar"), [], set()
    expect(bar).to_be_visible(timeout=MINUTES)
    while page.get_by_text("current one on every page").count() == 0:
        assert bar.count() <= 1
        found = page.evaluate(BAR)
        if found:
            shares.append(found[0])
            said.add(re.sub(r",.*|: .*", "", found[1]))
        page.wait_for_timeout(200)
    assert shares == sorted(shares) and len(set(shares)) > 10 and shares[-1] > 80
    assert shares.count(100) <= len(shares) / 10, "the bar is full long before the end"
    assert {"Training network 1 of 2", "Training network 2 of 2"} <= said
    assert_no_exception(page)


BAR = """() => {
    const bar = document.querySelector("[role=progressbar]");
    return bar && [Number(bar.getAttribute("aria-valuenow")), bar.closest("[data-testid=stProgress]").innerText];
}"""


UNCUT = "one => [one, ...one.querySelectorAll('*')].every(each => each.scrollWidth <= each.clientWidth + 1)"
SIZES = {"desk": (1440, 900, ""), "projector": (1280, 720, "&present=1"), "phone": (390, 844, "")}


@pytest.mark.parametrize(
    "size",
    ["projector", pytest.param("desk", marks=pytest.mark.thorough), pytest.param("phone", marks=pytest.mark.thorough)],
)
def test_the_button_and_then_the_run_are_in_the_first_screen(page, server, size):
    width, height, query = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{server.url}/train?dataset=homonyms&n=80{query}")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_in_viewport(ratio=1, timeout=MINUTES)
    expect(page.get_by_role("radio", name="Quick")).to_be_checked()
    start_training(page, "As in the article")
    expect(page.get_by_role("heading", name="homonyms", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("button", name="Cancel")).to_be_in_viewport()
    expect(page.get_by_text("More options", exact=True)).to_be_hidden()  # the form is folded
    wait_until_done(page)
    wait_until_idle(page)
    for card in page.get_by_test_id("stMetricValue").all():
        assert card.evaluate(UNCUT), card.inner_text()
    link = page.url
    page.goto("about:blank")
    open_page(page, link)
    expect(page.get_by_text("Images: the article's network; captions: words, counted.")).to_be_in_viewport()
    assert_no_exception(page)


def below_the_title(page: Page, target: Locator) -> float:
    """How many pixels below the page's title the target stands, however far the page is scrolled."""
    title, found = page.get_by_role("heading", level=1).bounding_box(), target.bounding_box()
    assert title and found
    return found["y"] - title["y"]


def described(chart: Locator) -> dict[str, float]:
    """Title of a model → width of its interval, in points, from what a chart of accuracies says to a screen reader."""
    one = re.compile(r"([A-Z][^:;%]+) [\d.]+%, 95 % interval ([\d.]+)% to ([\d.]+)%")
    said = one.findall(chart.get_attribute("aria-label"))
    return {title: float(high) - float(low) for title, low, high in said}


def test_a_run_is_found_again_after_other_pages_and_a_closed_tab_and_cancelling_leaves_nothing(page, server):
    open_page(page, f"{server.url}/train?{SMALL}")
    start_training(page, "From scratch")
    link = page.url
    run = re.search(r"run=([\w-]+)", link).group(1)
    assert eventually(lambda: training_processes(server), 60)
    for title in ("Data", "Train"):
        page.get_by_test_id("stSidebar").get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page).to_have_url(re.compile(f"run={run}"))
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.close()

    again = page.context.new_page()
    open_page(again, link)
    expect(again.get_by_text(re.compile(r"Training network \d of 2: epoch \d+ of 80, about \d+ s left"))).to_be_visible(
        timeout=MINUTES
    )
    expect(again.get_by_role("heading", name="homonyms", exact=True)).to_be_visible()
    expect(again.get_by_text("Images: network trained here; captions: words and whole captions.")).to_be_visible()
    children = training_processes(server)
    assert children
    again.get_by_role("button", name="Cancel").click()
    expect(again.get_by_text("Cancelled.")).to_be_visible()
    assert not any(child.is_running() for child in children)
    assert not list(Path(os.environ["MMDEMO_RUNS_DIR"]).glob(f"*{run}*"))
    assert_no_exception(again)


def test_a_killed_run_says_so_and_the_app_goes_on(page, server, chromium):
    open_page(page, f"{server.url}/train?{SMALL}")
    start_training(page, "From scratch")
    assert eventually(lambda: training_processes(server), 60)
    with chromium.new_context() as other:
        theirs = other.new_page()
        open_page(theirs, page.url)
        expect(theirs.get_by_text("Training for")).to_be_visible()
        expect(theirs.get_by_role("button", name="Cancel")).to_have_count(0)  # a stranger with the link
    for child in training_processes(server):
        os.kill(child.pid, signal.SIGKILL)
    expect(page.get_by_text("stopped unexpectedly")).to_be_visible(timeout=30_000)
    open_page(page, f"{server.url}/classify")
    expect(page.get_by_role("textbox", name="Caption")).to_be_visible()
    assert_no_exception(page)

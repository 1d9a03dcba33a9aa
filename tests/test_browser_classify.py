"""A visitor's first minute, in a real browser against a cold server."""

import re

import pytest
from playwright.sync_api import Page, expect

from mmdemo.datasets.homonyms import homonyms
from tests.browser import assert_no_exception, open_page, upload_image
from tests.homonyms_model import NAME, bundle

pytestmark = pytest.mark.browser

ANSWER = "[data-testid=stHeading] h3"


def type_caption(page: Page, caption: str) -> None:
    page.get_by_role("textbox", name="Caption").fill(caption)


def test_upload_caption_and_edit(page, cold_server, stamps_dir):
    picture = stamps_dir / "animals" / "birds" / "owl.png"
    open_page(page, f"{cold_server.url}/classify")
    page.get_by_role("radio", name="Upload").click()
    upload_image(page, picture)
    expect(page.get_by_alt_text("The image to classify")).to_be_visible()
    type_caption(page, "An owl on a branch.")
    expect(page.locator(ANSWER).first).to_have_text(re.compile("^animals"))
    chart = page.locator(".st-key-confidence")
    expect(chart).to_contain_text("%")
    before = chart.text_content()

    type_caption(page, "a wooden chair in the kitchen of a house")
    expect(page.locator(".st-key-words")).to_contain_text("chair")
    expect(chart).not_to_have_text(before)
    assert_no_exception(page)


def test_an_upload_survives_another_page(page, server, stamps_dir):
    open_page(page, f"{server.url}/classify")
    page.get_by_role("radio", name="Upload").click()
    upload_image(page, stamps_dir / "animals" / "birds" / "owl.png")
    expect(page.get_by_alt_text("The image to classify")).to_be_visible()
    type_caption(page, "")
    expect(page.get_by_text("This pair has no caption")).to_be_visible()  # so no run is yet to come
    expect(page.locator(ANSWER).first).to_have_text(re.compile("^animals"))
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", level=1, name="Does adding the picture")).to_be_visible()
    page.get_by_role("link", name="Classify", exact=True).click()
    expect(page.get_by_role("radio", name="Upload")).to_be_checked()
    expect(page.locator(ANSWER).first).to_have_text(re.compile("^animals"))
    assert_no_exception(page)


def test_hostile_upload_is_one_calm_sentence(page, server, tmp_path):
    fake = tmp_path / "holiday.jpg"
    fake.write_text("this is not an image")
    open_page(page, f"{server.url}/classify")
    page.get_by_role("radio", name="Upload").click()
    upload_image(page, fake)
    alert = page.get_by_test_id("stAlertContentError")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("holiday.jpg")
    assert_no_exception(page)


def test_words_alone_and_nothing_at_all(page, server):
    open_page(page, f"{server.url}/classify")
    page.get_by_role("radio", name="No image").click()
    type_caption(page, "a cat and a dog")
    expect(page.locator(ANSWER).first).to_have_text(re.compile("^animals"))
    expect(page.get_by_text("This pair has no image")).to_be_visible()
    type_caption(page, "")
    expect(page.get_by_text("the answer appears here")).to_be_visible()
    assert_no_exception(page)


def test_without_the_decisive_words_the_answer_changes(page, server):
    open_page(page, f"{server.url}/classify?pair=Fir")
    expect(page.locator(ANSWER).first).to_have_text(re.compile("^seasonal"))
    page.get_by_role("button", name="What would change the answer?").click()
    said = page.get_by_text(re.compile(r"Without \d of the words \(.*“christmas”.*\) the answer would be"))
    expect(said).to_be_visible()
    for word in re.findall("“(.+?)”", said.inner_text().partition(")")[0]):
        page.get_by_role("button", name=word, exact=True).click()
    expect(page.get_by_text(re.compile("and the answer becomes"))).to_be_visible()
    assert_no_exception(page)


def bottom(page: Page, selector: str) -> float:
    """How far below the top of the window the first such thing ends, in pixels."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("model", ["", NAME])
@pytest.mark.parametrize(("width", "height", "larger"), [(1440, 900, ""), (1280, 720, "present=1")])
def test_what_is_asked_and_what_each_model_answers_are_in_the_first_screen(page, server, model, width, height, larger):
    bundle()
    page.set_viewport_size({"width": width, "height": height})
    open_page(page, f"{server.url}/classify?{larger}{f'&model={model}' if model else ''}")
    opinions = page.locator(".st-key-confidence [role=img]")
    expect(opinions).to_have_count(3)
    expect(opinions.last).to_contain_text("Both →")
    assert max(bottom(page, "[aria-label=Caption]"), bottom(page, ".st-key-confidence")) <= height
    tops = {round(opinions.nth(place).bounding_box()["y"]) for place in range(3)}
    assert len(tops) == 1, "side by side"
    page.get_by_text(re.compile(r"^All \d+ classes$")).click()
    every = page.get_by_role("table", name="Probability of each class by each model")
    expect(every.get_by_role("columnheader", name="Both")).to_be_visible()


def test_a_click_on_one_of_a_models_own_pairs_asks_about_it(page, server):
    bundle()
    captions = homonyms(n=160).frame["text"]
    open_page(page, f"{server.url}/classify?model={NAME}")
    caption = page.get_by_role("textbox", name="Caption")
    expect(caption).not_to_have_value("")  # the browser fills the field after the script's end
    before = caption.input_value()
    assert before in set(captions)
    page.get_by_role("button", name=re.compile("^Pair 4: ")).click()
    expect(page).to_have_url(re.compile("of=model"))
    expect(caption).not_to_have_value(before)
    expect(page.get_by_text("Its label is")).to_be_visible()
    assert page.get_by_role("button", name="Apple").count() == 0
    assert_no_exception(page)


def test_the_counter_of_a_text_field_covers_nothing_that_is_typed(page, server):
    open_page(page, f"{server.url}/classify")
    field = page.get_by_role("textbox", name="Caption")
    field.click()
    field.press_sequentially(" and a long caption that reaches the end of the field" * 2)
    counter = page.get_by_test_id("InputInstructions").first
    expect(counter).to_contain_text("/")
    assert counter.bounding_box()["y"] >= field.bounding_box()["y"] + field.bounding_box()["height"]

"""From the sentence to one pair's explanation, and a slow look in the background, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mmdemo.charts.confusion import numbered
from mmdemo.evaluation.confusion import confusion_matrix, mistakes
from mmdemo.evaluation.held_out import HeldOut
from mmdemo.explanation.counterfactual import Removal, decisive
from mmdemo.studies.study import KINDS, place_of
from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.homonyms_model import NAME, bundle, trained
from tests.server import Server

pytestmark = pytest.mark.browser

FEW_SECONDS = 60_000  # milliseconds, on a busy machine


@pytest.fixture
def address(server: Server) -> Iterator[str]:
    bundle()
    yield f"{server.url}/evaluate?model={NAME}"
    for kind in KINDS:
        place_of(bundle(), kind).unlink(missing_ok=True)


def cell(page: Page, label: str, answer: str):  # type: ignore[no-untyped-def]
    marks = page.locator(".st-key-confusion_cell .mark-rect path")
    row = numbered(bundle().held_out.classes)[label]
    return marks.and_(page.locator(f'[aria-label*="Answer: {answer};"][aria-label*="True label: {row};"]')).first


def open_matrix(page: Page) -> None:
    """Open the expander of the confusion matrix, by keyboard."""
    title = page.locator(".st-key-confusion_matrix summary")
    title.focus()
    title.press("Enter")
    expect(page.get_by_role("combobox", name="True label")).to_be_visible()


def test_a_cell_leads_to_its_pairs_and_a_pair_to_its_explanation(page: Page, address: str) -> None:
    tested = bundle().held_out
    matrix = confusion_matrix(tested.labels, tested.guesses("fused"), tested.classes)
    label = answer = max(tested.classes, key=lambda name: matrix[tested.classes.index(name)].max())
    first = mistakes(matrix, tested.classes)[0]
    assert (first.label, first.answer) != (label, answer)
    open_page(page, address)
    open_matrix(page)
    cell(page, label, answer).click()
    row = tested.classes.index(label)
    sentence = f"{matrix[row, row]} of the {matrix[row].sum()} pairs of {label} are recognised"
    expect(page.get_by_text(sentence)).to_be_visible()
    wait_until_idle(page)  # the cards come last
    first = str(tested.ids[tested.cell("fused", label, answer)[0]])
    page.locator(".st-key-cell").get_by_role("link", name="See why").first.click()
    expect(page).to_have_url(re.compile(f"/classify.*model={NAME}"))
    wait_until_idle(page)
    expect(page.get_by_text(f"Pair {first}")).to_be_visible()
    expect(page.locator("[data-testid=stHeading] h2").first).to_have_text(re.compile(re.escape(label)))
    assert_no_exception(page)


def test_from_a_cell_to_the_word_without_which_the_class_changes(page: Page, address: str) -> None:
    tested = bundle().held_out
    label, answer, place, caption, removal = hanging_on_one_word(tested)
    open_page(page, address)
    open_matrix(page)
    cell(page, label, answer).click()
    expect(page.get_by_text(re.compile(f"pairs of {re.escape(label)} (is|are) "))).to_be_visible()
    wait_until_idle(page)  # the cards come last
    page.locator(".st-key-cell").get_by_role("link", name="See why").nth(place).click()
    expect(page.get_by_role("textbox", name="Caption")).to_have_value(caption)
    expect(page.locator("[data-testid=stHeading] h2").first).to_have_text(re.compile("^" + re.escape(answer)))
    word = page.locator("[class*=st-key-words_]").get_by_role("button")
    word.nth(removal.places[0]).click()
    expect(page.get_by_text(f"and the answer becomes “{removal.prediction.label}”")).to_be_visible()
    assert_no_exception(page)


def hanging_on_one_word(tested: HeldOut) -> tuple[str, str, int, str, Removal]:
    """A pair whose answer one word decides, in a cell that is not the one shown first: label, answer, place in it…"""
    model, frame = bundle().model, trained().dataset.frame
    counts = confusion_matrix(tested.labels, tested.guesses("fused"), tested.classes)
    shown = next((one.label, one.answer) for one in mistakes(counts, tested.classes))
    for label in tested.classes:
        for answer in tested.classes:
            for place, row in enumerate(tested.cell("fused", label, answer)[:10]):
                pair = frame.loc[str(tested.ids[row])]
                evidence = model.examine({"image": pair["image"], "text": pair["text"]})
                removal = decisive(model, evidence, model.answer(evidence), "text")
                if removal and len(removal.places) == 1 and (label, answer) != shown:
                    return label, answer, place, str(pair["text"]), removal
    raise AssertionError("There is no such pair.")


def test_the_matrix_can_be_read_by_keyboard_alone(page: Page, address: str) -> None:
    tested = bundle().held_out
    open_page(page, address)
    open_matrix(page)
    box = page.get_by_role("combobox", name="True label")
    box.focus()
    box.press("ArrowDown")
    box.fill(tested.classes[0])
    box.press("Enter")
    expect(page.get_by_text(re.compile(f"pairs of {re.escape(tested.classes[0])} (is|are) "))).to_be_visible()
    assert_no_exception(page)


def test_a_slow_look_runs_in_the_background_and_is_there_after_a_reload(page: Page, address: str) -> None:
    open_page(page, address)
    look = page.locator(".st-key-study_learning")
    look.get_by_role("button", name="Train on fewer pairs").click()
    under_way = look.get_by_text(re.compile("Getting ready|Training on fewer pairs,|Waiting for|Next in line"))
    expect(under_way.first).to_be_visible(timeout=FEW_SECONDS)
    page.reload()
    chart = look.get_by_text(re.compile(r"Measured on [\d,]+ pairs the model had not seen"))
    expect(chart).to_be_visible(timeout=2 * FEW_SECONDS)
    expect(look.get_by_role("button", name="Train on fewer pairs")).to_have_count(0)
    assert_no_exception(page)


def test_a_slow_look_can_be_cancelled(page: Page, address: str) -> None:
    open_page(page, address)
    look = page.locator(".st-key-study_robustness")
    look.get_by_role("button", name="Damage the pairs").click()
    look.get_by_role("button", name="Cancel").click(timeout=FEW_SECONDS)
    expect(look.get_by_text("Cancelled.")).to_be_visible(timeout=FEW_SECONDS)
    expect(look.get_by_role("button", name="Damage the pairs")).to_be_visible()
    assert_no_exception(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_page(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, address)
    expect(page.get_by_text("Closer looks")).to_be_attached()
    wider = "() => [...document.querySelectorAll('[data-testid=stMain]')].some(e => e.scrollWidth > e.clientWidth + 1)"
    assert not page.evaluate(wider)
    assert_no_exception(page)

"""A report on paper: on A4 nothing is cut, and what belongs together stays on one page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from mmdemo.bundles.bundle import load
from mmdemo.bundles.writing import save
from mmdemo.datasets.registry import load as load_data
from mmdemo.report.page import Report, build_report
from mmdemo.training.train import train
from tests.models import ROOT, config

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH, HEIGHT = 680, 1009  # pixels between the margins of A4
WHOLE = "figure, .example, tr, .whole, .verdict, .warning, pre, table:not(:has(tbody tr:nth-child(16)))"
LOOK = """([whole, width, height]) => {
  const found = [], said = one => `${one.tagName} “${(one.innerText || one.alt || '').slice(0, 50)}”`;
  for (const one of document.body.querySelectorAll('*')) {
    const {left, right} = one.getBoundingClientRect();
    if (right > width + 1 || left < -1) found.push(`beyond the page: ${said(one)}, ${left} to ${right}`);
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth) found.push(`cut: ${said(one)}`);
  }
  for (const one of document.querySelectorAll(whole)) {
    if (!getComputedStyle(one).breakInside.startsWith('avoid')) found.push(`may be split: ${said(one)}`);
    if (one.offsetHeight > height) found.push(`higher than a page: ${said(one)}`);
  }
  for (const one of document.querySelectorAll('h1, h2, h3'))
    if (!getComputedStyle(one).breakAfter.startsWith('avoid')) found.push(`left behind: ${said(one)}`);
  const {backgroundColor, printColorAdjust} = getComputedStyle(document.body);
  return [...found, ...(backgroundColor + printColorAdjust === 'rgb(255, 255, 255)exact' ? [] : [backgroundColor])];
}"""
TEXTS = """() => [...document.querySelectorAll('svg')].flatMap(drawn => {
  const frame = drawn.getBoundingClientRect();
  return [...drawn.querySelectorAll('text')].filter(text => text.textContent.trim()).filter(text => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 ||
      box.bottom > frame.bottom + 2 || text.textContent.endsWith('…');
  }).map(text => text.textContent);
})"""


@pytest.fixture(scope="module")
def everyday() -> Report:
    return build_report(load(ROOT / "models" / "everyday"))


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report on forty classes with names of sixty letters, every other without a space."""
    folder: Path = tmp_path_factory.mktemp("forty")
    names = [f"pieces of furniture number {number}, delivered for free in a week or two"[:60] for number in range(40)]
    labels = [name.replace(" ", "_") if place % 2 else name for place, name in enumerate(names)]
    lines = [f'"{label} {letter}","{label}"' for label in labels for letter in "abcde"]
    (folder / "data.csv").write_text("\n".join(["text,label", *lines]), "utf-8")
    dataset = load_data(str(folder))
    save(train(dataset, config("none", "tfidf")), folder / "model", "python -m mmdemo train --data forty", {})
    return build_report(load(folder / "model"), data=folder)


@pytest.fixture
def paper(chromium: Browser):
    """A window as wide as A4 between its margins, which shows what would be printed, in a dark theme."""
    with chromium.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="dark") as context:
        page = context.new_page()
        page.emulate_media(media="print")
        yield page


@pytest.mark.parametrize("name", ["everyday", "forty"])
def test_nothing_is_cut_on_a4(name: str, paper: Page, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(name)
    paper.set_content(report.html)
    assert paper.evaluate(LOOK, [WHOLE, WIDTH, HEIGHT]) == []
    assert paper.locator(".example").count() and paper.locator("figure img").count() >= 3
    paper.set_content("".join(figure.svg for figure in report.figures.values()))
    assert paper.evaluate(TEXTS) == []


@pytest.mark.parametrize("name", ["everyday", "forty"])
def test_on_a_phone_names_keep_the_room_for_a_word(name: str, paper: Page, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(name)
    paper.emulate_media(media="screen")
    paper.set_viewport_size({"width": 390, "height": 844})
    paper.set_content(report.html)
    widths = paper.locator("th").evaluate_all("all => all.map(one => [one.innerText, one.offsetWidth])")
    assert len(widths) > 20 and not [text for text, width in widths if width < 45]
    assert paper.evaluate("document.documentElement.scrollWidth") == 390


def test_the_look_finds_what_is_cut(paper: Page, everyday: Report) -> None:
    paper.set_content(everyday.html)
    paper.add_style_tag(content="figure {break-inside: auto !important; width: 900px}")
    paper.add_style_tag(content="h2 {break-after: auto !important}")
    found = "\n".join(paper.evaluate(LOOK, [WHOLE, WIDTH, HEIGHT]))
    assert all(said in found for said in ("may be split: FIGURE", "beyond the page: FIGURE", "left behind: H2"))
    paper.set_content('<svg width="40"><text>a long title</text></svg>')
    assert paper.evaluate(TEXTS) == ["a long title"]

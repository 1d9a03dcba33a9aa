"""Everything at once: the memory of the whole process tree with two visitors, a training and two large images.

`python -m benchmarks.together --write-docs` writes the result to docs/memory.md.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np
from playwright.sync_api import Page

from benchmarks.child import ROOT
from benchmarks.report import Report, Table, Target
from benchmarks.tree import Watch, held_by, watched
from benchmarks.visitor import check, follow, open_browser, open_tab, visit
from tests.server import Server, serve

DOCUMENT = ROOT / "docs" / "memory.md"
LIMIT = 690  # MB, what Streamlit Community Cloud guarantees
_SIDE = 5_000  # px: 25 megapixels
_CAPTIONS = ("\ufdfa" * 10_000, "猫" * 10_000)  # NFKC makes 18 characters of the first
_PAGES = ("Data", "Preprocess", "Features", "Train", "Evaluate", "Classify", "Models")
_KINDS = ("server", "training", "reading foreign files", "report")
_MINUTES = 240_000  # milliseconds


@dataclass(frozen=True)
class Moment:
    """A part of the visit, and what the tree held while it lasted."""

    title: str
    watch: Watch


def measure() -> Report:
    """Return what each process held when all together held the most, moment after moment."""
    with tempfile.TemporaryDirectory() as folder, _limited(), serve() as server, open_browser() as browser:
        images = _images(Path(folder))
        with open_tab(browser) as one, open_tab(browser) as other:
            moments = list(_visit(server, (one, other), images))
    totals = [moment.watch.total for moment in moments]
    return Report(
        title="Memory of the whole process tree",
        table=Table(("moment", *(f"{kind}, MB" for kind in _KINDS), "together, MB"), list(map(_row, moments))),
        targets=[
            Target("The whole tree, at most:", max(totals), "≤", LIMIT, "MB", 0),
            Target("Moments in which the server was gone:", len(without_server(moments)), "≤", 0, "", 0),
        ],
        notes=(
            "Each row shows the moment at which all processes together held the most. PSS: a page that several "
            "processes share counts once, divided among them. MB are 10⁶ bytes.",
        ),
        numbers={moment.title: {"most": moment.watch.most, "sizes": moment.watch.sizes} for moment in moments},
    )


@contextmanager
def _limited() -> Iterator[None]:
    before = os.environ.get("MMDEMO_MEMORY_MB")
    os.environ["MMDEMO_MEMORY_MB"] = str(LIMIT)
    try:
        yield
    finally:
        os.environ.pop("MMDEMO_MEMORY_MB")
        if before is not None:
            os.environ["MMDEMO_MEMORY_MB"] = before


def _visit(server: Server, pages: tuple[Page, Page], images: tuple[Path, Path]) -> Iterator[Moment]:
    with watched(server.pid) as watch:
        for page in pages:
            visit(page, server.url)
            for title in _PAGES:
                follow(page, title)
    yield Moment("two visitors open every page", watch)
    with watched(server.pid) as watch:
        _train(pages[0])
        _train(pages[1])
        for page, image in zip(pages, images, strict=True):
            _choose(page, image)
        for page, caption in zip(pages, _CAPTIONS, strict=True):
            page.get_by_role("textbox", name="Caption").fill(caption)  # answered when the image is read
        for page in pages:
            page.get_by_alt_text("The image to classify").wait_for(timeout=_MINUTES)
            check(page)
    yield Moment("both train, classify an image of 25 megapixels and send a hostile caption", watch)
    with watched(server.pid) as watch:
        _report(pages[0])
        _wait_for_runs(server.pid)
    yield Moment("one asks for a report meanwhile, until everything is done", watch)
    with watched(server.pid) as watch:
        pages[0].wait_for_timeout(5_000)
    yield Moment("afterwards", watch)


def _train(page: Page) -> None:
    follow(page, "Train")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("run="))


def _choose(page: Page, image: Path) -> None:
    follow(page, "Classify")
    page.wait_for_timeout(1_000)  # Streamlit loses a click that comes while a page has just come to rest
    page.get_by_role("radio", name="Upload").click()
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(image)


def _report(page: Page) -> None:
    follow(page, "Models")
    page.get_by_role("button", name="Make the report").first.click()


def _wait_for_runs(pid: int) -> None:
    """Wait until nothing has trained or reported for some seconds: between two runs there is a moment of nothing."""
    quiet_since, end = time.monotonic(), time.monotonic() + _MINUTES / 1000
    while time.monotonic() < min(end, quiet_since + 4):
        if {"training", "report"} & held_by(pid).keys():
            quiet_since = time.monotonic()
        time.sleep(0.2)


def _images(folder: Path) -> tuple[Path, Path]:
    """Write a PNG and a WebP of 25 megapixels: blurred noise, which compresses like a photograph."""
    noise = np.random.default_rng(0).integers(0, 255, (_SIDE, _SIDE, 3), dtype=np.uint8)
    pixels = cv2.GaussianBlur(noise, (0, 0), 5)
    places = folder / "large.png", folder / "large.webp"
    cv2.imwrite(str(places[0]), pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    cv2.imwrite(str(places[1]), pixels, [cv2.IMWRITE_WEBP_QUALITY, 80])
    return places


def without_server(moments: list[Moment]) -> list[str]:
    """Return the moments in which the server was gone."""
    return [moment.title for moment in moments if not moment.watch.most.get("server")]


def _row(moment: Moment) -> tuple[str, ...]:
    held = moment.watch.most
    return (moment.title, *(f"{held.get(kind, 0):.0f}" for kind in _KINDS), f"{moment.watch.total:.0f}")


@click.command()
@click.option("--write-docs", is_flag=True, help="Write the result to docs/memory.md.")
def command(write_docs: bool) -> None:
    """Measure, print the table, and write it where asked."""
    report = measure()
    click.echo(report.markdown())
    if write_docs:
        DOCUMENT.write_text(document(report), encoding="utf-8")


def document(report: Report) -> str:
    """Return the text of docs/memory.md."""
    return f"""# What the app takes of a machine's memory

Streamlit Community Cloud guarantees {LIMIT} MB. `python -m benchmarks.together --write-docs` starts a server that is
told so (`MMDEMO_MEMORY_MB={LIMIT}`), visits it with two browsers, and watches the server and all that it starts.

{report.table.markdown()}

{" ".join(report.notes)}

{chr(10).join(target.line() for target in report.targets)}
"""


if __name__ == "__main__":
    command()

"""On every page, what a stranger wrote is shown as written, and the browser asks no other host for anything."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from mmdemo.bundles.writing import save
from mmdemo.datasets.registry import SOURCES, load
from mmdemo.storage.folders import cache_dir, runs_dir
from mmdemo.training.train import train
from tests import models
from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.hostile import WRITTEN
from tests.server import Server, serve
from tests.walked import unfold

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUN = "t" * 22
REGISTER = "from mmdemo.datasets.registry import SOURCES; SOURCES['turned'] = 'tests.hostile:turned'"
OF_ALL = f"model={RUN}&dataset=turned"
PAGES = {
    "/": 0,
    f"/?{OF_ALL}": 1,
    f"/data?{OF_ALL}": 5,
    f"/data?{OF_ALL}&view=Numbers": 1,
    f"/data?{OF_ALL}&view=Quality": 1,
    f"/preprocess?{OF_ALL}": 1,
    f"/features?{OF_ALL}": 1,
    f"/features?{OF_ALL}&section=Together": 1,
    f"/features?{OF_ALL}&section=All+pairs": 1,
    f"/features?{OF_ALL}&section=Caption": 1,
    f"/train?{OF_ALL}": 0,
    f"/evaluate?{OF_ALL}": 2,
    f"/classify?{OF_ALL}&pair=row+2&of=model": 2,
    f"/models?{OF_ALL}": 1,
}
"""Address → how often at least a stranger's text is there."""

FOREIGN = """() => [...document.querySelectorAll('a[href]')].map(a => a.href)
    .filter(href => new URL(href).host !== location.host)"""
SHOWN = """() => {
    document.querySelectorAll('.katex').forEach(one => one.remove());  // TeX has its own quotes and dashes
    return document.body.innerText + [...document.querySelectorAll('input, textarea')].map(i => i.value).join(' ');
}"""


@pytest.fixture(scope="module")
def hostile() -> Iterator[Server]:
    """A server with a dataset and a model of a stranger."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SOURCES, "turned", "tests.hostile:turned")
        patch.setenv("MMDEMO_CACHE_DIR", str(cache_dir()))
        facts = {"seconds": {"total": 1.0}, "peak_mb": 1.0}
        save(train(load("turned"), models.config()), runs_dir() / RUN, "mmdemo train", facts)
        (runs_dir() / f"{RUN}.json").write_text(json.dumps({"name": WRITTEN}), encoding="utf-8")
        with serve(before=REGISTER) as server:
            yield server


@pytest.fixture(scope="module")
def watched(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A tab, and what it has asked other hosts for or was refused by the content security policy."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        page, found = context.new_page(), []
        page.on("request", lambda request: found.append(request.url) if leaves(request.url) else None)
        page.on("console", lambda line: found.append(line.text) if "Content Security Policy" in line.text else None)
        yield page, found


def leaves(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1"


@pytest.mark.parametrize("address", PAGES)
def test_what_a_stranger_wrote_is_shown_as_written(
    hostile: Server, watched: tuple[Page, list[str]], address: str
) -> None:
    page, asked = watched
    open_page(page, hostile.url + address)
    page.get_by_role("heading", level=1).wait_for()
    unfold(page)
    assert_no_exception(page)
    assert page.evaluate(FOREIGN) == []
    # Without spaces: a chart breaks a long name into lines.
    found = re.findall(r"「[^「」…]*」", "".join(page.evaluate(SHOWN).split()))
    page.emulate_media(color_scheme="dark")
    wait_until_idle(page)
    page.emulate_media(color_scheme="light")
    written = "".join(WRITTEN.split())
    assert found.count(written) >= PAGES[address]
    assert set(found) <= {written} or address.startswith("/preprocess")  # which shows captions as they are cleaned
    assert asked == []

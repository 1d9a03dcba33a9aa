"""The report and the model, taken home through a real browser and used there without the network."""

import json
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser import assert_no_exception, open_page
from tests.made_once import share_features
from tests.models import ROOT, run
from tests.server import serve

pytestmark = pytest.mark.browser
SECONDS = 180_000  # milliseconds: a report beside other tests


@pytest.fixture
def models_page(page, tmp_path, monkeypatch):
    """The Models page of a server that has made no report yet."""
    share_features(tmp_path / "cache")
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    with serve() as server:
        open_page(page, f"{server.url}/models")
        yield page


def download(page, name, path):
    page.wait_for_timeout(1_000)  # Streamlit loses a click that comes while a page has just come to rest
    with page.expect_download() as download:
        page.get_by_role("button", name=name).first.click()
    download.value.save_as(path)
    return download.value.suggested_filename


def test_the_report_opens_without_the_network(models_page, chromium, tmp_path):
    models_page.get_by_role("button", name="Make the report").click()
    expect(models_page.get_by_role("button", name="Report (HTML)").first).to_be_visible(timeout=SECONDS)
    assert_no_exception(models_page)
    file = tmp_path / "report.html"
    assert download(models_page, "Report (HTML)", file).endswith("-report.html")

    with chromium.new_context(offline=True, viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        said, asked = [], []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        expect(page.get_by_text(re.compile("^Adding the image to the caption helps")).first).to_be_visible()
        pictures = page.locator("img").evaluate_all("all => all.map(one => [one.complete, one.naturalWidth])")
        assert len(pictures) > 5 and all(complete and width > 0 for complete, width in pictures)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]

    charts = tmp_path / "charts.zip"
    download(models_page, "Charts (zip)", charts)
    with zipfile.ZipFile(charts) as packed:
        assert {"accuracy.svg", "accuracy.png"} <= set(packed.namelist())


def test_the_model_answers_the_same_at_home(page, server, tmp_path):
    open_page(page, f"{server.url}/models")
    file = tmp_path / "model.zip"
    assert download(page, "Model (zip)", file) == "Everyday-shipped.zip"
    with zipfile.ZipFile(file) as packed:
        packed.extractall(tmp_path / "home")
    home = tmp_path / "home" / "Everyday-shipped" / "model"
    there, here = (
        json.loads(run("classify", "--model", folder, "--text", "a small bird", "--json").stdout)
        for folder in (home, ROOT / "models" / "everyday")
    )
    assert there["probabilities"] == here["probabilities"]
    assert "accuracy" in run("evaluate", "--model", home).stdout

"""The Models page opens a model's zip: the visitor's own, under its file's name, and gone is the zip."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import load
from mmdemo.report.model_zip import model_zip
from mmdemo.ui import own_data, reading, runs
from tests.models import ROOT
from tests.test_page_table import app as table_app

pytestmark = pytest.mark.slow

EVERYDAY = ROOT / "models" / "everyday"
app = table_app


def opened(app: AppTest, name: str, content: bytes) -> None:
    """Give a zip to the page, and wait until it has been checked."""
    app.run().switch_page("pages/models.py").run()
    (uploader,) = app.file_uploader
    uploader.set_value((name, content, "application/zip")).run()
    for job in reading.queue().jobs_of("tester"):
        assert job.ended.wait(60), job.log()
    app.run()
    assert not app.exception


@pytest.fixture
def left(app: AppTest) -> Iterator[None]:
    """Nothing of a zip may be left."""
    yield
    assert not list(own_data.folders().directory.glob("*/source/*"))


@pytest.mark.usefixtures("left")
def test_a_download_is_opened_under_its_name_for_its_visitor_alone(app: AppTest, tmp_path: Path) -> None:
    opened(app, "Cats & dogs.zip", model_zip(EVERYDAY, "Cats & dogs"))
    assert not app.error
    run = app.query_params["model"]
    assert load(tmp_path / "runs" / run).evaluation == load(EVERYDAY).evaluation
    assert app.selectbox(key="viewed").value == run and "Cats & dogs" in app.selectbox(key="viewed").options
    assert "Nobody has checked that" in " ".join(element.value for element in app.markdown)
    assert runs.queue().may_see(run, "tester") and not runs.queue().may_see(run, "somebody else")
    assert "pack.zip" not in (tmp_path / "runs" / f"{run}.json").read_text()
    app.button(key="delete").click().run()
    assert not (tmp_path / "runs" / run).exists() and not app.error


@pytest.mark.usefixtures("left")
def test_what_is_no_model_is_one_sentence(app: AppTest, tmp_path: Path) -> None:
    opened(app, "Everyday (shipped).zip", b"PK no model")
    assert [error.value.replace("\\", "") for error in app.error] == [
        "This zip cannot be opened: it is damaged, protected by a password or none at all. Download the model again."
    ]
    assert "model" not in app.query_params and not list((tmp_path / "runs").glob("*/manifest.json"))

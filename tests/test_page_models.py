"""The Models page without a browser: its empty state, choosing, renaming, deleting, and models that are gone."""

import re
import shutil
import sys
import time
from contextlib import closing
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.facts import model_facts
from mmdemo.bundles.summary import summarise
from mmdemo.jobs.names import SHIPPED
from mmdemo.jobs.queue import JobQueue
from mmdemo.report.card import model_card
from mmdemo.report.kept import kept_report
from mmdemo.report.page import _configuration
from mmdemo.ui import runs, visitor
from mmdemo.ui.pages.models import report_view
from tests.made_once import share_features
from tests.models import ROOT

pytestmark = pytest.mark.slow

PATIENCE = 60
EVERYDAY = ROOT / "models" / "everyday"
RUNS = ("A" * 22, "B" * 22)
HOSTILE = "<img src=x onerror=alert(1)> **b** :red[c] | $d$"


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The app of a visitor called tester, with a folder of runs and a cache of its own."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    share_features(tmp_path / "cache")
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    runs.queue.clear()
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.session_state["visitor"] = "tester"
    yield app
    runs.queue().close()
    runs.queue.clear()


@pytest.fixture
def trained(app, tmp_path):
    """Two finished runs of that visitor."""
    (tmp_path / "runs").mkdir()
    for run in RUNS:
        shutil.copytree(EVERYDAY, tmp_path / "runs" / run)
        runs.queue().folders.remember(run, {"visitor": "tester", "arguments": ["train", "--data", "stamps"]})
    runs.queue.clear()
    return RUNS


def opened(app):
    app.run().switch_page("pages/models.py").run()
    assert not app.exception
    return app


def texts(app):
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.info, *app.error, *app.code])


def names(app):
    return app.selectbox(key="viewed").options


def test_without_runs_it_says_what_to_do(app):
    opened(app)
    assert not app.error
    assert "Train one" in app.info[0].value
    assert not app.multiselect
    assert names(app) == [SHIPPED]
    summary = summarise(EVERYDAY)
    assert all(f"**{sentence}**" in texts(app) for sentence in summary.evaluation.sentences())
    assert summary.command in texts(app)
    assert len(app.metric) == len(summary.evaluation.heads)


def test_the_link_for_another_browser_brings_the_data_along(app, trained):
    app.query_params["model"] = trained[0]
    opened(app)
    assert f"/classify?model={trained[0]}&dataset=stamps&captions=en" in texts(app)


def test_runs_stand_beside_the_shipped_model(app, trained):
    opened(app)
    assert not app.error and not app.info
    assert len(names(app)) == 3 and len(set(names(app))) == 3
    assert sorted(app.multiselect(key="compared").value) == sorted(["everyday", *trained])
    assert texts(app).count(r"Trained on stamps \(en\).") == 3  # a card each
    app.multiselect(key="compared").set_value(list(trained)).run()
    assert f"right on exactly the same of the {summarise(EVERYDAY).evaluation.n} pairs" in texts(app)
    app.multiselect(key="compared").set_value([trained[0]]).run()
    assert not app.exception and not app.error


def test_what_a_training_took_is_said_in_the_same_words_everywhere(app, trained):
    facts = model_facts(EVERYDAY)
    took = f"Training took {facts.summary.took}"
    app.query_params["model"] = trained[0]
    assert took in texts(opened(app))
    app.query_params["run"] = trained[0]
    app.switch_page("pages/train.py").run()
    assert not app.exception and f"{took}." in texts(app)
    assert took in model_card(facts, "It") and _configuration(facts)["Training took"] in model_card(facts, "It")


def test_choosing_writes_the_link(app, trained):
    opened(app)
    app.selectbox(key="viewed").set_value(trained[0]).run()
    app.button(key="use").click().run()
    assert app.query_params["model"] == trained[0]
    assert "current on every page" in texts(app)
    app.selectbox(key="viewed").set_value("everyday").run()
    app.button(key="use").click().run()
    assert "model" not in app.query_params


def test_both_choices_follow_the_current_model_until_a_visitor_chooses(app, trained):
    opened(app)
    assert app.selectbox(key="viewed").value == "everyday"
    app.multiselect(key="compared").set_value(["everyday"]).run()
    app.query_params["model"] = trained[1]  # as when a training run ends
    opened(app)
    assert app.selectbox(key="viewed").value == trained[1]
    assert trained[1] in app.multiselect(key="compared").value
    app.selectbox(key="viewed").set_value(trained[0]).run()
    app.multiselect(key="compared").set_value([trained[0]]).run()
    app.switch_page("pages/data.py").run()
    opened(app)
    assert app.selectbox(key="viewed").value == trained[0]
    assert app.multiselect(key="compared").value == [trained[0]]


def test_a_name_is_shown_as_it_was_written(app, trained):
    app.query_params["model"] = trained[0]
    opened(app)
    app.text_input(key=f"name_{trained[0]}").set_value(HOSTILE)
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception and not app.error
    assert HOSTILE in names(app)
    drawn = [element.value for element in app.markdown if "img src" in str(element.value)]
    assert drawn and all(r"\<img src=x" in value for value in drawn)


def test_a_name_that_is_typed_but_not_saved_is_there_when_one_comes_back(app, trained):
    app.query_params["model"] = trained[0]
    opened(app)
    before, field = names(app), f"name_{trained[0]}"
    app.text_input(key=field).set_value("Spring sale").run()
    app.switch_page("pages/data.py").run()
    opened(app)
    assert app.text_input(key=field).value == "Spring sale" and names(app) == before
    app.button(key=f"save_{field}").click().run()
    assert not app.exception and not app.error
    assert "Spring sale" in names(app) and app.text_input(key=field).value == "Spring sale"
    app.text_input(key=field).set_value("").run()
    app.button(key=f"save_{field}").click().run()
    assert names(app) == before
    assert app.text_input(key=field).value in before


def test_deleting_removes_the_model_and_its_link(app, trained, tmp_path):
    app.query_params["model"] = trained[0]
    opened(app)
    assert "Delete" in texts(app)
    app.button(key="delete").click().run()
    assert not app.exception and not app.error
    assert "model" not in app.query_params
    assert len(names(app)) == 2
    assert "Deleted “stamps" in texts(app)
    assert (tmp_path / "runs" / trained[1] / "manifest.json").is_file()
    runs.queue().deletions.end()
    app.run()
    assert "Deleted" not in texts(app)
    left = {path.name for path in (tmp_path / "runs").iterdir()}
    assert left == {trained[1], f"{trained[1]}.json"}


@pytest.mark.parametrize("current", [True, False])
def test_deleting_can_be_undone(app, trained, current):
    if current:
        app.query_params["model"] = trained[0]
    opened(app)
    before = names(app)
    app.selectbox(key="viewed").set_value(trained[0]).run()
    app.button(key="delete").click().run()
    assert len(names(app)) == 2
    app.button(key=f"undo_{trained[0]}").click().run()
    assert not app.exception and not app.error
    assert names(app) == before and "Deleted" not in texts(app)
    assert (app.query_params.get("model") == trained[0]) == current


def test_another_visitor_is_not_told_and_cannot_undo(app, trained):
    runs.queue().delete(trained[0], "tester", "shop")
    app.session_state["visitor"] = "somebody else"
    opened(app)
    assert "Deleted" not in texts(app) and not [one for one in app.button if "undo" in (one.key or "")]


def test_a_model_that_can_be_deleted_says_that_it_is_shared(app, trained):
    app.query_params["model"] = trained[0]
    opened(app)
    assert "cannot be taken back, except by deleting" in texts(app)
    assert not [button for button in app.button if button.key == "share_model"]


def test_a_model_of_another_visitor_can_be_used_but_not_changed(app, trained):
    app.session_state["visitor"] = "somebody else"
    app.query_params["model"] = trained[0]
    opened(app)
    assert len(names(app)) == 2
    assert "not trained in this browser" in texts(app)
    assert not [button for button in app.button if button.key == "delete"]


@pytest.mark.parametrize("model", ["nonsense", "../../etc", "C" * 22])
def test_a_link_to_a_model_that_is_gone_is_one_sentence(app, model):
    app.query_params["model"] = model
    app.run()  # the Overview: what a link lacks is said where it leads, and once
    assert not app.error and len([said for said in app.info if "no longer here" in said.value]) == 1
    opened(app)
    assert not app.error and "no longer here" not in texts(app)
    assert "model" not in app.query_params
    assert names(app) == [SHIPPED]


def test_a_damaged_run_is_said_and_the_others_are_there(app, trained, tmp_path):
    (tmp_path / "runs" / trained[0] / "manifest.json").write_text("{}")
    opened(app)
    assert len(app.error) == 1 and "damaged" in app.error[0].value
    assert len(names(app)) == 2


def test_a_report_that_is_there_is_offered(app):
    opened(app)
    assert app.button(key="make_report")
    kept = kept_report(summarise(EVERYDAY), SHIPPED)
    kept.prepare()
    kept.page.write_text("<p>report</p>")
    app.run()
    assert not [button for button in app.button if button.key == "make_report"]
    assert not app.exception and not app.error


def test_a_report_that_is_being_made_shows_a_bar_and_what_it_waits_for(app, tmp_path, monkeypatch):
    code = """if True:
        import json, time
        tell = lambda **event: print(json.dumps(event), flush=True)
        tell(event="stage", stage="charts", done=0.5, whole=0.4, left=7.2)
        time.sleep(600)"""
    queue = JobQueue(tmp_path / "runs", program=(sys.executable, "-c", code))
    with monkeypatch.context() as patched, closing(queue):
        patched.setattr(runs, "queue", lambda: queue)
        before = queue.submit(["train", "--data", "stamps"], "tester", "a training")
        opened(app).button(key="make_report").click().run()
        assert "Waiting for your run on “stamps”. The report appears here by itself." in texts(app).replace("\\", "")
        queue.cancel(before.id, "tester")
        (report,) = queue.jobs_of(report_view._VISITOR)
        shown = within(PATIENCE, lambda: report.snapshot().whole and app.run().get("progress"))
        assert re.fullmatch(r"Drawing the charts, about \d s left", shown[0].proto.text) and shown[0].proto.value == 40


def within(seconds, found):
    """Return what is found as soon as there is something."""
    end = time.monotonic() + seconds
    while not (what := found()) and time.monotonic() < end:
        time.sleep(0.1)
    return what


def test_a_report_that_somebody_else_is_having_made_is_left_alone(tmp_path, monkeypatch):
    queue = JobQueue(tmp_path / "runs", program=(sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(runs, "queue", lambda: queue)
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path))
    summary = summarise(EVERYDAY)
    kept, model = kept_report(summary, "A"), SimpleNamespace(summary=summary, name="A")
    try:
        for name in ("ann", "ben"):
            monkeypatch.setattr(visitor, "name", lambda name=name: name)
            report_view._start(kept, model)
            (kept.folder / "half a report").touch()
        (job,) = queue.jobs_of(report_view._VISITOR)
        assert (job.snapshot("ann").mine, job.snapshot("ben").mine) == (True, False)
        assert (kept.folder / "half a report").exists()
    finally:
        queue.close()

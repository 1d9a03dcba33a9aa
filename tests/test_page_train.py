"""The Train page without a browser: which run it shows, and the table of the others."""

import dataclasses
import itertools
import shutil
import sys

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.snapshot import State
from mmdemo.ui import private_links, runs, state
from tests.models import ROOT

pytestmark = pytest.mark.slow

PATIENCE = 60
EARLIER = "A" * 22
EVERYDAY = ROOT / "models" / "everyday"
COPY = f"""
import shutil, sys, time
from pathlib import Path
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
shutil.copytree({str(EVERYDAY)!r}, sys.argv[sys.argv.index("--out") + 1])
print("{{}}")
"""  # a training run that ends once there is a file
SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")


@pytest.fixture
def queue(tmp_path, monkeypatch):
    """A queue whose runs last until they are cancelled."""
    queue = JobQueue(tmp_path / "runs", program=SLEEP)
    monkeypatch.setattr(runs, "queue", lambda: queue)
    yield queue
    queue.close()


@pytest.fixture
def app(queue):
    """The app of a visitor called tester."""
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.session_state["visitor"] = "tester"
    return app


def opened(app):
    app.run().switch_page("pages/train.py").run()
    assert not app.exception and not app.error
    return app


def offered(app):
    """Whether the page begins with the choice of what to train, and shows no run."""
    return texts(app).count("Data: ") == 1 and not app.expander[0].label.startswith("Train another")


def texts(app):
    drawn = [*app.markdown, *app.info, *app.caption, *app.header]
    return " ".join(str(element.value) for element in drawn).replace("\\", "")


def test_who_comes_back_finds_the_live_run(app, queue):
    queue.submit(["train", "0"], "somebody else")
    study, first, second = (queue.submit(words, "tester") for words in (["study", "1"], ["train", "1"], ["train", "2"]))
    opened(app)
    assert "Waiting for another visitor’s run, and for 1 more." in texts(app)
    assert app.button(key="cancel")
    assert app.query_params["run"] == first.id

    queue.cancel(first.id, "tester")
    del app.query_params["run"]
    opened(app)
    assert "Waiting for another visitor’s run, and for 1 more." in texts(app)
    assert app.query_params["run"] == second.id

    queue.cancel(second.id, "tester")
    del app.query_params["run"]
    opened(app)
    assert "Cancelled" in texts(app)  # that one, too, ended while the visitor was away
    del app.query_params["run"]
    opened(app)
    assert offered(app)
    assert study.state == State.QUEUED


@pytest.mark.parametrize("live", [False, True])
def test_a_link_to_a_run_that_is_gone_says_so_once_and_the_page_goes_on(app, queue, live):
    mine = queue.submit(["train", "1"], "tester") if live else None
    app.run()
    app.query_params["run"] = EARLIER
    app.switch_page("pages/train.py").run()
    assert not app.exception and not app.error
    assert texts(app).count(private_links.RUN_GONE) == 1
    assert app.query_params.get("run", [None]) in ([mine.id if mine else None], mine.id if mine else None)
    assert offered(app) != live
    app.run()
    assert texts(app).count(private_links.RUN_GONE) == 1, "as long as one stays"
    app.switch_page("pages/models.py").run().switch_page("pages/train.py").run()
    assert private_links.RUN_GONE not in texts(app), "and never again"


@pytest.mark.parametrize("chosen", ["", EARLIER])
def test_a_run_that_ended_while_one_was_away_is_there(app, tmp_path, monkeypatch, chosen):
    go, folder = tmp_path / "go", tmp_path / "trained"
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(folder))
    shutil.copytree(EVERYDAY, folder / EARLIER)
    queue = JobQueue(folder, program=(sys.executable, "-c", COPY, str(go)))
    monkeypatch.setattr(runs, "queue", lambda: queue)
    try:
        job = queue.submit(["train", "--data", "stamps"], "tester")
        assert "Training for" in texts(opened(app)) or "Next in line" in texts(app)
        del app.query_params["run"]  # as a link to another page does
        if chosen:
            app.query_params["model"] = chosen
        app.switch_page("pages/data.py").run()
        assert "is ready" not in texts(app)
        go.touch()
        assert job.ended.wait(PATIENCE) and job.state == State.DONE, job.log()
        app.run()
        assert "Your model on “stamps” is ready." in texts(app)
        assert app.query_params.get("model", "") == chosen  # nothing changes under somebody's feet
        app.switch_page("pages/train.py").run()
        assert not app.exception and not app.error
        assert app.query_params["run"] == job.id and app.metric
        assert app.query_params["model"] == (chosen or job.id)
        assert bool(app.success) == (not chosen)
        assert "is ready" not in texts(app)
        app.query_params["model"] = EARLIER
        del app.query_params["run"]
        opened(app)
        assert offered(app) and app.query_params["model"] == EARLIER
    finally:
        queue.close()


def test_the_run_of_the_link_comes_first(app, queue):
    linked, own = queue.submit(["train", "0"], "somebody else"), queue.submit(["train", "1"], "tester")
    app.query_params["run"] = linked.id
    opened(app)
    assert "Training for" in texts(app)
    assert not [button for button in app.button if button.key == "cancel"]
    assert app.query_params["run"] == linked.id
    app.query_params["run"] = "gone"
    opened(app)
    assert app.query_params["run"] == own.id and own.snapshot().live  # as without a link


def test_the_table_marks_the_run_that_is_shown(app, queue):
    first, second, third = (queue.submit(["train", "--data", str(seed)], "tester") for seed in range(3))
    queue.cancel(second.id, "tester")
    app.query_params["run"] = second.id
    opened(app)
    rows = app.dataframe[0].value
    assert list(rows["Data"]) == ["2", "1", "0"]
    assert list(rows["Shown"]) == [False, True, False]
    app.query_params["run"] = first.id
    opened(app)
    rows = app.dataframe[0].value
    assert list(rows["Data"]) == ["2", "1", "0"]
    assert list(rows["Shown"]) == [False, False, True]
    assert list(rows["State"]) == ["waiting", "cancelled", "training"]
    assert app.dataframe[0].proto.placeholder == "–"  # in place of "None" for what a run has no number of
    assert third.snapshot().live


def test_a_strangers_link_shows_that_a_run_failed_and_not_its_log(app, tmp_path, monkeypatch):
    failing = (sys.executable, "-c", "raise SystemExit('the secret of my data')")
    queue = JobQueue(tmp_path / "failing", program=failing)
    monkeypatch.setattr(runs, "queue", lambda: queue)
    for visitor, told in (("tester", True), ("somebody else", False)):
        job = queue.submit(["train", visitor], visitor)
        assert job.ended.wait(PATIENCE)
        app.query_params["run"] = job.id
        app.run().switch_page("pages/train.py").run()
        assert "a fault in Fusion Lab" in app.error[0].value
        assert any("secret" in code.value for code in app.code) == told


def test_a_run_with_the_same_settings_brings_its_model_back(app, queue, monkeypatch):
    done = queue.submit(["train", "same"], "tester")
    queue.cancel(done.id, "tester")
    done.state = State.DONE
    monkeypatch.setattr(queue, "submit", lambda *words, **more: done)
    monkeypatch.setattr(state, "has_model", lambda name: True)
    monkeypatch.setattr(queue, "may_see", lambda *asked: True)
    opened(app)
    app.button(key="train").click().run()
    assert app.query_params["model"] == app.query_params["run"] == done.id
    assert "exactly these settings" in app.toast[0].value


def test_what_was_changed_is_said_and_belongs_to_its_preset(app, queue):
    opened(app)
    app.radio(key="quick_image_encoder").set_value("none").run()
    assert "Changed under More options: images are left out." in texts(app)
    app.number_input(key="seed").set_value(7).run()
    assert "images are left out; another random start (7)." in texts(app)
    app.radio(key="preset").set_value("As in the article").run()
    assert app.radio(key="article_image_encoder").value == "article_cnn"
    assert app.select_slider(key="article_article_cnn_size").value == 224
    assert app.select_slider(key="article_folds").value == 1
    assert "images are left out" not in texts(app)
    app.radio(key="preset").set_value("From scratch").run()  # whose sizes are others
    assert app.radio(key="scratch_image_encoder").value == "trained_cnn" and not app.exception
    app.radio(key="preset").set_value("Quick").run()
    assert "images are left out; another random start (7)." in texts(app)


def test_no_option_of_one_preset_can_be_taken_for_that_of_another(app, queue):
    """A click that comes before the page has followed a preset brings the options of the preset before along."""
    opened(app)
    keys = {}
    for preset in app.radio(key="preset").options:
        app.radio(key="preset").set_value(preset).run()
        keys[preset] = {one.key for one in (*app.radio, *app.select_slider, *app.slider, *app.number_input)}
    for one, other in itertools.combinations(keys.values(), 2):
        assert one & other == {"preset", "seed", "C"} and one != other


def test_no_number_of_a_run_without_a_result_reads_none(app, queue):
    done, lost = (queue.submit(["train", "--data", str(seed)], "tester") for seed in range(2))
    for job in (done, lost):
        queue.cancel(job.id, "tester")
    done.state = State.DONE
    done._progress.result = {"heads": {"text": {"accuracy": 0.5}, "image": {"accuracy": 0.5}}}
    done.folder = None
    rows = opened(app).dataframe[0].value
    shares = rows.drop(columns=["Shown", "Data", "State", "Seconds", "Read by"])
    assert len(shares.columns) == 2 and all(kind.kind == "f" for kind in shares.dtypes)  # a gap is drawn as –
    assert shares.isna().sum(axis=1).tolist() == [2, 0]


def test_data_with_one_class_has_a_reason_and_a_way_on_instead_of_a_button(app, queue, monkeypatch):
    from mmdemo.ui import data_choice

    read = data_choice.current_dataset

    def of_one_class():
        dataset = read()
        labels = dataset.frame["label"]
        return dataclasses.replace(dataset, frame=dataset.frame[labels == labels.iloc[0]])

    monkeypatch.setattr(data_choice, "current_dataset", of_one_class)
    opened(app)
    assert "1 class has 5 pairs or more" in app.warning[0].value
    assert "train" not in {button.key for button in app.button}

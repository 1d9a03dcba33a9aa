"""A table on the Classify page without a browser: chosen, classified, filtered, labelled, taken along to Train."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets import working_copy
from mmdemo.datasets.edits import read_edits
from mmdemo.model.answer_folder import ANSWERS, CSV, PREDICTED, ROW, read_answers, read_count
from mmdemo.storage.own_record import OwnRecord
from mmdemo.ui import own_copy, own_data, reading, runs
from tests.copies import WITHOUT, copied
from tests.made_once import share_features

pytestmark = pytest.mark.slow

PATIENCE = 60


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working copy that is made once."""
    return copied(tmp_path_factory.mktemp("table") / "copy")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app of a visitor called tester, with a folder of runs and a cache of its own."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    share_features(tmp_path / "cache")
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    once = (runs.queue, reading.queue, own_data.folders)
    for one in once:
        one.clear()
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.session_state["visitor"] = "tester"
    yield app
    for queue in (runs.queue, reading.queue):
        queue().close()
    for one in once:
        one.clear()


@pytest.fixture
def record(app: AppTest, copy: Path) -> OwnRecord:
    """Data of that visitor whose columns have been chosen."""
    return brought("tester", copy)


def brought(visitor: str, copy: Path) -> OwnRecord:
    data_id = own_data.folders().create(visitor, "My shop", path="/nowhere")
    shutil.copytree(copy, own_data.folders().copy(data_id))
    found = own_data.folders().get(data_id)
    assert found is not None
    return found


def opened(app: AppTest, **parameters: str) -> AppTest:
    app.query_params.update({"ask": "table", **parameters})
    app.run().switch_page("pages/classify.py").run()
    assert not app.exception and not app.error
    return app


def answered(app: AppTest) -> Path:
    """Press the button and wait for the answers; return their folder."""
    app.button(key="classify_table").click().run()
    (job,) = reading.queue().jobs_of("tester")
    assert job.ended.wait(PATIENCE), job.log()
    app.run()
    assert not app.exception and not app.error, job.log()
    return Path(job.arguments[job.arguments.index("--out") + 1])


def texts(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.info])


def shown(app: AppTest) -> list[str]:
    """The rows that the table shows."""
    return app.dataframe[0].value["Row"].tolist()


def test_without_data_it_says_where_to_bring_it(app: AppTest) -> None:
    opened(app)
    assert "Bring a table of pairs on the Data page" in texts(app)


def test_what_was_asked_of_the_answers_is_kept(app: AppTest, record: OwnRecord) -> None:
    opened(app)
    app.radio(key="rows_of_table").set_value(False).run()
    answer = read_answers(answered(app))[PREDICTED][0]
    chosen = {"kind_of_answer": "Unsure", "answer_shown": answer, "order_of_answers": "Least certain first"}
    app.segmented_control(key="kind_of_answer").set_value(chosen["kind_of_answer"]).run()
    app.selectbox(key="answer_shown").set_value(chosen["answer_shown"]).run()
    app.selectbox(key="order_of_answers").set_value(chosen["order_of_answers"]).run()
    app.switch_page("pages/models.py").run().switch_page("pages/classify.py").run()
    assert not app.exception and not app.error
    assert app.radio(key="rows_of_table").value is False
    assert {key: app.session_state[key] for key in chosen} == chosen


def test_rows_without_a_label_are_answered_labelled_and_taken_along(app: AppTest, record: OwnRecord) -> None:
    opened(app)
    assert app.radio(key="rows_of_table").value is True
    folder = answered(app)
    count, answers = read_count(folder), read_answers(folder)
    assert own_data.folders().folder(record.id) in folder.parents
    assert (count.classified, len(answers)) == (WITHOUT, WITHOUT) and (folder / ANSWERS).is_file()
    assert [metric.value for metric in app.metric][:2] == [str(WITHOUT), str(count.sure)]
    assert shown(app) == answers[ROW].tolist()
    first = app.dataframe[0].value.iloc[0]
    assert first["Image"].startswith("data:image/jpeg;base64,") and first["Answer"] == answers[PREDICTED][0]
    rows = list(csv.DictReader(io.StringIO((folder / CSV).read_text("utf-8-sig"))))
    assert [row["predicted"] for row in rows] == answers[PREDICTED].tolist() and rows[0]["SKU"] == "012"
    pages = dict(zip(app.dataframe[0].value["Row"], app.dataframe[0].value["Probability"], strict=True))
    written = dict(zip(answers[ROW], (float(row["probability"]) for row in rows), strict=True))
    assert all(0 <= 100 * written[row] - pages[row] < 0.1 for row in pages), "the page rounds down what the file says"
    assert [row["certainty"] for row in rows] == ["sure" if one >= 0.9 else "unsure" for one in written.values()]

    app.selectbox(key="answer_shown").set_value(answers[PREDICTED][0]).run()
    assert set(shown(app)) == set(answers[ROW][answers[PREDICTED] == answers[PREDICTED][0]])
    app.session_state[f"labels_given_{record.id}"] = {answers[ROW][0]: "ball", answers[ROW][1]: "flag"}
    app.run()
    app.button(key="add_labels").click().run()
    assert not app.exception and not app.error
    assert app.query_params["dataset"] == record.id
    edits = read_edits(own_copy.folder(record.id), app.query_params["edits"])
    assert edits["labels"] == {answers[ROW][0]: "ball", answers[ROW][1]: "flag"}
    joined = working_copy.read(own_copy.folder(record.id), app.query_params["edits"]).frame
    assert joined["label"][answers[ROW][0]] == "ball"
    # They are not asked about again.
    assert "2 labelled pairs added" in texts(app)
    assert f"{WITHOUT - 2} rows without a label" in app.radio(key="rows_of_table").options
    app.button(key="classify_table").click().run()
    last = reading.queue().jobs_of("tester")[0]
    assert last.ended.wait(PATIENCE), last.log()
    app.run()
    assert shown(app) == answers[ROW].tolist()[2:] and app.metric[0].value == str(WITHOUT - 2)


def test_the_table_follows_the_current_data_until_a_visitor_chooses(app: AppTest, copy: Path) -> None:
    first, second = brought("tester", copy), brought("tester", copy)
    for current, chosen in ((first, second), (second, first)):
        opened(app, dataset=current.id)
        assert app.selectbox(key="table_of").value == current.id
        app.selectbox(key="table_of").set_value(chosen.id).run()
        app.switch_page("pages/data.py").run()
        opened(app, dataset=current.id)
        assert app.selectbox(key="table_of").value == chosen.id


def test_what_another_has_brought_is_not_offered(app: AppTest, copy: Path) -> None:
    other = brought("somebody else", copy)
    opened(app)
    assert "My shop" not in texts(app) and not app.selectbox
    app.query_params["dataset"] = other.id
    app.run()
    assert "private" in app.info[0].value and not [button for button in app.button if button.key == "classify_table"]

"""A run on a visitor's own data is theirs alone on every page, until they share it or delete it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.summary import summarise
from mmdemo.datasets.base import Dataset
from mmdemo.datasets.edits import with_edits
from mmdemo.errors import BundleError, DatasetError, JobError
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.model.config import ModelConfig
from mmdemo.storage import own_arrival
from mmdemo.studies.study import place_of
from mmdemo.ui import access, delete_my_data, fault, own_copy, own_data, runs, sharing, state, visitor
from tests.models import ROOT

ANN, BOB = "ann-0123456789ab", "bob-0123456789ab"
RUN = "A" * 22
SECRET = "Secret-Shop"
EVERYDAY = ROOT / "models" / "everyday"
PATIENCE = 60


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The app of Bob, on a server where Ann has data and a run on it."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    runs.queue.clear()
    own_data.folders.clear()
    (tmp_path / "runs").mkdir(mode=0o700)
    shutil.copytree(EVERYDAY, tmp_path / "runs" / RUN)
    record = {"visitor": ANN, "private": True, "name": SECRET, "arguments": ["train", "--data", SECRET]}
    RunFolders(tmp_path / "runs").remember(RUN, record)
    app = AppTest.from_file("../app.py", default_timeout=PATIENCE)
    app.session_state["visitor"] = BOB
    yield app
    runs.queue().close()
    runs.queue.clear()
    own_data.folders.clear()


def brought() -> str:
    folders = own_data.folders()
    data_id = folders.create(ANN, SECRET)
    own_arrival.receive(folders, data_id, ANN, 0, b"PK")
    own_arrival.close(folders, data_id, ANN)
    return data_id


def shown(app: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "info", "error", "warning", "code", "selectbox")
    found = [[one.value, getattr(one, "options", "")] for kind in kinds for one in getattr(app, kind)]
    return " ".join(map(str, [*found, *(table.value.to_csv() for table in app.dataframe)]))


@pytest.mark.slow
def test_its_owner_and_after_sharing_others_use_it(app: AppTest) -> None:
    app.query_params["model"] = RUN
    app.session_state["visitor"] = ANN
    app.run().switch_page("pages/models.py").run()
    assert SECRET in shown(app) and not app.error and not app.info
    app.button(key="share_model").click().run()
    assert "share_model" not in {button.key for button in app.button} and not app.error
    app.session_state["visitor"] = BOB
    app.run()
    assert SECRET in shown(app) and "not trained in this browser" in shown(app)


def test_every_door_to_a_model_asks(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "name", lambda: BOB)
    with pytest.raises(BundleError, match="private"):
        state.model_folder(RUN)
    with pytest.raises(JobError):
        sharing.share_model(RUN)
    assert not access.may_see(RUN) and access.may_see("../../etc/passwd")
    monkeypatch.setattr(visitor, "name", lambda: ANN)
    assert state.model_folder(RUN).name == RUN
    asked = runs.of_model(state.model_folder(RUN))
    assert asked["private"] and asked["cache"] == state.model_folder(RUN).with_name(f"{RUN}.kept")
    assert runs.of_model(EVERYDAY) == {"private": False, "cache": None}
    assert place_of(summarise(state.model_folder(RUN)), "learning").parts[-4] == f"{RUN}.kept"


def test_deleting_leaves_nothing(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_id = brought()
    theirs = own_data.folders().create(BOB, "Bob's")
    for made in (f"own-data/{data_id}/cache/features", f"{RUN}.kept/reports"):
        (tmp_path / "runs" / made).mkdir(parents=True)
    monkeypatch.setattr(visitor, "name", lambda: ANN)
    delete_my_data.delete_everything()
    left = sorted(path.name for path in (tmp_path / "runs").rglob("*"))
    assert left == sorted(["own-data", theirs, "record.json", "source"])
    assert not own_data.mine()


@pytest.mark.slow
def test_the_button_asks_once(app: AppTest, tmp_path: Path) -> None:
    def page() -> None:
        from mmdemo.ui import delete_my_data

        delete_my_data.button()

    brought()
    asked = AppTest.from_function(page, default_timeout=PATIENCE)
    asked.session_state["visitor"] = ANN
    asked.session_state["caption"] = SECRET
    asked.run().button(key="delete_my_data").click().run()
    assert (tmp_path / "runs" / RUN).exists()
    asked.button(key="delete_all").click().run()
    assert not asked.exception
    assert not (tmp_path / "runs" / RUN).exists() and own_data.folders().of(ANN) == ()
    assert "caption" not in asked.session_state and asked.session_state["visitor"] == ANN


def test_a_run_on_own_data_starts_as_private(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def submit(*_: object, **options: object) -> SimpleNamespace:
        asked.append(options)
        now = SimpleNamespace(arguments=())
        return SimpleNamespace(id=RUN, ended=SimpleNamespace(is_set=lambda: False), snapshot=lambda _: now)

    monkeypatch.setattr(visitor, "name", lambda: ANN)
    pairs = pd.DataFrame({"text": ["a", "b"], "label": ["c", "d"]}, index=["1", "2"])
    copy = own_data.folders().copy(brought())
    with monkeypatch.context() as patch:
        patch.setattr(runs, "queue", lambda: SimpleNamespace(submit=submit))
        for location in (str(copy), "stamps"):
            dataset = Dataset(pairs, "shop", "Ann's.", "Ann's", location=location)
            runs.start(dataset, ModelConfig({"text": "tfidf"}))
    assert [(one["private"], one["cache"]) for one in asked] == [(True, copy.with_name("cache")), (False, None)]


def test_what_is_computed_of_a_shared_model_lies_beside_its_data(app: AppTest, tmp_path: Path) -> None:
    record = {"visitor": ANN, "private": False, "cache": str(tmp_path / "beside")}
    RunFolders(tmp_path / "runs").remember(RUN, record)
    assert runs.of_model(tmp_path / "runs" / RUN) == {"private": False, "cache": tmp_path / "beside"}
    assert own_data.has_shared(ANN) and not own_data.has_shared(BOB)


def test_shared_changes_do_not_share_the_data_that_pairs_were_added_from(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, private = brought(), brought()
    copy = own_data.folders().copy(shared)
    copy.mkdir()
    (copy / own_copy.FACTS).write_text("{}")
    edits = with_edits(copy, {"added": [{"from": private, "row": "row 2", "label": "x"}]})
    own_data.folders().share(shared, ANN)
    for whose, said in ((BOB, "is private"), (ANN, "is damaged here")):
        monkeypatch.setattr(visitor, "name", lambda whose=whose: whose)
        with pytest.raises(DatasetError, match=said):
            own_copy.dataset(shared, edits)


@pytest.mark.parametrize("mine", [True, False])
def test_the_log_of_a_fault_holds_nothing_of_own_data(mine: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_data, "mine", lambda: ("data",) if mine else ())
    try:
        try:
            {}[SECRET]
        except KeyError as error:
            raise ValueError(f"no caption {SECRET}") from error
    except ValueError as error:
        told = fault.told(error)
    assert "KeyError" in told and "ValueError" in told and __file__ in told
    assert (f"no caption {SECRET}" in told) is not mine and (f"'{SECRET}'" in told) is not mine

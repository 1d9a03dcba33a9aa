"""Own data on the pages, without a browser: the columns, what was left out, who may see it, and every page with it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import RLock
from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.choices import NOTHING
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.edits import with_edits
from mmdemo.datasets.first_look import write_look
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.datasets.mapping_file import read_mapping
from mmdemo.datasets.own_data import own_data as read_own
from mmdemo.datasets.working_copy import read, write
from mmdemo.jobs.job import Job
from mmdemo.jobs.snapshot import State
from mmdemo.model.config import ModelConfig
from mmdemo.storage.own_record import OwnRecord
from mmdemo.training.command_line import command_of, train_arguments
from mmdemo.ui import frame, own_copy, own_data, own_origin, private_links, reading, state, visitor
from mmdemo.ui.dataset_key import key_of
from mmdemo.ui.pages.data import dataset_view
from mmdemo.ui.pages.data.own import intake, own_page
from mmdemo.ui.pages.evaluate import corrected
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow  # whole pages

ANNA = "A" * 16
NAME = "Anna’s listings"


@pytest.fixture(scope="module", autouse=True)
def _own_place() -> Iterator[None]:
    """Data lies where this module's runs do, not where an earlier test had its own."""
    own_data.folders.clear()
    yield
    own_data.folders.clear()


@pytest.fixture(scope="module")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a person has it: a table that Excel wrote, two rows that cannot be used, one without a label."""
    folder = tmp_path_factory.mktemp("bring") / "listings"
    folder.mkdir()
    rows = homonyms(80).frame
    lines = ["SKU;Photo;Title;Kind"]
    for place, (image, text, label) in enumerate(rows[["image", "text", "label"]].itertuples(index=False)):
        (folder / f"{place}.png").write_bytes(Path(image).read_bytes())
        lines.append(f"S{place};{place}.PNG;{text};{label}")
    lines += ["S90;gone.png;;bat (animal)", "S91;https://example.org/x.png;;bat (animal)", "S92;0.png;A bat.;"]
    (folder / "Listings.csv").write_text("\n".join(lines), "cp1252")
    return folder


@pytest.fixture(scope="module")
def brought(listings: Path) -> str:
    """The id of Anna's data, brought and looked at."""
    data_id = own_data.folders().create(ANNA, NAME, path=str(listings))
    write_look(listings, own_data.folders().look(data_id), NOTHING)
    return data_id


@pytest.fixture(scope="module")
def prepared(listings: Path) -> str:
    """The id of Anna's data, ready."""
    data_id = own_data.folders().create(ANNA, NAME, path=str(listings))
    write(read_own(listings), own_data.folders().copy(data_id), name=NAME)
    return data_id


def opened(visitor: str, page: str = "pages/data.py", **parameters: str) -> AppTest:
    """A page as a visitor finds it who follows a link with these parameters."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state[state.VISITOR] = visitor
    app.run()
    app.query_params.update(parameters)
    app.switch_page(page).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    found = [*app.markdown, *app.caption, *app.info, *app.success, *app.header, *app.error, *app.warning]
    return " ".join(str(element.value) for element in found).replace("\\", "")


def test_a_first_visitor_reads_who_sees_the_data_and_how_long() -> None:
    app = opened(ANNA, dataset=state.NEW_DATA)
    assert not app.error
    assert "Only this browser sees it. It is deleted after 24 hours without use" in texts(app)
    assert "sample_sheet" in {button.proto.id.rsplit("-", 1)[-1] for button in app.get("download_button")}
    assert not app.text_input  # of a path: this server is not known to be the visitor's own


def test_other_pages_say_that_own_data_is_still_to_come() -> None:
    assert "bring it on the Data page" in texts(opened(ANNA, "pages/train.py", dataset=state.NEW_DATA))


def test_every_column_is_guessed_with_its_reason(brought: str) -> None:
    app = opened(ANNA, dataset=brought)
    assert not app.error
    assert app.selectbox(key=f"column_image_{brought}").value == "Photo"
    assert app.multiselect(key=f"column_text_{brought}").value == ["Title"]
    assert app.selectbox(key=f"column_label_{brought}").value == "Kind"
    assert "'Photo': 81 of 83 cells name an image here." in texts(app)
    assert [len(table.value) for table in app.dataframe] == [8]


def test_a_complaint_calls_the_data_as_its_visitor_does(monkeypatch: pytest.MonkeyPatch) -> None:
    record = own_data.folders().get(own_data.folders().create(ANNA, "june.zip"))
    failed = SimpleNamespace(state=State.FAILED, error="The zip 'pack.zip' is damaged; 'pack' holds no table.")
    monkeypatch.setattr(reading, "now", lambda job: failed)
    said = own_page._complaint(cast(Job, object()), cast(OwnRecord, record))
    assert said == "The zip 'june.zip' is damaged; 'june.zip' holds no table."


def test_confirmed_columns_are_kept_in_a_file_and_the_data_is_prepared(
    brought: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr(reading, "start", lambda *given, **more: started.append(given))
    app = opened(ANNA, dataset=brought)
    app.multiselect(key=f"column_text_{brought}").set_value(["SKU", "Title"]).run()
    app.radio(key=f"column_rare_{brought}").set_value("other").run()
    app.button(key="use_data").click().run()
    assert not app.exception
    file = own_data.folders().mapping(brought)
    assert [given[0] for given in started] == [reading.PREPARE] and started[0][2] == file
    found = read_mapping(file)
    assert found is not None
    assert found[1].columns == {"image": ("Photo",), "text": ("SKU", "Title")}
    assert (found[1].label, found[1].rare) == ("Kind", "other")
    assert found[0].resolve() == own_data.folders().source(brought).resolve()


def test_without_any_column_the_data_cannot_be_used(brought: str) -> None:
    app = opened(ANNA, dataset=brought)
    app.selectbox(key=f"column_image_{brought}").set_value("").run()
    app.multiselect(key=f"column_text_{brought}").set_value([]).run()
    assert app.button(key="use_data").disabled
    assert "Choose the column of the images or captions" in texts(app)


def test_what_was_left_out_is_said_with_reason_and_remedy(prepared: str) -> None:
    app = opened(ANNA, dataset=prepared)
    assert not app.error
    assert "80 of 83 rows are used." in texts(app) and "1 row has no label" in texts(app)
    table = app.table[0].value
    assert list(table["Row"]) == ["row 82", "row 83"]
    assert "which is a web address" in table["Why it is left out"][1]
    assert "Left out: 2 rows with an image that is not there." in texts(app)  # Classify can answer the other
    told = kinds_sentence(read(own_data.folders().copy(prepared)).kinds_left_out)  # as card and report have it
    assert told == "Left out: 2 rows with an image that is not there, 1 row without a label." and told in texts(app)
    assert "Pairs 1 to 24 of 80" in texts(app)


def test_a_name_that_is_typed_but_not_saved_is_there_when_one_comes_back(prepared: str) -> None:
    app = opened(ANNA, dataset=prepared)
    field = f"data_name_{prepared}"
    app.text_input(key=field).set_value("Spring").run()
    app.switch_page("pages/models.py").run().switch_page("pages/data.py").run()
    assert app.text_input(key=field).value == "Spring"
    assert own_data.folders().own(prepared, ANNA).name == NAME
    for name in ("Spring", NAME):
        app.text_input(key=field).set_value(name).run()
        app.button(key=f"save_{field}").click().run()
        assert not app.error and own_data.folders().own(prepared, ANNA).name == name


def links(app: AppTest) -> dict[str, str]:
    """What the links of a page say → where they lead."""
    return {link.proto.label: f"{link.proto.page}?{link.proto.query_string}" for link in app.main.get("page_link")}


@pytest.fixture(scope="module")
def unlabelled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a table of Anna's that has captions alone."""
    return _ready(tmp_path_factory.mktemp("bare"), [f"a house no {n},{n}.png" for n in range(12)], "")


def _ready(folder: Path, rows: list[str], label: str) -> str:
    (folder / "pets.csv").write_text("Title,Photo\n" + "\n".join(rows))
    data_id = own_data.folders().create(ANNA, "Pets", path=str(folder / "pets.csv"))
    own = read_own(folder / "pets.csv", ColumnMapping("pets.csv", columns={"text": ("Title",)}, label=label))
    write(own, own_data.folders().copy(data_id), name="Pets")
    return data_id


def test_data_without_labels_leads_to_a_model_that_answers_it(unlabelled: str) -> None:
    app = opened(ANNA, dataset=unlabelled)
    assert not app.error and not app.warning
    assert "12 rows have no label: a model can answer them" in texts(app)
    assert "no model can be trained on this data" in texts(app)
    assert "Train on it" not in str(links(app))
    where = links(app)["**Classify its rows**"]
    assert where.startswith("classify?") and f"dataset={unlabelled}" in where and "ask=table" in where
    there = opened(ANNA, "pages/classify.py", dataset=unlabelled, ask="table")
    assert there.selectbox(key="table_of").value == unlabelled


def following(app: AppTest) -> str | None:
    """Where the link at the foot of a page leads, if there is one."""
    return next((where for said, where in links(app).items() if said.startswith("Next: ")), None)


def test_the_next_step_is_one_that_can_be_taken(unlabelled: str, brought: str, prepared: str, tmp_path: Path) -> None:
    assert (following(opened(ANNA, dataset=prepared)) or "").startswith("preprocess?")
    answered = following(opened(ANNA, dataset=unlabelled)) or ""
    assert answered.startswith("classify?") and "ask=table" in answered
    unusable = _ready(tmp_path, [f"a house no {n},{n}.png" for n in range(12)], "Photo")
    for still_to_do in (unusable, brought, state.NEW_DATA):
        assert following(opened(ANNA, dataset=still_to_do)) is None, still_to_do
    for page in ("preprocess", "features", "train"):
        assert following(opened(ANNA, f"pages/{page}.py", dataset=unlabelled)) is None, page


def elsewhere_and_back(app: AppTest, page: str = "pages/data.py") -> AppTest:
    app.switch_page("pages/models.py").run().switch_page(page).run()
    assert not app.exception and not app.error
    return app


def test_data_of_the_same_name_is_told_apart(prepared: str) -> None:
    own_data.folders().create(ANNA, NAME)
    offered = opened(ANNA, dataset=prepared).segmented_control(key=state.DATA_SOURCE).options
    assert len(set(offered)) == len(offered) and frame.plain(f"{NAME} (2)") in offered


def test_columns_chosen_and_not_confirmed_are_kept_until_they_are_given_up(prepared: str, listings: Path) -> None:
    write_look(listings, own_data.folders().look(prepared), NOTHING)
    app = opened(ANNA, dataset=prepared)
    app.button(key="change_columns").click().run()
    app.selectbox(key=f"column_label_{prepared}").set_value("SKU").run()
    app.multiselect(key=f"column_text_{prepared}").set_value(["SKU", "Title"]).run()
    app.radio(key=f"column_rare_{prepared}").set_value("other").run()
    elsewhere_and_back(app)
    assert app.selectbox(key=f"column_label_{prepared}").value == "SKU"
    assert app.multiselect(key=f"column_text_{prepared}").value == ["SKU", "Title"]
    assert app.radio(key=f"column_rare_{prepared}").value == "other"
    app.button(key="keep_columns").click().run()
    app.button(key="change_columns").click().run()
    assert app.selectbox(key=f"column_label_{prepared}").value == "Kind"
    assert app.multiselect(key=f"column_text_{prepared}").value == ["Title"]
    assert app.radio(key=f"column_rare_{prepared}").value == "leave out"


@pytest.mark.parametrize("page", ["preprocess", "features", "train"])
def test_pages_that_need_labels_say_where_to_go(unlabelled: str, page: str) -> None:
    app = opened(ANNA, f"pages/{page}.py", dataset=unlabelled)
    assert [error.value for error in app.error] != [] and "no model can be trained on it" in texts(app)
    assert links(app)["Classify its rows"].startswith("classify?")
    assert links(app)["Choose the labels or other data"].startswith("data?")


def test_labels_that_cannot_work_are_said_before_training(tmp_path: Path) -> None:
    app = opened(ANNA, dataset=_ready(tmp_path, [f"a house no {n},{n}.png" for n in range(12)], "Photo"))
    assert "No model can be trained on this data." in texts(app) and "no class that can be used" in texts(app)
    assert "rows are used" not in texts(app) and "Train on it" not in str(links(app))
    assert app.button(key="change_columns")


def test_rows_that_were_labelled_here_are_counted_among_the_used(prepared: str) -> None:
    edits = with_edits(own_copy.folder(prepared), {"labels": {"row 84": "bat (animal)"}})
    app = opened(ANNA, dataset=prepared, edits=edits)
    assert "**81 of 83 rows are used, 1 of them labelled here.**" in texts(app) and "no label" not in texts(app)
    assert "With your changes: 1 labelled." in texts(app)
    assert next(one.value for one in app.metric if one.label == "Pairs") == "81"


def test_edits_that_are_gone_are_left_out_and_said(prepared: str) -> None:
    app = opened(ANNA, dataset=prepared, edits="e" + "0" * 15)
    assert private_links.EDITS_GONE in texts(app) and "80 of 83 rows are used." in texts(app)


def test_a_host_without_a_door_says_what_its_uploader_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "door_present", lambda: False)
    said = texts(opened(ANNA, dataset=state.NEW_DATA))
    assert "one zip of at most 50 MB" in said and "on your own computer" in said
    assert "converted" not in said


def test_nobody_waits_for_a_queue_that_is_empty(brought: str, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("j" * 16, ["data"], ANNA, "", None, RLock())
    monkeypatch.setattr(reading, "job_of", lambda what, record: job)
    app = opened(ANNA, dataset=brought)
    assert "Preparing the data" in texts(app) and "queue" not in texts(app)
    job.position = 1
    assert "Next in line." in texts(opened(ANNA, dataset=brought))


def test_the_quality_is_read_and_not_looked_for_again(prepared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_view, "examine", lambda dataset: 1 / 0)
    assert not opened(ANNA, dataset=prepared, view="Quality").error


@pytest.mark.parametrize("page", ["preprocess", "features", "train", "classify", "models", "evaluate"])
def test_every_page_works_with_own_data(prepared: str, page: str) -> None:
    app = opened(ANNA, f"pages/{page}.py", dataset=prepared)
    assert not app.error


def test_the_choice_shows_a_name_as_it_is_written(listings: Path) -> None:
    name = "$5_a$ :red[X] ![i](http://evil.example/n.png)"
    data_id = own_data.folders().create("M" * 16, name, path=str(listings))
    write_look(listings, own_data.folders().look(data_id), NOTHING)
    choice = opened("M" * 16, dataset=data_id).segmented_control(state.DATA_SOURCE)
    assert frame.plain(name) in choice.options and name not in choice.options
    own_data.folders().discard(data_id)


def test_data_that_is_gone_is_one_sentence() -> None:
    assert "no longer here" in texts(opened(ANNA, dataset="x" * 22))


def test_the_command_names_no_place_of_the_server(prepared: str) -> None:
    dataset = replace(own_copy_of(prepared), options={state.EDITS: "e" + "0" * 15})
    config = ModelConfig({"text": "tfidf"})
    arguments = train_arguments(str(dataset.location), dataset.options, config)
    assert own_origin.data_id_in(arguments) == prepared
    command = command_of(dataset, config)
    assert "--data Anna-s-listings.json" in command
    assert "edits" not in command and str(dataset.location) not in command and prepared not in command


def test_the_name_of_edited_data_says_what_was_edited(prepared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "name", lambda: ANNA)
    folder = own_copy.folder(prepared)
    edits = with_edits(folder, {"left_out": ["row 1"], "labels": {"row 2": "a", "row 3": "b"}})
    arguments = train_arguments(str(folder), {state.EDITS: edits}, ModelConfig({"text": "tfidf"}))
    assert own_origin.data_name(arguments) == f"{NAME}, 1 left out, 2 relabelled"
    arguments = train_arguments(str(folder), {state.EDITS: "e" + "0" * 15}, ModelConfig({"text": "tfidf"}))
    assert own_origin.data_name(arguments) == f"{NAME}, edited"


def own_copy_of(data_id: str) -> Dataset:
    return read(own_data.folders().copy(data_id))


def test_data_that_was_prepared_anew_is_other_data(prepared: str) -> None:
    dataset = own_copy_of(prepared)
    before = key_of(dataset)
    facts = own_data.folders().copy(prepared) / own_copy.FACTS
    facts.touch()
    assert key_of(dataset) != before


def test_decisions_on_labels_add_up() -> None:
    before = {"left_out": ["row 1"], "labels": {"row 2": "a", "row 3": "b"}, "added": []}
    found = corrected._merged(before, ["row 2"], {"row 4": "c"})
    assert found == {"left_out": ["row 1", "row 2"], "labels": {"row 3": "b", "row 4": "c"}, "added": []}


def test_the_file_beside_the_command_describes_the_columns(prepared: str) -> None:
    mapping = ColumnMapping.from_json(json.loads((own_copy.folder(prepared) / own_copy.FACTS).read_text())["mapping"])
    assert mapping.label == "Kind" and mapping.columns["image"] == ("Photo",)

"""A table in, a table with answers out: every row keeps its place, and no cell becomes a formula."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.writing import save
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.table_of_pairs import TableRow
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import DatasetError
from mmdemo.model.answer_folder import ANSWERS, COUNT, CSV, XLSX, read_answers, read_count
from mmdemo.model.answer_table import ANSWER_COLUMNS
from mmdemo.model.batch import answers
from tests.command_line import CommandLine
from tests.models import Models

BOTH, IMAGES, CAPTIONS = "the model for both", "the model for images", "the model for captions"


@pytest.fixture(scope="module")
def bundle(models: Models) -> Path:
    save(models.trained(), models.folder / "for_batch", "", {})
    return models.folder / "for_batch"


@pytest.fixture(params=["folder", "zip"])
def make(request: pytest.FixtureRequest, models: Models, command_line: CommandLine):
    """Write a table beside three images, a damaged one and a text, as a folder or a zip; return its path."""

    def write(table: str) -> Path:
        folder = command_line.folder / "batch"
        (folder / "sub").mkdir(parents=True)
        for number, picture in enumerate(models.pictures[:3]):
            shutil.copy(picture, folder / "sub" / f"{number}.png")
        (folder / "cut.png").write_bytes(Path(models.pictures[0]).read_bytes()[:-200])
        (folder / "notes.png").write_text("no image")
        (folder / "data.csv").write_text(table, "utf-8")
        if request.param == "folder":
            return folder
        with zipfile.ZipFile(command_line.folder / "batch.zip", "w") as file:
            for path in folder.rglob("*.*"):
                file.write(path, path.relative_to(folder))
        return command_line.folder / "batch.zip"

    return write


def classified(command_line: CommandLine, bundle: Path, data: object) -> list[dict[str, str]]:
    done = command_line.run("classify", "--model", bundle, "--data", data, "--output", "out.csv", "--progress", "none")
    assert (done.status, done.err) == (0, "")
    return read(command_line.folder / "out.csv")


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def test_every_row_keeps_its_place_and_its_columns(make, bundle: Path, command_line: CommandLine) -> None:
    path = make(
        "Note,image,TEXT\n"
        "both,0.png,a round ball\n"
        "image,sub/1.png,\n"
        "words only,,一面条纹旗\n"
        "cut,cut.png,a ball\n"
        "no image,notes.png,a ball\n"
        "missing,none.png,a ball\n"
        "out,../../secret.png,a ball\n"
        "\n"
        "nothing,,!\n"
        f"long,,{'x' * 10_001}\n"
        "short row,2.png\n"
    )
    rows = classified(command_line, bundle, path)
    assert list(rows[0]) == ["Note", "image", "TEXT", *ANSWER_COLUMNS]
    assert [(row["Note"], row["model used"]) for row in rows] == [
        ("both", BOTH), ("image", IMAGES), ("words only", CAPTIONS), ("cut", ""), ("no image", ""),
        ("missing", ""), ("out", ""), ("nothing", ""), ("long", ""), ("short row", IMAGES),
    ]  # fmt: skip
    model = load(bundle).model
    for row in (row for row in rows if not row["error"]):
        pair = next(pair for pair in table_of_pairs(path).rows() if pair.cells[0] == row["Note"])
        answer = model.classify(dict(pair.values))
        assert (row["predicted"], row["certainty"]) == (answer.label, "sure" if answer.sure else "unsure")
        assert float(row["probability"]) == pytest.approx(answer.probabilities.max(), abs=1e-5)
    errors = {row["Note"]: row["error"] for row in rows if row["error"]}
    assert errors["cut"].startswith("cut.png cannot be read: its PNG data is damaged")
    assert errors["no image"].startswith("Row 6 has an image that cannot be used: notes.png is text, not an image:")
    assert errors["missing"].startswith("Row 7 names 'none.png', which is not there")
    assert errors["out"].startswith("Row 8 names '../../secret.png'")
    assert errors["nothing"].startswith("Row 10 holds no image and no caption with at least one word in it: add one.")
    assert "The caption has 10,001 characters;" in errors["long"]
    assert all(not row[column] for row in rows if row["error"] for column in ANSWER_COLUMNS[:-1])


def test_what_is_said_and_counted(make, bundle: Path, command_line: CommandLine) -> None:
    path = make("image,text\n0.png,a ball\nnone.png,a ball\n")
    arguments = ("classify", "--model", bundle, "--data", path, "--output", "out.csv")
    first = json.loads(command_line.run(*arguments, "--json").out)
    label, sure = next(iter(first["labels"])), first["sure"]
    assert first == {"classified": 1, "failed": 1, "sure": sure, "labels": {label: 1}, "unsure": 1 - sure, "warned": 0,
                     "output": "out.csv"}  # fmt: skip
    assert command_line.run(*arguments).out.splitlines() == [
        f"Classified 1 pair into out.csv; {sure} of the answers are sure.",
        "1 pair could not be classified; the column `error` says why.",
    ]
    events = [json.loads(line) for line in command_line.run(*arguments, "--progress", "json").out.splitlines()]
    assert [event["event"] for event in events][-1] == "result"
    shares = [event["done"] for event in events if event.get("stage") == "classify"]
    assert shares == sorted(shares) and shares[-1] == 1
    wholes = [event["whole"] for event in events[:-1]]
    assert wholes == sorted(wholes) and wholes[-1] == 1 and events[-2]["left"] == 0


def test_words_or_pictures_alone_and_labels_if_there_are_any(make, bundle: Path, command_line: CommandLine) -> None:
    path = make("text,label\na round ball,ball\na wooden box,\n")
    rows = classified(command_line, bundle, path)
    assert [row["model used"] for row in rows] == [CAPTIONS, CAPTIONS]
    assert [row["label"] for row in rows] == ["ball", ""]


def test_answers_given_before_are_replaced(make, bundle: Path, command_line: CommandLine) -> None:
    rows = classified(command_line, bundle, make("predicted,text,Error\nold,a round ball,old\n"))
    assert list(rows[0]) == ["text", *ANSWER_COLUMNS]
    assert rows[0]["predicted"] in ("ball", "box", "flag") and rows[0]["error"] == ""


def test_a_damaged_file_in_a_zip_loses_its_row_only(models: Models, bundle: Path, command_line: CommandLine) -> None:
    path = command_line.folder / "batch.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("data.csv", "image\na.png\nb.png\n")
        file.write(models.pictures[0], "a.png")
        file.write(models.pictures[1], "b.png")
    content = bytearray(path.read_bytes())
    content[content.index(b"a.png\x89PNG") + 200] ^= 0xFF  # within the stored image: its checksum is wrong
    path.write_bytes(content)
    first, second = classified(command_line, bundle, path)
    assert "is damaged" in first["error"] and second["model used"] == IMAGES


def test_samples_by_name(bundle: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.datasets.tables_to_classify.load", lambda name: homonyms(n=40))
    rows = classified(command_line, bundle, "homonyms")
    assert len(rows) == 40 and not any(row["error"] for row in rows)
    assert list(rows[0]) == ["id", "image", "text", "label", *ANSWER_COLUMNS]
    assert rows[0]["image"] == "0001.png"


def test_an_error_leaves_the_older_file(make, bundle: Path, command_line: CommandLine, monkeypatch) -> None:
    path = make("image,text\n0.png,a ball\n")
    (command_line.folder / "out.csv").write_text("older")
    monkeypatch.setattr("mmdemo.model.batch._answer", lambda *of: 1 // 0)
    assert command_line.run("classify", "--model", bundle, "--data", path, "--output", "out.csv").status == 1
    assert (command_line.folder / "out.csv").read_text() == "older"
    assert not list(command_line.folder.glob(".out*"))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("photo,words\na,b\n", "data.csv has no column that seems to hold images or captions; its columns are"),
        ("", "data.csv is empty."),
        ("image,text\n", "data.csv has no rows below its header."),
        ("image,text\na.png,red, big\n", "data.csv has no row that can be used: row 2 has 3 cells,"),
    ],
)
def test_a_table_that_cannot_be_used(table: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(table)
    with pytest.raises(DatasetError) as caught:
        table_of_pairs(tmp_path)
    assert str(caught.value).startswith(sentence)


def test_formulas_are_inert_in_the_file(make, bundle: Path, command_line: CommandLine) -> None:
    rows = classified(command_line, bundle, make("=note,text\n=1+1,a ball\n-3,=a box\n"))
    assert [row["'=note"] for row in rows] == ["'=1+1", "-3"]
    assert rows[1]["text"] == "'=a box"


def cells(path: Path) -> list[list[object]]:
    """The rows of a workbook's first sheet, the header first."""
    from python_calamine import load_workbook

    return load_workbook(str(path)).get_sheet_by_index(0).to_python()


def test_the_same_in_a_workbook(make, bundle: Path, command_line: CommandLine) -> None:
    path = make("note,text\n=1+1,a round ball\n007,\nhttp://a.b,a box\n")
    expected = classified(command_line, bundle, path)
    done = command_line.run("classify", "--model", bundle, "--data", path, "--output", "out.xlsx", "--progress", "none")
    assert (done.status, done.err) == (0, "")
    header, *rows = cells(command_line.folder / "out.xlsx")
    assert header == ["note", "text", *ANSWER_COLUMNS]
    assert [row[0] for row in rows] == ["=1+1", "007", "http://a.b"]
    assert [row[3] for row in rows] == [float(row["probability"]) if row["probability"] else "" for row in expected]
    assert [row[2] for row in rows] == [row["predicted"] for row in expected]


def test_a_folder_holds_the_same_for_the_app(make, bundle: Path, command_line: CommandLine) -> None:
    path = make("sku,image,text,label\n1,0.png,a round ball,\n2,1.png,,box\n3,cut.png,a flag,\n4,,a box,\n")
    arguments = ("classify", "--model", bundle, "--data", path, "--unlabelled", "--progress", "none")
    assert command_line.run(*arguments, "--output", "out.csv").status == 0
    assert command_line.run(*arguments, "--out", "answers").status == 0
    folder = command_line.folder / "answers"
    assert {file.name for file in folder.iterdir()} == {ANSWERS, COUNT, CSV, XLSX}
    assert (folder / CSV).read_bytes() == (command_line.folder / "out.csv").read_bytes()
    found, count = read_answers(folder), read_count(folder)
    assert found["row"].tolist() == ["row 2", "row 4", "row 5"]
    assert found["image"].tolist() == ["0.png", "cut.png", ""] and found["text"].tolist()[2] == "a box"
    assert (count.classified, count.failed) == (2, 1) and sum(count.labels.values()) == 2
    assert [row["sku"] for row in read(folder / CSV)] == ["1", "3", "4"]
    assert [row[0] for row in cells(folder / XLSX)] == ["sku", "1", "3", "4"]
    assert "cut.png cannot be read" in found["error"][1] and found["used"].tolist()[0] == BOTH


def test_every_row_has_a_label_already(make, bundle: Path, refuse) -> None:
    path = make("text,label\na round ball,ball\n")
    said = refuse("classify", "--model", bundle, "--data", path, "--output", "a.csv", "--unlabelled")
    assert said == "Every row has a label already: there is none to classify."


def test_answers_do_not_depend_on_their_neighbours(models: Models) -> None:
    model = models.trained().model
    rows = [TableRow(f"row {place}", (), {"image": image}) for place, image in enumerate(models.pictures[:40])]
    broken = [TableRow("row x", (), {"image": "not there.png"}), *rows[:9], TableRow("row y", (), {}, "left out")]
    whole, few = list(answers(model, rows)), list(answers(model, broken))
    assert [answer.label for answer in few[1:10]] == [answer.label for answer in whole[:9]]
    assert np.allclose([answer.probability for answer in few[1:10]], [one.probability for one in whole[:9]], atol=1e-5)
    assert "not there.png was not found" in few[0].error and few[10].error == "left out"


def test_columns_of_other_names_are_named(make, bundle: Path, command_line: CommandLine) -> None:
    path = make("Title,Brand\na round ball,a wooden box\na wooden box,a striped flag\n")
    done = command_line.run("classify", "--model", bundle, "--data", path, "--text", "Brand", "--output", "o.csv")
    assert done.status == 0
    by_brand = read(command_line.folder / "o.csv")
    assert [row["predicted"] for row in by_brand] == ["box", "flag"] and by_brand[0]["Title"] == "a round ball"

"""`mmdemo data`, `train` and `evaluate` on a folder as a person has it: one count, one reason, wherever it is asked."""

import csv
import json
from pathlib import Path

import pytest

from mmdemo.bundles.bundle import load
from mmdemo.bundles.origin import origin
from mmdemo.storage.reading import read_bytes
from tests.command_line import CommandLine
from tests.messy import ROWS, USED, messy

WORDS = ("--image-encoder", "none", "--text-encoder", "tfidf", "--C", "1", "--progress", "none")


@pytest.fixture
def shop(command_line: CommandLine) -> Path:
    return messy(command_line.folder / "shop")


def test_data_says_what_is_used_and_lists_what_is_not(command_line: CommandLine, shop: Path) -> None:
    done = command_line.run("data", shop, "--left-out", "out.csv")
    assert done.status == 0 and f"{USED} pairs of 2 classes:" in done.out
    assert "Read 'Photo' as image, 'Title' as text, 'Category' as label." in done.out
    assert f"Left out: {ROWS - USED} rows." in done.out and "… and 16 more. --left-out FILE.csv lists all." in done.out
    data = read_bytes(command_line.folder / "out.csv", 100_000)
    assert data.startswith(b"\xef\xbb\xbf")  # for Excel
    header, *rows = csv.reader(data.decode("utf-8-sig").splitlines())
    assert header == ["row", "reason", "remedy"] and len(rows) == ROWS - USED


def test_data_and_train_leave_out_the_same_rows_for_the_same_reasons(command_line: CommandLine, shop: Path) -> None:
    told = json.loads(command_line.run("data", shop, "--json").out)
    trained = json.loads(command_line.run("train", "--data", shop, "--C", "1", "--progress", "none", "--json").out)
    assert told["left_out"] == trained["left_out"] and len(told["left_out"]) == ROWS - USED
    assert (told["pairs"], trained["n_train"], list(told["classes"])) == (USED, USED, trained["classes"])
    assert told["problem"] == ""


def test_columns_that_were_chosen_are_in_the_command_that_trains_again(command_line: CommandLine, shop: Path) -> None:
    columns = ("--image", "none", "--text", "Title", "--text", "SKU", "--label", "category")
    done = json.loads(command_line.run("train", "--data", "shop", *columns, *WORDS, "--json").out)
    assert "--data shop --image none --text Title --text SKU --label category --image-encoder none" in done["command"]
    assert origin(load(Path(done["bundle"])), shop).exact  # its columns are remembered, and found again
    again = json.loads(command_line.run(*done["command"].split()[3:], "--progress", "none", "--json").out)
    assert again["heads"] == done["heads"] and again["command"] == done["command"]


def test_a_mapping_file_is_an_address(command_line: CommandLine, shop: Path) -> None:
    assert command_line.run("data", "shop", "--label", "Category", "--save-mapping", "shop.json").status == 0
    saved = json.loads((command_line.folder / "shop.json").read_text("utf-8"))
    assert saved["data"] == "shop" and saved["columns"] == {"image": ["Photo"], "text": ["Title"]}
    done = json.loads(command_line.run("train", "--data", "shop.json", *WORDS, "--out", "model", "--json").out)
    assert "--data shop.json" in done["command"] and done["n_train"] == USED
    assert "was not trained on" in command_line.refuse("evaluate", "--model", "model", "--data", "shop.json")


@pytest.mark.parametrize(("content", "sentence"), [
    ('{"fusion_lab": 1, "data": "nowhere", "columns": {"text": ["a"]}}', "names the data 'nowhere', which is not"),
    ('{"fusion_lab": 9, "data": "shop"}', "does not say 'fusion_lab': 1; make it again with this version."),
    ('{"fusion_lab": 1}', "does not say where its data is: expected"),
    ('{"fusion_lab": 1, "data": "map.json"}', "names itself as its data; expected a folder, zip or table."),
    ('{"fusion_lab": 1, "data": "shop", "columns": {"text": ["Titles"]}}', "no column 'Titles'; its columns are"),
    ('{"fusion_lab": 1, "data": "shop", "columns": {"text": "Title"}}', 'needs "columns" such as'),
])  # fmt: skip
def test_a_mapping_file_that_cannot_be_used(
    content: str, sentence: str, command_line: CommandLine, shop: Path
) -> None:
    (command_line.folder / "map.json").write_text(content)
    assert sentence in command_line.refuse("train", "--data", "map.json")


def test_a_working_copy_and_a_first_look(command_line: CommandLine, shop: Path) -> None:
    done = command_line.run("data", "shop", "--out", "look", "--look", "--json")
    assert json.loads(done.out)["reasons"]["label"] == "'Category': 3 values that repeat."
    look = json.loads((command_line.folder / "look" / "look.json").read_text("utf-8"))
    assert [row["row"] for row in look["rows"]] == [f"row {n}" for n in range(2, 10)]
    assert all((command_line.folder / "look" / "thumbnails" / row["thumbnail"]).is_file() for row in look["rows"])
    assert look["mapping"]["columns"] == {"image": ["Photo"], "text": ["Title"]} and look["header"][0] == "SKU"
    events = command_line.run("data", "shop", "--out", "copy", "--progress", "json").out.splitlines()
    told = [json.loads(line) for line in events[:-1]]
    assert list(dict.fromkeys(event["stage"] for event in told)) == ["read", "images", "quality"]
    wholes = [event["whole"] for event in told]
    assert wholes == sorted(wholes) and (wholes[0], wholes[-1]) == (0.0, 1.0)
    assert all(("left" in event) == (event["stage"] != "read") for event in told), "known once the rows are counted"
    assert json.loads(events[-1])["used"] == USED
    assert json.loads(command_line.run("data", "copy", "--json").out)["pairs"] == USED
    assert "for data of your own" in command_line.refuse("data", "homonyms", "--out", "x")


def test_a_small_test_set_or_one_of_one_class_is_accepted(command_line: CommandLine, shop: Path) -> None:
    assert command_line.run("train", "--data", "shop", *WORDS, "--out", "model").status == 0
    rows = [f"{word} seen from another side {n},{label}\n" for n in range(8)
            for word, label in (("a Cars", "Cars & Bikes"), ("a Boat", "Boats"))]  # fmt: skip
    for name, chosen in (("fifteen", rows[:15]), ("one class", rows[1::2])):
        (command_line.folder / f"{name}.csv").write_text("Title,Category\n" + "".join(chosen))
        found = json.loads(command_line.run("evaluate", "--model", "model", "--data", f"{name}.csv", "--json").out)
        assert found["n_test"] == len(chosen)
        assert (found["heads"]["text"]["accuracy"], found["heads"]["text"]["f1_macro"]) == (1.0, 1.0)

"""A working copy holds what can be used of somebody's data, and says what became of every row."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mmdemo.datasets import working_copy
from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping, Rare
from mmdemo.datasets.copied_left_out import count_of
from mmdemo.datasets.image_copies import thumbnail_of
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables_to_classify import table_of_pairs
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import prepare
from tests.messy import ROWS, USED, messy


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], list[tuple[str, float]]]:
    """The copy of a messy folder, what its data.json says, and the progress that was told."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("MMDEMO_CACHE_DIR", str(folder / "cache"))
        told: list[tuple[str, float]] = []
        own = own_data(messy(folder / "shop"))
        facts = working_copy.write(own, folder / "one" / "copy", lambda stage, done: told.append((stage, done)), "Shop")
    return folder / "one" / "copy", facts, told


@pytest.fixture
def copy(made: tuple[Path, dict[str, Any], list[tuple[str, float]]]) -> Path:
    return made[0]


def test_examining_the_data_is_never_long_without_a_word(
    made: tuple[Path, dict[str, Any], list[tuple[str, float]]],
) -> None:
    shares = [share for stage, share in made[2] if stage == "quality"]
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0.0, 1.0)
    # of all images, then of those that are used, then of what is found of each modality
    assert len({share for share in shares if 0 < share < 0.4}) >= 2
    assert len({share for share in shares if 0.4 < share < 1}) >= 4


def test_every_row_is_accounted_for(made: tuple[Path, dict[str, Any], list[tuple[str, float]]]) -> None:
    folder, facts, told = made
    assert (folder / "data.json").read_text("utf-8") == json.dumps(facts, ensure_ascii=False)
    assert (facts["rows"], facts["used"], facts["unlabelled"]) == (ROWS, USED, 5)
    assert facts["used"] + facts["unlabelled"] + len(facts["left_out"]) == ROWS
    assert facts["classes"] == {"Cars & Bikes": 15, "Boats": 15} and facts["problem"] == ""
    reasons = {row["row"]: row["reason"] for row in facts["left_out"]}
    assert {reasons[f"row {n}"] for n in range(32, 44)} == {
        "is of the class 'Oxen', which has 12 rows that are only 3 different pairs; a class needs 5"
    }
    assert all("cut" in reasons[f"row {n}"] and "cannot be read" in reasons[f"row {n}"] for n in range(49, 52))
    assert reasons["row 52"].endswith("which is a web address")
    assert "Labels that differ only in case were merged: 'cars & bikes' (1) into 'Cars & Bikes'." in facts["notes"]
    assert [stage for stage, done in told if done == 0] == ["images", "quality"] and told[-1] == ("quality", 1.0)
    assert facts["summary"]["pairs"] == USED and facts["images_reduced"] == 1


def test_it_is_a_dataset_without_the_originals(copy: Path, tmp_path: Path) -> None:
    data = load(copy)
    assert (len(data.frame), data.classes, data.name) == (USED, ("Boats", "Cars & Bikes"), "Shop")
    assert data.location == str(copy) and data.options == {}
    assert len(data.left_out) == ROWS - USED
    assert all(Path(image).parent == copy / "images" for image in data.frame["image"])
    first = data.frame["image"].iloc[0]
    with Image.open(first) as large, Image.open(thumbnail_of(first)) as small:
        assert max(large.size) == 640 and max(small.size) == 160
    with pytest.raises(ConfigError, match=r"does not take the option 'label'; it takes edits"):
        load(copy, label="x")


def test_the_answers_stand_beside_the_cells_that_were_written(copy: Path) -> None:
    rows = list(table_of_pairs(copy).rows())
    assert len(rows) == ROWS and rows[-1].cells[0] == "E" and "web address" in rows[-1].error
    assert rows[43].values["text"] == "what is this 1" and rows[43].label == ""


def test_edits_make_another_dataset_beside_the_old(copy: Path) -> None:
    edits = {"left_out": ["row 2"], "labels": {"row 3": "Cars & Bikes", **{f"row {n}": "Boats" for n in range(44, 49)}}}
    name = working_copy.with_edits(copy, edits)
    assert name == working_copy.with_edits(copy, {"labels": edits["labels"], "left_out": ["row 2"], "added": []})
    data, before = load(copy, edits=name), load(copy)
    assert len(before.frame) == USED and data.options == {"edits": name}
    assert "row 2" not in data.frame.index and data.frame.loc["row 3", "label"] == "Cars & Bikes"
    assert set(data.frame.loc[[f"row {n}" for n in range(44, 49)], "label"]) == {"Boats"}
    assert "row 2 was left out by hand." in map(str, data.left_out)
    assert data.fingerprint() != before.fingerprint()


def test_rows_of_another_data_set_are_added(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    other = tmp_path / "more.csv"
    other.write_text("Title,Maker\na new boat on a lake,Acme\na bike in the rain,Acme\n")
    working_copy.write(own_data(other, choices=Choices(label="")), copy.parent.parent / "two" / "copy")
    name = working_copy.with_edits(copy, {"added": [{"from": "two", "row": "row 2", "label": "Boats"}]})
    data = load(copy, edits=name)
    assert data.frame.loc["row 2 of two", ["text", "label"]].tolist() == ["a new boat on a lake", "Boats"]
    assert len(data.frame) == USED + 1
    for source in ("../one", "nothing"):
        with pytest.raises(DatasetError):
            load(copy, edits=working_copy.with_edits(copy, {"added": [{"from": source, "row": "x", "label": "y"}]}))


def test_rows_add_up_with_edits(copy: Path) -> None:
    plain = working_copy.outcome(copy)
    assert (plain.rows, plain.used, plain.unlabelled, plain.labelled, plain.problem) == (ROWS, USED, 5, 0, "")
    labels = {"row 3": "Boats", "row 44": "Boats", "row 45": "Oxen"}
    found = working_copy.outcome(copy, working_copy.with_edits(copy, {"left_out": ["row 2"], "labels": labels}))
    assert (found.used, found.labelled, found.unlabelled) == (USED, 1, 3)
    assert found.used + found.unlabelled + len(found.left_out) == ROWS
    assert found.changes == {"labelled": 2, "labelled anew": 1, "left out": 1, "added": 0}
    assert next(str(row) for row in found.left_out) == "row 2 was left out by hand."


@pytest.mark.parametrize("rare", ["leave out", "other"])
def test_labels_of_which_none_repeats_are_a_problem_that_is_said_beforehand(rare: Rare, tmp_path: Path) -> None:
    rows = [f"a {n} of {n * 7},file{n}.png" for n in range(40)]
    (tmp_path / "pets.csv").write_text("Title,Photo\n" + "\n".join(rows))
    own = own_data(tmp_path / "pets.csv", ColumnMapping("pets.csv", "", {"text": ("Title",)}, "Photo", "", rare))
    facts = working_copy.write(own, tmp_path / "copy")
    data = load(tmp_path / "copy")
    with pytest.raises(DatasetError) as refused:
        prepare(data, ModelConfig({"text": "tfidf"}))
    said = "only one class that can be used ('other')" if rare == "other" else "no class that can be used"
    assert facts["problem"] == working_copy.outcome(tmp_path / "copy").problem == str(refused.value)
    assert said in facts["problem"] and facts["used"] == len(data.frame) == 40


@pytest.mark.parametrize("edits", [{"left_out": [1]}, {"labels": []}, {"added": [{"row": "x"}]}, {"more": []}, []])
def test_edits_of_another_shape(edits: Any, copy: Path) -> None:
    with pytest.raises(DatasetError, match="Edits look like"):
        working_copy.with_edits(copy, edits)


@pytest.mark.parametrize("name", ["e0123456789abcde", "../data", "x"])
def test_edits_that_are_not_there(name: str, copy: Path) -> None:
    with pytest.raises(DatasetError, match="edits"):
        load(copy, edits=name)


def test_edits_bring_nothing_back(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no longer here"):
        working_copy.with_edits(tmp_path / "deleted" / "copy", {})
    assert list(tmp_path.iterdir()) == []


def test_rare_classes_may_be_merged_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    sizes = {"cat": 6, "dog": 6, "ox": 3, "cow": 3}
    rows = [f"a {kind} no {n},{kind}" for kind, count in sizes.items() for n in range(count)]
    (tmp_path / "pets.csv").write_text("Title,Kind\n" + "\n".join(rows))
    own = own_data(tmp_path / "pets.csv", choices=Choices(rare="other"))
    facts = working_copy.write(own, tmp_path / "copy")
    assert facts["classes"] == {"cat": 6, "dog": 6, "other": 6} and facts["left_out"] == []
    for data in (load(tmp_path / "copy"), load(tmp_path / "pets.csv", rare="other")):
        assert data.classes == ("cat", "dog", "other")
        assert data.notes[-1] == "Merged into the class 'other': 'cow', 'ox' (6 rows)."


def test_many_rows_that_are_left_out_stand_in_a_file_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    rows = [f"a {kind} no {n},,{kind}" for kind in ("cat", "dog") for n in range(9)]
    rows += [f',"缺\u2028失,{n}.jpg",cat' for n in range(1_500)]
    (tmp_path / "pets.csv").write_text("Title,Photo,Kind\n" + "\n".join(rows), "utf-8")
    own = own_data(tmp_path / "pets.csv", choices=Choices({"image": ("Photo",)}))
    facts = working_copy.write(own, tmp_path / "copy")
    assert (facts["used"], len(facts["left_out"]), count_of(facts)) == (18, 1_000, 1_500)
    whole = load(tmp_path / "copy").left_out
    assert [row.row for row in whole] == [f"row {n}" for n in range(20, 1_520)]
    assert [asdict(row) for row in whole[:1_000]] == facts["left_out"] and "缺" in whole[-1].reason and whole[-1].remedy
    assert working_copy.read(tmp_path / "copy", most_left_out=10).left_out == whole[:10]
    assert [row.error[:8] for row in table_of_pairs(tmp_path / "copy").rows()][-1] == "Row 1519"
    assert working_copy.outcome(tmp_path / "copy").left_out == whole
    few = working_copy.outcome(tmp_path / "copy", most_left_out=10)
    assert (few.left_out, few.rows_left_out) == (whole[:10], 1_500)
    (tmp_path / "copy" / "rows-left-out.csv").unlink()
    for asked in (load, working_copy.outcome):
        with pytest.raises(DatasetError, match="damaged here"):
            asked(tmp_path / "copy")


def test_whole_or_not_at_all(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "a.png").write_bytes(b"\x89PNG and no more")
    (tmp_path / "pets.csv").write_text("Photo,Kind\n" + "a.png,cat\na.png,dog\n" * 5)
    with pytest.raises(DatasetError, match=r"has no row that can be used: row 2 has an image that cannot be used: a\."):
        working_copy.write(own_data(tmp_path / "pets.csv"), tmp_path / "copy")
    assert {path.name for path in tmp_path.iterdir()} <= {"a.png", "cache", "pets.csv"}

    def stopped(stage: str, done: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        working_copy.write(own_data(messy(tmp_path / "shop")), copy, stopped)
    assert len(load(copy).frame) == USED


def test_a_damaged_copy_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text('{"working_copy": 1}')
    (tmp_path / "pairs.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match="This data is damaged here: bring it again"):
        load(tmp_path)

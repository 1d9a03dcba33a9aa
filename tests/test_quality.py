"""The quality report finds what is planted, and nothing in clean data."""

import json
import os
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.data_frame import values_of
from mmdemo.datasets.quality import _looks, examine
from mmdemo.datasets.registry import load
from mmdemo.modalities.registry import MODALITIES
from mmdemo.model.config import ModelConfig
from mmdemo.training.split import prepare
from tests.command_line import CommandLine
from tests.models import Models

MARKS = ("“", "”")


def dataset(folder: Path, rows: list[tuple[str, str, str]]) -> Dataset:
    """Make a dataset of rows image, text, label; each image's name decides its pixels."""
    for name in {name for name, _, _ in rows}:
        size = (31, 80) if "small" in name else (64, 48)
        pixels = np.random.default_rng(crc32(name.encode())).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / name)
    frame = pd.DataFrame([(str(folder / name), text, label) for name, text, label in rows])
    frame.columns = pd.Index(["image", "text", "label"])
    frame.index = pd.Index([f"row {number}" for number in range(2, len(rows) + 2)])
    return Dataset(frame, name="pets", source="Made by a test.", licence="CC0-1.0")


def clean_rows(labels: tuple[str, ...] = ("cat", "dog"), each: int = 10) -> list[tuple[str, str, str]]:
    return [(f"{label}{i}.png", f"a {label[::-1]} number {i}", label) for label in labels for i in range(each)]


def findings(folder: Path, rows: list[tuple[str, str, str]]) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    found = examine(dataset(folder, rows)).findings
    for finding in found:
        assert finding.detail.endswith(".") and "\n" not in finding.detail
    return {finding.title: (finding.severity, finding.detail, finding.rows) for finding in found}


def test_clean_data_has_no_findings(tmp_path: Path) -> None:
    report = examine(dataset(tmp_path, clean_rows()))
    assert report.findings == ()
    assert report.sizes == {f"row {number}": (64, 48) for number in range(2, 22)}


def test_copies_of_a_picture_by_its_bytes(tmp_path: Path) -> None:
    rows = [*clean_rows(), ("cat3.png", "A tac number 3!", "cat"), ("cat4.png", "a dog, surely", "dog")]
    found = findings(tmp_path, [*rows, ("cat5.png", "another cat", "cat")])
    assert list(found) == [
        "1 image with more than one label", "1 image more than once", "1 image with several captions",
    ]  # fmt: skip
    assert found["1 image more than once"][0] == "warning"
    assert found["1 image more than once"][2] == ("row 5", "row 22")
    severity, detail, captioned = found["1 image with several captions"]
    assert (severity, captioned) == ("note", ("row 7", "row 24"))
    assert detail.startswith("1 image stands in 2 pairs, 2 captions each, such as row 7, row 24.")
    severity, detail, torn = found["1 image with more than one label"]
    assert (severity, torn) == ("serious", ("row 6", "row 23"))
    assert detail.startswith(f"The same file has {MARKS[0]}cat{MARKS[1]} and {MARKS[0]}dog{MARKS[1]} in row 6")


def test_pictures_of_one_size_in_bytes_are_no_copies(tmp_path: Path) -> None:
    data = dataset(tmp_path, clean_rows())
    lengths = max(path.stat().st_size for path in tmp_path.glob("*.png"))
    for path in tmp_path.glob("*.png"):
        path.write_bytes(path.read_bytes().ljust(lengths + 8, b"\0"))
    assert examine(data).findings == ()


def test_images_are_compared_once_and_equal_what_the_modality_says(tmp_path: Path, monkeypatch) -> None:
    compared = []
    real = MODALITIES["image"].likeness

    def look_alikes(images, report):
        compared.append(list(images))
        return real.compared(images, report)

    monkeypatch.setitem(MODALITIES, "image", replace(MODALITIES["image"], likeness=replace(real, compared=look_alikes)))
    rows = [("one.png", "a", "x"), ("none.png", "b", "x"), ("one.png", "c", "y"), ("two.png", "d", "y")]
    given = dataset(tmp_path, rows)
    given.frame.loc["row 3", "image"] = ""
    told: list[float] = []
    found = _looks(given.frame, examine(given, report=told.append).groups).to_numpy()
    assert len(compared) == 1 and told == sorted(told) and told[-1] <= 1
    said = real.repeats(values_of(given.frame, "image"))
    assert (found[:, None] == found).tolist() == (said[:, None] == said).tolist() and found[1] == said[1] == -1


def test_images_that_look_the_same_and_their_labels(tmp_path: Path) -> None:
    data = dataset(tmp_path, [*clean_rows(), ("cat1b.png", "one more", "cat"), ("dog1b.png", "again", "cat")])
    for name in ("cat1", "dog1"):  # a smooth image, and the same one a little darker
        coarse = np.array(Image.open(tmp_path / f"{name}.png"))[:4, :4]
        pixels = cv2.resize(coarse, (64, 48), interpolation=cv2.INTER_CUBIC)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
        Image.fromarray(np.clip(pixels, 3, 255) - np.uint8(3)).save(tmp_path / f"{name}b.png")
    torn, same = examine(data).findings
    assert (torn.severity, torn.title) == ("warning", "1 group of nearly equal images with more than one label")
    assert torn.rows == ("row 13", "row 23") and f"row 13, row 23 are {MARKS[0]}cat{MARKS[1]} and" in torn.detail
    assert (same.severity, same.title, same.rows) == ("note", "1 group of nearly equal images", ("row 3", "row 22"))
    assert same.detail.startswith("2 pairs have an image that looks like another's, such as row 3, row 22.")


def test_a_long_caption_under_several_images_and_one_too_common_to_be_kept_together(tmp_path: Path) -> None:
    captions = ["a cat that sleeps on a chair"] * 2 + ["an animal as I see it"] * 6 + [f"number {i}" for i in range(12)]
    rows = [(name, captions[i], label) for i, (name, _, label) in enumerate(clean_rows())]
    report = examine(dataset(tmp_path, rows))
    (long, tied) = report.findings
    assert (long.severity, long.title) == ("note", "2 long captions under several images")
    assert long.rows == tuple(f"row {i}" for i in range(2, 10))
    assert long.detail.startswith("8 pairs have a caption of 5 words or more that another image has, too: ")
    assert (tied.severity, tied.detail) == ("note", *report.groups.notes)
    assert tied.detail.startswith("6 pairs with the same caption as others are not kept together")


def test_a_class_without_a_word_is_named(tmp_path: Path) -> None:
    rows = [(image, "!!" if label == "dog" else text, label) for image, text, label in clean_rows()]
    severity, detail, silent = findings(tmp_path, rows)["1 class has no words"]
    assert (severity, silent) == ("warning", tuple(f"row {number}" for number in range(12, 22)))
    assert detail.startswith(f"No caption of {MARKS[0]}dog{MARKS[1]} holds a word, so no model for captions can give")


def test_pairs_that_lack_something_are_used_by_what_they_hold(tmp_path: Path) -> None:
    whole = dataset(tmp_path, clean_rows())
    frame = whole.frame.copy()
    frame.iloc[[0, 1], frame.columns.get_loc("image")] = ""
    frame.iloc[2, frame.columns.get_loc("text")] = ""
    found = {one.title: one for one in examine(replace(whole, frame=frame)).findings}
    assert found["2 pairs have no image"].rows == tuple(frame.index[:2])
    assert found["1 caption holds no word"].detail.startswith(f"No word stands in the captions of {frame.index[2]}")
    assert not any("cannot be read" in title for title in found)
    assert not prepare(replace(whole, frame=frame), ModelConfig()).left_out


@pytest.mark.parametrize("left", ["image", "text"])
def test_data_of_one_modality(left: str, tmp_path: Path, command_line: CommandLine) -> None:
    frame = dataset(tmp_path, [*clean_rows(), ("cat12.png", "!", "cat")]).frame[[left, "label"]]
    frame.assign(**{left: frame[left].map(os.path.basename)}).to_csv(tmp_path / "data.csv", index=False)
    found = json.loads(command_line.run("data", tmp_path, "--json").out)
    assert [finding["title"] for finding in found["findings"]] == ["21 image files are not used"] * (left == "text")
    assert (found["images"] is None, found["captions"] is None) == (left == "text", left == "image")
    assert command_line.run("data", tmp_path).status == 0


def test_a_caption_under_two_labels_as_the_model_reads_it(tmp_path: Path) -> None:
    rows = [*clean_rows(), ("cat11.png", "The BAT!", "cat"), ("dog11.png", "the bat", "dog"), ("dog12.png", "", "dog")]
    rows.append(("cat12.png", "!", "cat"))
    found = findings(tmp_path, rows)
    severity, detail, shared = found["1 caption shared by different labels"]
    assert (severity, shared) == ("note", ("row 22", "row 23"))
    assert detail.startswith(f"The caption alone cannot decide 2 of 24 pairs: {MARKS[0]}the bat{MARKS[1]}.")
    assert found["2 captions hold no word"][0] == "warning"
    assert found["2 captions hold no word"][2] == ("row 24", "row 25")


def test_classes_that_are_rare_or_uneven(tmp_path: Path) -> None:
    found = findings(tmp_path, [*clean_rows(("cat",), 40), *clean_rows(("dog",), 8)])
    title = "1 class has fewer than 10 pairs"
    assert found[title][0] == "warning" and f"{MARKS[0]}dog{MARKS[1]} (8)" in found[title][1]
    assert found[title][2] == tuple(f"row {number}" for number in range(42, 50))
    assert "would be right 83% of the time" in found["Classes of very different size"][1]
    assert list(findings(tmp_path, [*clean_rows(("cat",), 49), *clean_rows(("dog",), 10)])) == []


def test_pictures_that_are_small_or_unreadable(tmp_path: Path) -> None:
    data = dataset(tmp_path, [*clean_rows(), ("small.png", "a tiny cat", "cat"), ("none.png", "no cat", "cat")])
    (tmp_path / "none.png").write_bytes(b"GIF")
    first, second = examine(data).findings
    assert (first.severity, first.title, first.rows) == ("serious", "1 image cannot be read", ("row 23",))
    assert first.detail.startswith("Training would stop. none.png is text, not an image")
    assert (second.title, second.rows) == ("1 image below 32 px", ("row 22",))
    assert "row 22 has 31 × 80 px" in second.detail


def test_the_command_prints_what_is_in_a_dataset(models: Models, command_line: CommandLine) -> None:
    done = command_line.run("data", models.folder / "drawn")
    assert (done.status, done.err) == (0, "")
    assert "36 pairs of 3 classes:" in done.out
    assert done.out.endswith("Quality: no problems found.\n")


def test_its_json_is_one_object_of_fixed_keys(models: Models, command_line: CommandLine) -> None:
    done = command_line.run("data", models.folder / "drawn", "--json")
    assert (done.status, done.err, done.out.count("\n")) == (0, "", 1)
    found = json.loads(done.out)
    assert list(found) == [
        "name", "source", "licence", "options", "pairs", "classes", "groups", "captions", "images", "notes",
        "limits", "findings", "left_out", "problem",
    ]  # fmt: skip
    assert (found["name"], found["pairs"], found["limits"], found["findings"]) == ("drawn", 36, None, [])
    assert (found["left_out"], found["problem"]) == ([], "")
    assert found["classes"] == {"ball": 12, "box": 12, "flag": 12}
    assert found["groups"] == {"count": 36, "largest": 1}
    assert found["captions"] == {"words_median": 3.0, "words_min": 2, "words_max": 7}
    pictures = found["images"]
    assert list(pictures) == ["width_median", "height_median", "smallest", "largest"]
    assert 33 <= pictures["smallest"][0] <= pictures["width_median"] <= 160


def test_findings_as_json_and_in_words(command_line: CommandLine) -> None:
    done = command_line.run("data", "homonyms", "--set", "data.n=80", "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["options"]["n"], found["limits"]["text"]) == (80, 0.75)
    assert [list(finding) for finding in found["findings"]] == [["severity", "title", "detail", "rows"]] * 2
    assert found["groups"] == {"count": 78, "largest": 2}
    words = command_line.run("data", "homonyms", "--set", "data.n=80").out
    assert f"Note: {found['findings'][0]['title']}. {found['findings'][0]['detail']}" in words
    assert "Groups of pairs that are always held out together: 78; the largest has 2 pairs." in words
    assert "Best possible accuracy: image 0.650, text 0.750, fused 0.900." in words


def test_the_stamps_have_no_serious_findings(stamps_dir: Path) -> None:
    assert "serious" not in {finding.severity for finding in examine(load("stamps", captions="de")).findings}

"""Why rows are left out, by kind: the same numbers and sentence where data is read, on Data, in card and report."""

import html
import json
from collections import Counter
from pathlib import Path

import pytest

from mmdemo.bundles.bundle import load as load_model
from mmdemo.bundles.facts import model_facts
from mmdemo.datasets.left_out import kinds_sentence
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.registry import load
from mmdemo.datasets.working_copy import outcome, read, with_edits, write
from mmdemo.report.card import model_card
from mmdemo.report.markdown import plain
from mmdemo.report.page import build_report
from tests.command_line import CommandLine
from tests.own_data import HEADER, files, png

SECRET = "Aunt Mary’s wardrobe"
BAD = [
    "gone.png,a cat,cat",
    "https://a.example/a.png,a cat,cat",
    f"{SECRET}.png,a cat,cat",
    "cut.png,a cat,cat",
    ",🎈,cat",
    ",,cat",
    "other.png,a cat,",
    f"other.png,a cat,{'y' * 201}",
    f"other.png,{'x' * 10_001},dog",
    f"other.png,an ox,{SECRET}",
    "other.png,a cat,cat,too,many",
]
SENTENCE = (
    "Left out: 3 rows with an image that is not there, 2 rows with nothing to classify by, 1 row of a class with too "
    "few pairs, 1 row that cannot be read, 1 row with a caption that cannot be used, 1 row with a label that cannot "
    "be used, 1 row with an image that cannot be read, 1 row without a label."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pets"
    place.mkdir()
    table = HEADER + "".join(f"{i}.png,{said},{label}\n" for i, (said, label) in enumerate(PAIRS)) + "\n".join(BAD)
    images = {f"{i}.png": png((9 * i, 255 - 9 * i, 140 * (i % 2))) for i in range(len(PAIRS))}
    for name, content in files(table, **images, **{"cut.png": png()[:40]}).items():
        (place / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return place


PAIRS = [(f"a {label} in the {'abcdefghijkl'[i]}{label}", label) for i in range(12) for label in ("cat", "dog")]


def test_every_reason_is_of_a_kind_and_a_copy_counts_alike(folder: Path, tmp_path: Path):
    facts = write(own_data(folder), tmp_path / "copy")
    for most in (None, 1):
        found = read(tmp_path / "copy", most_left_out=most)
        assert kinds_sentence(found.kinds_left_out) == SENTENCE
        assert len(found.left_out) == (most or 11)
    shown = outcome(tmp_path / "copy", most_left_out=1)
    assert kinds_sentence(shown.kinds) == SENTENCE.replace(", 1 row without a label.", ".")
    assert sum(shown.kinds.values()) == shown.rows_left_out == 10
    older = {name: value for name, value in facts.items() if name != "left_out_kinds"}
    (tmp_path / "copy" / "data.json").write_text(json.dumps(older), "utf-8")
    assert kinds_sentence(read(tmp_path / "copy").kinds_left_out) == SENTENCE


def test_what_is_left_out_by_hand_is_counted(folder: Path, tmp_path: Path):
    write(own_data(folder), tmp_path / "copy")
    edits = with_edits(tmp_path / "copy", {"left_out": ["row 2", "row 3"], "labels": {"row 32": "dog"}})
    found = outcome(tmp_path / "copy", edits)
    assert "2 rows left out by hand" in kinds_sentence(found.kinds)
    assert sum(found.kinds.values()) == found.rows_left_out
    assert read(tmp_path / "copy", edits).kinds_left_out == found.kinds, "the row without a label has one now"


def test_a_model_s_manifest_card_and_report_say_the_same_without_a_word_of_the_rows(
    folder: Path, tmp_path: Path, command_line: CommandLine
):
    options = ("--image-encoder", "none", "--text-encoder", "tfidf", "--C", "1", "--folds", "3", "--progress", "none")
    done = command_line.run("train", "--data", folder, *options, "--out", tmp_path / "model", "--json")
    assert done.status == 0, done.err
    without = load(folder).kinds_left_out  # as training sees it, before it leaves out small classes
    kinds = json.loads((tmp_path / "model" / "manifest.json").read_text())["dataset"]["left_out_kinds"]
    assert Counter(kinds) >= Counter(without)
    assert kinds_sentence(kinds) == SENTENCE
    assert "gone.png" not in (tmp_path / "model" / "manifest.json").read_text() and SECRET not in json.dumps(kinds)
    assert f"- {plain(SENTENCE)}\n" in model_card(model_facts(tmp_path / "model"), "Pets")
    assert SENTENCE.removeprefix("Left out: ") in html.unescape(build_report(load_model(tmp_path / "model")).html)

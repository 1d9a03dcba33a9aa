"""Captions without a word: one rule for all doors, one bad row that never costs the others, and what is said of it."""

import json
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from mmdemo.datasets.working_copy import outcome, read, write
from mmdemo.errors import DatasetError
from mmdemo.model.config import ModelConfig
from mmdemo.preprocess.text import TextSettings, clean
from mmdemo.training.split import prepare
from tests.command_line import CommandLine
from tests.hostile_images import encoded

NOTHING = {
    "emoji": "🎈🎉",
    "punctuation": "!!! ???",
    "invisible characters": "\u200b\u200d\ufeff",
    "a tag": "<b></b>",
    "an address": "https://a.example",
    "spaces": "   ",
}
WHY = "holds no caption with at least one word in it: add one."
WORDS = ModelConfig({"text": "tfidf"})


def table(folder: Path, captions: list[str], images: bool = False) -> Path:
    """A table of captions, by turns of cats and dogs."""
    rows = [{"text": said, "label": ("cats", "dogs")[i % 2]} for i, said in enumerate(captions)]
    if images:
        for i, row in enumerate(rows):
            (folder / f"{i}.png").write_bytes(encoded(Image.new("RGB", (40, 40), (9 * i, 120 * (i % 2), 90)), "PNG"))
            row["image"] = f"{i}.png"
    path = folder / "pets.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def worded(count: int) -> list[str]:
    return [f"a fine {'abcdefghijklmnopqrstuvwxyz'[i]}{i % 2} animal" for i in range(count)]


@pytest.mark.parametrize("name", NOTHING)
def test_a_caption_without_a_word_is_left_out_with_reason_and_remedy_and_costs_no_other(name: str, tmp_path: Path):
    path = table(tmp_path, [*worded(20), NOTHING[name]])
    assert clean(NOTHING[name]) == ""
    found = load(path)
    assert [str(row) for row in found.left_out] == [f"row 21 {WHY}"]
    assert len(found.frame) == 20
    facts = write(own_data(path), tmp_path / "copy")
    assert (facts["used"], [row["row"] for row in facts["left_out"]]) == (20, ["row 21"])
    assert [str(row) for row in outcome(tmp_path / "copy").left_out] == [f"row 21 {WHY}"]
    assert not [one for one in examine(found).findings if "word" in one.title]


def test_beside_an_image_it_stays_and_a_finding_says_that_it_does_not_count(tmp_path: Path):
    found = load(table(tmp_path, [*worded(20), "🎈"], images=True))
    assert len(found.frame) == 21 and not found.left_out
    titles = {one.title: one.detail for one in examine(found).findings}
    assert titles["1 caption holds no word"] == (
        "No word stands in the captions of row 21, so these captions do not count. Write at least one in each."
    )


@pytest.mark.parametrize(("held", "said"), [(0, "no pair holds"), (3, "only 3 of the 20 pairs hold")])
def test_captions_that_none_or_few_pairs_hold_are_not_used_and_that_is_said(
    held: int, said: str, tmp_path: Path, command_line: CommandLine
):
    path = table(tmp_path, [*worded(held), *["🎈"] * (20 - held)], images=True)
    write(own_data(path), tmp_path / "copy")
    for found in (load(path), read(tmp_path / "copy")):
        assert found.modalities == ("image",) and len(found.frame) == 20
        assert any(note.startswith(f"Captions are not used: {said} a caption with at least") for note in found.notes)
    shown = command_line.run("data", path)
    assert f"Captions are not used: {said}" in shown.out and "No model can be trained" not in shown.out
    trained = command_line.run("train", "--data", path, "--progress", "none", "--json", "--out", "model")
    assert trained.status == 0 and list(json.loads(trained.out)["heads"]) == ["image"]
    refused = command_line.refuse("train", "--data", path, "--text-encoder", "tfidf")
    assert refused == "The data has no captions; train without them."


def test_what_data_says_is_what_training_says(tmp_path: Path, command_line: CommandLine):
    path = table(tmp_path, ["🎈" if i % 2 else said for i, said in enumerate(worded(20))])
    refused = command_line.refuse("train", "--data", path)
    assert refused.endswith(f"at least two. 10 rows are left out, such as this: row 2 {WHY}")
    assert f"No model can be trained on this: {refused}" in command_line.run("data", path).out


def test_captions_that_the_settings_empty_are_left_out_of_training_alike(tmp_path: Path):
    found = load(table(tmp_path, [*worded(20), "it is what it is"]))
    assert not prepare(found, WORDS).left_out
    without = ModelConfig({"text": "tfidf"}, {"text": {"stop_words": "english"}})
    assert clean("it is what it is", TextSettings(stop_words="english")) == ""
    assert [str(row) for row in prepare(found, without).left_out] == [f"row 21 {WHY}"]


def test_nothing_but_captions_without_a_word_is_refused_in_one_sentence(tmp_path: Path):
    said = f"pets.jsonl has no row that can be used: row 1 {WHY} So it is with 19 more."
    with pytest.raises(DatasetError, match=said):
        load(table(tmp_path, ["🎈"] * 20))

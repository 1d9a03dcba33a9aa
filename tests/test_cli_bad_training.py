"""Training refused: status 2, exactly one line on stderr that says what is wrong and what to do, nothing written."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.command_line import Refuse
from tests.picture_files import encoded, noise

TRAIN = ("train", "--data", "homonyms", "--set", "data.n=40")
PNG = encoded(Image.fromarray(noise(40, 50)), "PNG")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--image-encoder", "cat"), "There is no image encoder named 'cat'; known: efficientnet, trained_cnn, art"),
        (("--text-encoder", "cat"), "There is no text encoder named 'cat'; known: tfidf+word_vectors+sentence, "),
        (("--image-encoder", "none", "--text-encoder", "none"), "The model would read nothing: choose how images"),
        *[(("--C", value), "but expected a number above 0, or auto.") for value in ("0", "-1", "nan", "inf", "x", "")],
        *[(("--seed", value), "expected a whole number from 0 to 4294967295") for value in ("-1", "4294967296")],
        *[(("--seed", value), "is not a valid integer") for value in ("x", "1.5", "")],
        *[(("--folds", value), f"Got folds={value} but expected 1, or a whole number") for value in ("0", "2", "11")],
        (("--folds", "five"), "is not a valid integer"),
        (("--set", "image.size=224"), "The image encoder has no option 'size'; known settings: resize, rotate,"),
        (("--set", "text.colour=red"), "The text encoder has no option 'colour'; known settings: lowercase,"),
        (("--set", "image.resize=melt"), "resize is 'melt'; expected one of letterbox, crop, stretch."),
        (("--set", "image.rotate=x"), "rotate is 'x'; expected a number from -180 to 180."),
        (("--set", "image.contrast=NaN"), "contrast is nan; expected a number from 0 to 3."),
        (("--set", "text.ngrams=9"), "Got ngrams=9 but expected 1, 2 or 3."),
        (("--set", "text.lowercase=maybe"), "Got lowercase='maybe' but expected true or false."),
        (("--set", "ngrams=2"), "Got --set ngrams=2 but expected PART.NAME=VALUE, with a PART of data, image, text."),
        (("--set", "data.colour=red"), "The dataset homonyms does not take the option 'colour'; it takes n, q_text,"),
        (("--set", "data.n=41"), "Got n=41, but homonyms needs a multiple of 8 from 40 to 10,000"),
        (("--set", "data.n=many"), "The option n of the dataset homonyms is 'many'; expected a whole number."),
        (("--set", "data.directory=[1]"), "The option directory of the dataset homonyms is [1]; expected a word."),
        (("--captions", "de"), "The dataset homonyms does not take the option 'captions';"),
        (("--image-encoder", "article_cnn", "--set", "image.size=4"), "but expected a whole number from 8 to"),
        (("--image-encoder", "trained_cnn", "--set", "image.epochs=0"), "but expected a whole number from 1"),
        (("--progress", "loud"), "'loud' is not one of 'bar', 'json', 'none'."),
        (("--out", "/proc/model"), "No model can be written to 'model': No such file or directory."),
    ],
    ids=str,
)
def test_train(arguments: tuple[str, ...], sentence: str, refuse: Refuse) -> None:
    assert sentence in refuse(*TRAIN, *arguments)


def test_train_into_something_else(refuse: Refuse, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    assert refuse(*TRAIN, "--out", "mine").startswith("'mine' holds notes.txt, which is not part of a model; choose an")
    assert refuse(*TRAIN, "--out", "mine/notes.txt") == "'notes.txt' is a file; give the name of a folder."


HEADER = "image,text,label\n"
EIGHT = "".join(f"cat.png,a {label} {i},{label}\n" for label in ("cat", "dog") for i in range(8))
ONE = "The data has only one class that can be used ('cat'); a classifier needs at least two."
TABLES = {
    "missing files": (
        HEADER + "a.png,x,cat\nb/c.png,x,dog\n",
        "data.csv has no row that can be used: row 2 names 'a.png', which is not there: correct the name or add the",
    ),
    "no labels": (
        "image,caption\n" + "cat.png,a cat\n" * 9,
        "'pets' has no column that seems to hold labels; its columns are 'image', 'caption'. Say which with",
    ),
    "one class": (HEADER + "cat.png,a cat,cat\n" * 9, ONE),
    "no rows": (HEADER, "data.csv has no rows below its header."),
    "wordless": (HEADER + re.sub("a dog .", "!", EIGHT), f"{ONE} Left out: the class 'dog', which has no pair"),
    "rare": (HEADER + EIGHT.replace("dog\n", "cat\n") + "cat.png,an ox,ox\n", f"{ONE} Left out: the class 'ox',"),
}


@pytest.mark.parametrize("name", TABLES)
def test_ones_own_data(name: str, refuse: Refuse, tmp_path: Path) -> None:
    table, sentence = TABLES[name]
    (tmp_path / "pets").mkdir()
    for file, data in {"data.csv": table.encode(), "cat.png": PNG}.items():
        (tmp_path / "pets" / file).write_bytes(data)
    encoders = ("--image-encoder", "none") if name == "wordless" else ()
    assert sentence in refuse("train", "--data", "pets", "--progress", "none", *encoders)


def test_a_column_that_is_not_there(refuse: Refuse, tmp_path: Path) -> None:
    (tmp_path / "pets.csv").write_text("Title,Category\n" + "a cat,cat\na dog,dog\n" * 8)
    sentence = refuse("train", "--data", "pets.csv", "--text", "Titel", "--progress", "none")
    assert sentence == "pets.csv has no column 'Titel'; its columns are 'Title', 'Category'. Did you mean 'Title'?"
    assert "homonyms does not take the option 'label'" in refuse("data", "homonyms", "--label", "x")


def test_data_that_is_not_there(refuse: Refuse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = "There is no dataset 'cats': choose one of homonyms, stamps, or give a folder, zip or table of your own."
    assert refuse("train", "--data", "cats") == refuse("data", "cats") == known
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(tmp_path / "none"))
    for command in (("data", "stamps"), ("train", "--data", "stamps")):
        sentence = refuse(*command)
        assert "apt-get install tuxpaint-stamps-default" in sentence and "packages.txt" in sentence

"""Odd data: each is read right, or refused in one clear sentence that says what to do."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from mmdemo.datasets.choices import Choices
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.mapping_file import write_mapping
from mmdemo.datasets.own_data import own_data
from mmdemo.datasets.quality import examine
from mmdemo.datasets.registry import load
from mmdemo.datasets.tables import workbook
from mmdemo.errors import DatasetError
from tests.own_data import zipped
from tests.people import COUNT, LABELS, NAMES, PHOTOS, TITLES, Content, folder, photos, rows, table
from tests.tables import delimited, in_this_process, xlsx

IDS = [f"{n:05}" for n in range(COUNT)]
NO_IMAGE = Choices(columns={"image": ()})


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(workbook, "child", in_this_process)


def sheets(**content: Sequence[Sequence[object]]) -> bytes:
    """A workbook of these sheets, with a picture in the last."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for name, lines in content.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
        sheet.insert_image(0, 5, "photo.jpg", {"image_data": io.BytesIO(PHOTOS[0])})
    return file.getvalue()


GERMAN = [("Artikel-Nr.", "Bild", "Bezeichnung", "Preis", "Kategorie")]
GERMAN += [(IDS[n], NAMES[n], TITLES[n], f"{n},99", LABELS[n]) for n in range(COUNT)]
FORM = [("Timestamp", "Listing title", "Image file", "Which category?")]
FORM += [(f"01/02/2024 12:{n:02}:00", TITLES[n], NAMES[n], LABELS[n]) for n in range(COUNT)]
SEVERAL = [("image_1", "image_2", "title", "category")]
SEVERAL += [(NAMES[n], NAMES[n - 1], TITLES[n], LABELS[n]) for n in range(COUNT)]
FILES = [{"file_name": NAMES[n], "text": TITLES[n], "label": LABELS[n]} for n in range(COUNT)]
SENT = [f"WhatsApp Image {n} at 10.11.12 (1).jpeg" for n in range(COUNT)]
SHOP = {"id": IDS, "Price": ["9.99", "19.99"] * 6, "stock": ["true", "false"] * 6}

WHOLE: dict[str, Content] = {
    "a title in merged cells": {"list.xlsx": xlsx([["Products 2024"], [], *rows(SKU=IDS)]), **photos()},
    "two rows of headers": {"list.xlsx": xlsx([["Product", "", "Shop", ""], *rows(SKU=IDS)]), **photos()},
    "a German spreadsheet": {"Artikel.csv": delimited(GERMAN, ";", "cp1252"), **photos("Bilder")},
    "the answers to a form": {"Listings - Sheet1.csv": delimited(FORM), **photos()},
    "a competition": {
        "train.csv": delimited(rows(posting_id=[f"train_{one}" for one in IDS])),
        "test.csv": "posting_id,title\n" + "test_1,a\n" * 40,
        "sample_submission.csv": "posting_id,matches\ntest_1,x\n",
        **photos("train_images"),
    },
    "an image folder": {"train/metadata.jsonl": "\n".join(map(json.dumps, FILES)), **photos("train")},
    "photos that were sent": {"Sheet (final) (2).csv": table(Photo=SENT), **photos("WhatsApp Images", SENT)},
    "two columns of images": {"list.csv": delimited(SEVERAL), **photos()},
    "an ID is the name of the image": {
        "list.xlsx": xlsx([("ID", "Title", "Category"), *zip(IDS, TITLES, LABELS, strict=True)]),
        **photos(names=[f"{one}.jpg" for one in IDS]),
    },
    "a number is, without its zeros": {
        "list.xlsx": xlsx([("ID", "Title", "Category"), *zip(map(float, IDS), TITLES, LABELS, strict=True)]),
        **photos(names=[f"{one}.jpg" for one in IDS]),
    },
    "no header": {"labels.csv": delimited(rows()[1:]), **photos()},
    "Unicode Text of Excel": {"list.txt": delimited(rows(), "\t", "utf-16"), "readme.txt": "Hello, you.", **photos()},
    "a note to the reader first": {"list.xlsx": sheets(Read=[["How to"], ["Fill in"]], List=rows()), **photos()},
    "tables that were joined": {"list.csv": table() + table()[:22], **photos()},
    "a lock of Excel": {"list.xlsx": xlsx(rows()), "~$list.xlsx": b"x" * 165, **photos()},
    "the table of a web shop": {"list.csv": table(**SHOP), **photos()},
}


@pytest.mark.parametrize("name", WHOLE)
def test_every_pair_is_read(tmp_path: Path, name: str) -> None:
    found = own_data(folder(tmp_path / "set", WHOLE[name]))
    assert [row.reason for row in found.left_out] == ["repeats the header"] * (name == "tables that were joined")
    assert found.frame["text"].tolist() == list(TITLES) and found.frame["label"].tolist() == list(LABELS)
    assert [Path(image).read_bytes() for image in found.frame["image"]] == list(PHOTOS) and "group" not in found.frame


SAID = {
    "two rows of headers": "The header is row 2; what stands above it is skipped.",
    "two columns of images": "Images are read from 'image_1' alone; 'image_2' names images, too.",
    "no header": "The first row holds a pair and no names, so the columns are numbered.",
    "a note to the reader first": "The images inside the workbook are not read: save them as files, and name them in a "
    "column.",
}


@pytest.mark.parametrize("name", SAID)
def test_what_a_person_should_know_is_said(tmp_path: Path, name: str) -> None:
    assert SAID[name] in own_data(folder(tmp_path, WHOLE[name])).notes


@pytest.mark.parametrize("written", [
    [str(n % 3) for n in range(COUNT)], ["yes", "no"] * 6, ["true", "false"] * 6, ["1.0", "2.0", "5.0"] * 4,
])  # fmt: skip
@pytest.mark.parametrize("name", ["Rating", "spam?", "what"])
@pytest.mark.parametrize("others", [["Title"], ["Photo"]])
def test_labels_that_are_numbers_or_yes_and_no(
    tmp_path: Path, others: list[str], name: str, written: list[str]
) -> None:
    names = [f"{n}.jpg" for n in range(COUNT)]  # a label such as 3 does not mean 3.jpg
    columns = {"Title": TITLES, "Photo": names}
    lines = [(*others, name), *zip(*(columns[one] for one in others), written, strict=True)]
    own = own_data(folder(tmp_path, {"list.csv": delimited(lines), **photos(names=names)}))
    assert own.mapping.label == name and own.frame["label"].tolist() == [one.removesuffix(".0") for one in written]


@pytest.mark.parametrize("split", ["", "train/", "deep/er/"])
@pytest.mark.parametrize("labels", [("动物", "食品"), ("cats", "dogs"), ("7", "9")])
def test_a_folder_for_each_class(tmp_path: Path, labels: tuple[str, str], split: str) -> None:
    own = own_data(folder(tmp_path, {f"{split}{labels[n % 2]}/照片 {n}.jpg": PHOTOS[n] for n in range(COUNT)}))
    assert sorted(set(own.frame["label"])) == list(labels) and len(own.frame) == COUNT


def test_folders_of_classes_in_folders_of_splits(tmp_path: Path) -> None:
    splits = ("train", "val", "test")
    own = own_data(folder(tmp_path, {f"{splits[n % 3]}/{LABELS[n]}/{n}.jpg": PHOTOS[n] for n in range(COUNT)}))
    assert own.frame["label"].value_counts().to_dict() == {"indoor": 6, "outdoor": 6}


def word_document() -> bytes:
    file = io.BytesIO()
    zipped(file, {"word/document.xml": "x"})
    return file.getvalue()


DOCUMENT = "a document: copy its table into a spreadsheet, and save that as XLSX."
COCO = {"info": {}, "images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1}]}
PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
WEB = [f"https://a.org/{n}.jpg" for n in range(COUNT)]
HOLDS = "holds neither a table nor images; it"
REFUSED: dict[str, tuple[str, Content, str]] = {
    "nothing": ("", {}, f"{HOLDS} is empty."),
    "a PDF": ("", {"list.pdf": b"%PDF"}, f"{HOLDS} holds 'list.pdf', which is {DOCUMENT}"),
    "a PDF alone": ("list.pdf", {"list.pdf": b"%PDF"}, f"'list.pdf' is {DOCUMENT}"),
    "a document": ("list.docx", {"list.docx": word_document()}, f"'list.docx' is {DOCUMENT}"),
    "Numbers": ("a.numbers", {"a.numbers": word_document()}, "of Apple Numbers: export it as XLSX or CSV."),
    "an archive": ("a.rar", {"a.rar": b"Rar!"}, "is an archive that is not read: unpack it, and give the folder or a"),
    "an image": ("a.jpg", {"a.jpg": PHOTOS[0]}, "is an image: give the folder that holds the images, or a zip of it."),
    "COCO": ("", {"a.json": json.dumps(COCO), **photos()}, "a.json is one object that holds lists, as annotations of"),
    "COCO in lines": ("a.json", {"a.json": json.dumps(COCO, indent=1)}, "give an object for each image, or a table"),
    "photos alone": ("", photos(), "holds images, but neither a table nor a folder for each class, so there are no"),
    "a protected table": ("", {"a.xlsx": PROTECTED, **photos()}, "a.xlsx is protected by a password; save it without"),
    "a header alone": ("", {"a.csv": "photo,title,label\n"}, "a.csv has no rows below its header."),
    "no row is whole": ("", {"a.csv": "file,text,label\n1,a.jpg,a cat,cat\n"}, "has no row that can be read: row 2"),
    "an empty table": ("a.csv", {"a.csv": ""}, "a.csv is empty."),
    "a zip beside it": ("", {"a.csv": table(), "b.zip": word_document()}, "The zip 'b.zip' is not opened: unpack it"),
    "web addresses": ("", {"a.csv": table(Photo=WEB)}, "which is a web address: download the images first, and write"),
    "several images": ("", {"a.csv": table(Photo=["a.jpg;b.jpg"] * COUNT), **photos()}, "names several images, 'a.jpg"),
    "no column for labels": ("", {"a.csv": table(Category=IDS), **photos()}, "Say which with --label COLUMN."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, name: str) -> None:
    given, content, sentence = REFUSED[name]
    with pytest.raises(DatasetError) as caught:
        load(folder(tmp_path / "set", content) / given)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)


def test_images_that_no_column_names_are_counted(tmp_path: Path) -> None:
    own = own_data(folder(tmp_path, {"a.csv": table(Photo=WEB), **photos()}), choices=NO_IMAGE)
    assert len(own.unused) == COUNT


def test_images_are_read_from_one_column(tmp_path: Path) -> None:
    path = folder(tmp_path, WHOLE["two columns of images"])
    with pytest.raises(DatasetError, match=r"^Images are read from one column of list\.csv; choose one of 'image_2', "):
        load(path, image='["image_2", "image_1"]')
    assert Path(load(path, image="image_2").frame["image"].iloc[1]).read_bytes() == PHOTOS[0]


@pytest.mark.parametrize(("labels", "title"), [
    (["food;red", "food;blue", "cat;red", "cat;blue"] * 3, "4 classes seem to hold several labels"),
    (["food|red", "food|blue", "cat", "red"] * 3, "2 classes seem to hold several labels"),
    (["Home, Garden", "Cars, Bikes"] * 6, ""),
    (["Shop, Home, Chairs", "Shop, Home, Beds"] * 6, ""),
    (["n/a", "cat"] * 6, "1 class looks like a missing label"),
])  # fmt: skip
def test_labels_that_mean_something_else(tmp_path: Path, labels: list[str], title: str) -> None:
    path = folder(tmp_path, {"list.csv": table(Category=labels), **photos()})
    told = [finding.title for finding in examine(load(path)).findings]
    assert (title in told) if title else not any("several labels" in one or "missing" in one for one in told)


def test_captions_can_be_used_alone_where_no_image_can(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": table(Photo=WEB)})
    with pytest.raises(DatasetError, match=r"To use the captions alone, choose no column of im.* \(--image none\)\.$"):
        load(path)
    assert load(path, image="none").modalities == ("text",)


def test_a_mapping_of_columns_that_were_renamed(tmp_path: Path) -> None:
    path = folder(tmp_path, {"a.csv": table(), **photos()})
    mapping = ColumnMapping(columns={"image": ("Photo",), "text": ("Titel",)}, label="Kind")
    write_mapping(tmp_path / "a.json", mapping, path)
    with pytest.raises(DatasetError, match=r"Did you mean 'Title'\? Choose the columns again, or correct the mapping"):
        load(tmp_path / "a.json")
    data = load(tmp_path / "a.json", text="Title", label="Category")
    assert data.modalities == ("image", "text") and data.classes == ("indoor", "outdoor")

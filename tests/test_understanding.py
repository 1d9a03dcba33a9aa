"""Which column is what: guessed from the cells, with a reason that a person can read."""

import random

import pandas as pd
import pytest

from mmdemo.datasets.choices import Choices, flags_of, options_of
from mmdemo.datasets.column_mapping import ColumnMapping
from mmdemo.datasets.column_names import column_names, find_column
from mmdemo.datasets.columns import columns_of
from mmdemo.datasets.tables.sheet import Sheet
from mmdemo.datasets.understanding import Understanding, understand
from mmdemo.errors import ConfigError, DatasetError
from mmdemo.modalities.registry import MODALITIES

ROWS = 120
_CHOSEN = random.Random(4)
_WORDS = ("red", "old", "small", "wooden", "car", "house", "boat", "tree", "with", "a", "big", "blue", "door", "river")


def phrases(words: int) -> list[str]:
    return [" ".join(_CHOSEN.choices(_WORDS, k=words)) for _ in range(ROWS)]


FILES = [f"photos/IMG_{n}.jpg" for n in range(ROWS - 3)]
PHOTOS = [f"img_{n}.JPG" for n in range(ROWS)]
KINDS = ["cars", "boats", "houses", "trees"] * (ROWS // 4)
SKUS = [f"A-{n:04}" for n in range(ROWS)]
PRICES = [f"{n * 1.37:.2f}" for n in range(ROWS)]
BRANDS = [["Acme", "Zed & Sons", ""][n % 3] for n in range(ROWS)]


def guess(plain: bool = False, **columns: list[str]) -> Understanding:
    cells = pd.DataFrame(dict(enumerate(columns.values())), dtype="str")
    return understand(columns_of(Sheet(tuple(columns), cells.set_axis(range(2, len(cells) + 2))), FILES), plain)


def test_a_product_managers_table() -> None:
    extra = {"Price": PRICES, "Brand": BRANDS, "Notes": phrases(9)}
    found = guess(SKU=SKUS, Photo=PHOTOS, Title=phrases(6), Category=KINDS, **extra)
    assert found.mapping.columns == {"image": ("Photo",), "text": ("Title",)}
    assert (found.mapping.label, found.mapping.group) == ("Category", "")
    assert found.reasons["image"] == "'Photo': 117 of 120 cells name an image here."
    assert found.reasons["text"].startswith("'Title': 6 words on average; ")
    assert found.reasons["label"] == "'Category': 4 values that repeat."
    assert found.joinable == ("Notes",)


@pytest.mark.parametrize(("image", "text", "label"), [
    ("Bild", "Bezeichnung", "Kategorie"), ("图片", "标题", "类别"), ("写真", "商品名", "カテゴリ"),
    ("imagen", "descripción", "categoría"), ("file_name", "productTitle", "class_label"), ("A", "B", "C"),
])  # fmt: skip
def test_columns_in_any_language_or_without_meaning(image: str, text: str, label: str) -> None:
    found = guess(**{label: KINDS, "x1": PRICES, text: phrases(5), image: PHOTOS, "x2": SKUS}).mapping
    assert found.columns == {"image": (image,), "text": (text,)} and found.label == label


def test_content_decides_over_names() -> None:
    found = guess(Image=phrases(7), Title=PHOTOS, Label=SKUS, Kind=KINDS).mapping
    assert found.columns["image"] == ("Title",) and found.label == "Kind"


def test_ids_numbers_and_addresses_are_no_captions() -> None:
    links = [f"https://shop.example/{n}" for n in range(ROWS)]
    found = guess(SKU=SKUS, Price=PRICES, Link=links, Category=KINDS).mapping
    assert found.columns["text"] == () and found.columns["image"] == ("Link",)  # its rows say what to do


def test_addresses_of_images_are_recognised_so_that_each_row_says_what_to_do() -> None:
    found = guess(Picture=[f"https://a.org/{n}.png" for n in range(ROWS)], Title=phrases(4), Category=KINDS)
    assert found.reasons["image"] == "'Picture': 120 of 120 cells look like names or addresses of images."


def test_web_addresses_are_no_images_of_the_data_whatever_their_last_part() -> None:
    photos = [f"https://shop.example/{name}" if n < 6 else name for n, name in enumerate(PHOTOS)]
    found = guess(Photo=photos, Title=phrases(6), Category=KINDS)
    assert found.mapping.columns["image"] == ("Photo",)
    assert found.reasons["image"] == "'Photo': 111 of 120 cells name an image here."


def test_without_labels_there_is_none() -> None:
    assert guess(Photo=PHOTOS, Title=phrases(6), SKU=SKUS, Price=PRICES).mapping.label == ""


def test_a_product_that_repeats_keeps_its_rows_together() -> None:
    found = guess(Photo=PHOTOS, Product=[f"p{n // 3}" for n in range(ROWS)], Category=KINDS)
    assert found.mapping.group == "Product"
    assert found.reasons["group"] == "'Product': 40 values in 120 rows; rows of one value stay together."
    assert guess(Photo=PHOTOS, Product=KINDS).mapping.group == ""  # four groups would leave nothing to hold out


def test_a_data_csv_is_never_second_guessed() -> None:
    found = guess(True, image=SKUS, text=PRICES, label=phrases(9), Photo=PHOTOS, Category=KINDS).mapping
    assert found == ColumnMapping(columns={"image": ("image",), "text": ("text",)}, label="label")


def test_one_class_and_few_rows_are_a_test_set() -> None:
    found = guess(Photo=PHOTOS[:3], Title=phrases(5)[:3], Category=["cars"] * 3).mapping
    assert found.label == "Category"


def test_names_of_columns() -> None:
    assert column_names(["a", "", "A", "a", ""]) == ("a", "column 2", "A", "a (2)", "column 5")
    assert find_column(["Título", "b"], "título", "x.csv") == "Título"
    with pytest.raises(DatasetError, match=r"x\.csv has no column 'Titel'; .* Did you mean 'Title'\?"):
        find_column(["Title", "Price"], "Titel", "x.csv")


NAMES = ("Photo", "Title", "Brand", "Kind", "SKU")
GUESSED = ColumnMapping(columns={"image": ("Photo",), "text": ("Title",)}, label="Kind", group="SKU")


def test_what_a_person_chooses_goes_before_the_guess() -> None:
    chosen = Choices.from_options({"text": '["Brand", "title"]', "label": "sku", "rare": "other"})
    found = chosen.applied_to(GUESSED, NAMES, "x.csv")
    assert found.columns == {"image": ("Photo",), "text": ("Brand", "Title")}
    assert (found.label, found.group, found.rare) == ("SKU", "", "other")
    assert Choices.from_options({"image": "none"}).applied_to(GUESSED, NAMES, "x.csv").columns["image"] == ()
    with pytest.raises(ConfigError, match="Got rare='x' but expected one of leave out, other"):
        Choices.from_options({"rare": "x"})


def test_the_words_of_a_command_line_are_those_that_chose() -> None:
    options = options_of({"text": ["Title", "Brand"], "image": ["none"]}, {"label": "Kind", "table": None})
    assert flags_of(options) == ["--image", "none", "--text", "Title", "--text", "Brand", "--label", "Kind"]
    assert list(MODALITIES) == ["image", "text"]

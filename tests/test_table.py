import io

import pytest

from mmdemo.datasets import csv_rows
from mmdemo.datasets.table import Table
from mmdemo.datasets.table import read_table as read
from mmdemo.errors import DatasetError
from mmdemo.preprocess.text import MAX_CHARACTERS
from tests.own_data import HEADER, bytes_of, pairs


def read_table(content: bytes) -> Table:
    return read(io.BytesIO(content))


@pytest.mark.parametrize(("content", "sentence"), [
    ("image,caption,class\n", "data.csv lacks the column 'label'; its columns are 'image', 'caption', 'class'."),
    ("photo,words,label\n", "data.csv lacks the column 'image' and 'text'; its columns are 'photo', 'words', 'label'."),
    ("image;words\n", "data.csv lacks the column 'image' and 'text' and 'label'; its columns are 'image;words'."),
    (("\0" * 200 + ",") * 9, "lacks the column 'image' and 'text' and 'label'; its columns are '��"),
    ("", "lacks the column 'image' and 'text' and 'label'; its first row is empty."),
    ("image,text,label,Label\n", "data.csv has the column 'label' twice; keep one."),
    (HEADER, "data.csv has no rows below its header."),
    (HEADER.strip() + ",group,Group\n", "data.csv has the column 'group' twice; keep one."),
    ("text,label\na cat,\n", "data.csv has no label in row 2; each row needs a text and a label."),
    (HEADER + "\n,,\n", "data.csv has no rows below its header."),
    (HEADER + "other.png,a,\n" + pairs() + "other.png,b,  \n", "data.csv has no label in rows 2, 19; each row needs"),
    (HEADER + pairs() + ",a,dog\n", "data.csv has no image in row 18;"),
    (HEADER + "\nother.png,,dog\n" + pairs(), "data.csv has no text in row 3;"),
    (HEADER + "other.png\n", "data.csv has no text in row 2;"),
    (HEADER + "other.png,,dog\n" * 9, "data.csv has no text in rows 2, 3, 4, 5, 6 and 4 more;"),
    (HEADER + pairs() + "other.png,red, dog\nother.png,a,big,dog\n", "than the header's 3 cells in row 19; put a text"),
    (HEADER + 'other.png,"a "big" dog",dog\n', "data.csv cannot be read at line 2"),
    (HEADER + pairs() + 'other.png,"a dog,dog\n', "at line 18 (unexpected end of data); check its quotes."),
    (HEADER + f"other.png,{'x' * 10_001},dog\n", "a text of 10,001 characters in row 2; at most 10,000 are allowed."),
    (HEADER.encode() + "other.png,café,dog".encode("latin-1"), 'not UTF-8 (line 2); save it as "CSV UTF-8".'),
    ((HEADER + pairs()).encode("utf-16"), "data.csv is not UTF-8 (line 1)"),
])
def test_a_table_that_cannot_be_used(content, sentence):
    with pytest.raises(DatasetError) as caught:
        read_table(bytes_of(content))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 1_000


def test_a_table_too_large_to_parse(monkeypatch):
    monkeypatch.setattr(csv_rows, "MOST_BYTES", 20)
    with pytest.raises(DatasetError, match=r"data.csv has more than 20 bytes; at most that many are read."):
        read_table(b"x" * 21)


def test_the_longest_text_is_allowed():
    assert len(read_table(f"{HEADER}a.png,{'x' * MAX_CHARACTERS},dog\n".encode()).rows) == 1


def test_a_modality_may_lack_and_groups_may_be_given():
    found = read_table(b"Label,GROUP,text,price\ndog,7,a dog,3\ncat,,a cat,\n")
    assert (found.header, found.modalities) == (("Label", "GROUP", "text", "price"), ("text",))
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, {"text": "a dog", "label": "dog", "group": "7"}), (3, {"text": "a cat", "label": "cat", "group": ""}),
    ]

"""Datasets from data frames: what is kept, and what is refused in one sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.datasets.base import Dataset
from mmdemo.errors import DatasetError


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("images") / "a.png"
    path.write_bytes(b"an image")
    return path


def frame_of(path: Path, **columns: Any) -> pd.DataFrame:
    """Three pairs, with these cells in place of the first row's."""
    cells = {"image": [path] * 3, "text": ["a cat", "", "a dog"], "label": ["cat", "cat", "dog"]}
    frame = pd.DataFrame(cells, dtype=object)
    for name, cell in columns.items():
        frame.at[0, name] = cell
    return frame


def refusal(frame: Any) -> str:
    with pytest.raises(DatasetError) as caught:
        Dataset.from_frame(frame)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_frame_stays_as_it_is_and_paths_become_absolute(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(image.parent)
    frame = frame_of(Path("a.png")).assign(price=[1, 2, 3])
    before = frame.copy()
    dataset = Dataset.from_frame(frame, name="pets", source="Ours.", licence="CC0-1.0")
    pd.testing.assert_frame_equal(frame, before)
    assert dataset.frame.columns.tolist() == ["image", "text", "label"]
    assert set(dataset.frame["image"]) == {str(image)} and dataset.classes == ("cat", "dog")
    assert (dataset.name, dataset.source, dataset.licence) == ("pets", "Ours.", "CC0-1.0")
    monkeypatch.chdir("/")
    assert dataset.fingerprint() == Dataset.from_frame(frame_of(image)).fingerprint()


@pytest.mark.parametrize("dtype", ["string", "category"])
def test_labels_may_be_of_any_type_that_holds_text(dtype: str, image: Path) -> None:
    frame = frame_of(image)
    dataset = Dataset.from_frame(frame.astype({"label": dtype}))
    assert dataset.classes == ("cat", "dog") and dataset.fingerprint() == Dataset.from_frame(frame).fingerprint()


@given(
    index=st.lists(st.integers(0, 3) | st.sampled_from(["0", "1", "a", None]) | st.floats(0, 2), min_size=3, max_size=3)
)
def test_every_pair_has_an_id_of_its_own(index: list[Any], image: Path) -> None:
    frame = frame_of(image).set_axis(pd.Index(index, dtype=object))
    ids = Dataset.from_frame(frame).frame.index.tolist()
    assert all(type(row) is str for row in ids) and len(set(ids)) == 3
    if len({*map(str, index)}) == 3:
        assert ids == [str(row) for row in index]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"image": None}, "The image of row '0', None, is missing; each row needs an image, a text and a label."),
        ({"text": float("nan")}, "The text of row '0', nan, is missing;"),
        ({"label": pd.NA}, "The label of row '0', <NA>, is missing;"),
        ({"image": 5}, "The image of row '0', 5, is not a path (str or Path)."),
        ({"image": "gone.png"}, "The image of row '0', 'gone.png', is not an existing file."),
        ({"image": "a\0.png"}, r"The image of row '0', 'a\x00.png', is not an existing file."),
        ({"image": "/"}, "The image of row '0', '/', is not an existing file."),
        ({"text": 5}, "The text of row '0', 5, is not text (str); try frame['text'].astype(str)."),
        ({"label": 1.5}, "The label of row '0', 1.5, is not text (str); try frame['label'].astype(str)."),
        ({"text": "x" * 10_001}, f"The text of row '0', '{'x' * 58}…, has more than 10,000 characters."),
        ({"text": "a \ud800"}, r"The text of row '0', 'a \ud800', holds half a character (a lone surrogate)"),
        ({"label": "\ud800"}, r"The label of row '0', '\ud800', is empty, or has a line break"),
        ({"label": " "}, "The label of row '0', ' ', is empty, or has a line break"),
        ({"label": "a\nb"}, r"The label of row '0', 'a\nb', is empty, or has a line break"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named(cells: dict[str, Any], sentence: str, image: Path) -> None:
    assert refusal(frame_of(image, **cells)).startswith(sentence)


def test_several_rows_are_counted_and_the_first_of_them_named(image: Path) -> None:
    frame = pd.concat([frame_of(image)] * 3, ignore_index=True).assign(label=None)
    said = "is missing; each row needs an image, a text and a label. The same applies to 8 more: 1, 2, 3, 4 and others."
    assert refusal(frame) == f"The label of row '0', None, {said}"
    two = refusal(frame.head(2))
    assert two.endswith("The same applies to 1 more: 1.")


def test_pixels_in_a_cell_are_no_path(image: Path) -> None:
    frame = frame_of(image)
    frame["image"] = pd.Series([np.zeros((2, 2, 3), np.uint8)] * 3)
    assert refusal(frame).startswith("The image of row '0', array(")


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (None, "Got NoneType but expected a pandas DataFrame with the columns image, text, label."),
        ({"image": []}, "Got dict but expected a pandas DataFrame"),
        (pd.DataFrame(), "The data frame lacks the column 'image' and 'text' and 'label'; its columns are none."),
        (pd.DataFrame({"Image": [], "text": []}), "The data frame lacks the column 'label'; its columns"),
        (pd.DataFrame({"image": [], "text": [], "label": []}), "The data frame has no rows."),
        (
            pd.DataFrame([[1, 2, 3, 4]], columns=["image", "text", "label", "label"]),
            "The data frame has the column 'label' more than once; keep one.",
        ),
    ],
)
def test_what_is_no_table_of_pairs_is_refused(frame: Any, sentence: str) -> None:
    assert refusal(frame).startswith(sentence)

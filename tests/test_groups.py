"""Which pairs stay on one side of every split, and which of them stand twice all the same."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mmdemo.datasets.base import Dataset
from mmdemo.datasets.groups import Groups, groups, repeated
from mmdemo.datasets.homonyms import homonyms
from mmdemo.datasets.registry import load
from mmdemo.modalities.registry import MODALITIES
from tests.test_look_alikes import photo, saved

LONG = "a caption of {} words or more, number {}"


@pytest.fixture
def images(tmp_path: Path) -> list[str]:
    """The paths of 60 different images."""
    paths = []
    for seed in range(60):
        paths.append(str(tmp_path / f"{seed}.png"))
        Image.fromarray(photo(seed, 80, 60)).save(paths[-1])
    return paths


def frame_of(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(columns).assign(label="a")
    return frame.set_axis([f"row {i}" for i in range(2, len(frame) + 2)])


def sets_of(found: Groups, rows: pd.Index) -> set[frozenset[str]]:
    return {frozenset(rows[found.keys == key]) for key in set(found.keys)}


def unlike(n: int) -> list[str]:
    return [f"item {i}" for i in range(n)]


def test_five_captions_an_image_five_images_a_caption_and_five_savings(images: list[str], tmp_path: Path) -> None:
    several = []
    for seed in range(60):
        for quality, scale in ((95, 1), (80, 1), (60, 1), (60, 0.5), (90, 0.7)):
            several.append(tmp_path / f"{seed} {quality} {scale}.jpg")
            several[-1].write_bytes(saved(photo(seed), quality, scale))
    others = []
    for seed in range(300):
        others.append(tmp_path / f"other {seed}.png")
        Image.fromarray(photo(1000 + seed, 80, 60)).save(others[-1])
    for frame in (
        frame_of(image=np.repeat(images, 5), text=unlike(300)),
        frame_of(image=list(map(str, others)), text=[LONG.format(5, i // 5) for i in range(300)]),
        frame_of(image=list(map(str, several)), text=unlike(300)),
    ):
        found = groups(frame)
        assert found.notes == ()
        assert sets_of(found, frame.index) == {frozenset(frame.index[i : i + 5]) for i in range(0, 300, 5)}
        assert all(key == min(frame.index[found.keys == key]) for key in set(found.keys))


def test_short_captions_repeat_by_nature() -> None:
    frame = frame_of(text=["a big red car", "A BIG red car!", "", "", "?!", "?!"])
    assert len(set(groups(frame).keys)) == 6


def test_captions_are_compared_as_the_model_reads_them() -> None:
    frame = frame_of(text=["A cat <b>on</b> the old chair.", "a cat on the old chair", "a cat on the old chairs"])
    assert groups(frame).keys.tolist() == ["row 2", "row 2", "row 4"]


def test_labels_do_not_matter() -> None:
    frame = frame_of(text=["a cat on the old chair"] * 2).assign(label=["cat", "chair"])
    assert groups(frame).keys.tolist() == ["row 2", "row 2"]


def test_ties_of_different_kinds_combine(images: list[str]) -> None:
    text = ["one", LONG.format(5, 0), LONG.format(5, 0), "two", "three", "four"]
    image = [images[0], images[0], images[1], images[2], images[3], images[4]]
    frame = frame_of(image=image, text=text, group=["", None, "ann", "ann", float("nan"), "bob"])
    assert groups(frame).keys.tolist() == ["row 2"] * 4 + ["row 6", "row 7"]


def test_neither_the_order_of_the_rows_nor_the_folder_matters(images: list[str]) -> None:
    frame = frame_of(image=np.tile(images[:20], 3), text=[LONG.format(5, i // 2) for i in range(60)])
    found = pd.Series(groups(frame).keys, frame.index)
    mixed = frame.sample(frac=1, random_state=4)
    pd.testing.assert_series_equal(pd.Series(groups(mixed).keys, mixed.index), found[mixed.index])


def test_a_group_of_more_than_a_twentieth_is_not_tied_by_captions() -> None:
    common, rare = LONG.format(5, 0), LONG.format(5, 1)
    text = [common] * 7 + [rare] * 6 + unlike(107)
    found = groups(frame_of(text=text))
    assert found.keys[7:13].tolist() == ["row 10"] * 6
    assert len(set(found.keys[:7])) == 7
    assert found.notes == (
        "7 pairs with the same caption as others are not kept together: their group would hold more "
        "than 5% of all pairs.",
    )


def test_groups_that_grow_too_large_together_lose_their_captions_first(images: list[str]) -> None:
    image = [images[i // 5] for i in range(100)] + images[20:40]
    text = [LONG.format(5, i % 5 + 5 * (i // 50)) if i < 50 else f"item {i}" for i in range(120)]  # ten images in a row
    found = groups(frame_of(image=image, text=text))
    assert len(found.notes) == 1 and found.notes[0].startswith("50 pairs with the same caption as others are not")
    assert len(set(found.keys)) == 20 + 20


def test_an_image_in_more_than_a_fifth_of_the_pairs_is_not_tied(images: list[str]) -> None:
    found = groups(frame_of(image=[images[0]] * 9 + images[1:31], text=unlike(39)))
    assert len(set(found.keys)) == 39
    assert found.notes[0].startswith("9 pairs with the same image as others are not")
    assert len(set(groups(frame_of(image=[images[0]] * 7 + images[1:33], text=unlike(39))).keys)) == 33


def test_given_groups_are_kept_whatever_their_size() -> None:
    found = groups(frame_of(text=unlike(20), group=["x"] * 15 + [""] * 5))
    assert len(set(found.keys)) == 6 and found.notes == ()


def test_almost_every_homonym_is_a_group_of_its_own_but_for_long_captions() -> None:
    dataset = homonyms(n=1200)
    told: list[float] = []
    found = groups(dataset, told.append)
    sizes = pd.Series(found.keys).value_counts()
    assert found.notes == () and told[-1] == 1.0 and told == sorted(told)
    short = dataset.frame["text"].str.split().str.len() < 5
    alone = pd.Series(found.keys).map(sizes).to_numpy() == 1
    assert alone[short].mean() > 0.9
    assert sizes.max() <= 60


def test_no_two_stamps_of_different_labels_are_tied_by_their_image(stamps_dir: Path) -> None:
    frame = load("stamps").frame
    ties = MODALITIES["image"].likeness.ties(frame["image"].tolist())
    assert frame[ties >= 0].groupby(ties[ties >= 0])["label"].nunique().max() == 1
    assert len(set(groups(frame).keys)) > 0.95 * len(frame)


def test_no_pairs_have_no_groups() -> None:
    assert groups(frame_of(text=[])).keys.shape == (0,)


@given(
    codes=st.lists(st.lists(st.integers(-1, 4), min_size=8, max_size=8), min_size=0, max_size=3),
    fold=st.lists(st.integers(-1, 3), min_size=8, max_size=8),
)
def test_repeated_equals_a_loop_over_all_pairs(codes: list[list[int]], fold: list[int]) -> None:
    def stands_in_training(i: int) -> bool:
        return fold[i] >= 0 and any(
            values[i] >= 0 and values[i] == values[j] and fold[i] != fold[j]
            for values, j in itertools.product(codes, range(len(fold)))
        )

    named = {str(place): np.array(values) for place, values in enumerate(codes)}
    assert repeated(named, np.array(fold)).tolist() == [stands_in_training(i) for i in range(len(fold))]


def test_what_stands_twice_in_each_modality(images: list[str], tmp_path: Path) -> None:
    again = tmp_path / "again.jpg"
    again.write_bytes(saved(np.array(Image.open(images[0])), 70))
    codes = MODALITIES["image"].likeness.repeats([images[0], None, images[1], str(again)])
    assert codes[0] == codes[3] != codes[2] and codes[1] == -1
    codes = MODALITIES["text"].likeness.repeats(["A cat!", "a cat", "?", None, "", "a dog"])
    assert codes[0] == codes[1] and codes[2:5].tolist() == [-1] * 3 and codes[5] not in (-1, codes[0])


def test_a_dataset_keeps_its_groups_and_its_fingerprint_counts_them(images: list[str]) -> None:
    frame = frame_of(image=images[:3], text=unlike(3), group=["7", None, " x "], price=[1, 2, 3])
    dataset = Dataset.from_frame(frame)
    assert dataset.frame.columns.tolist() == ["image", "text", "label", "group"]
    assert dataset.frame["group"].tolist() == ["7", "", "x"]
    assert dataset.modalities == ("image", "text")
    assert dataset.fingerprint() != Dataset.from_frame(frame.drop(columns="group")).fingerprint()
    for column in ("image", "text"):
        one = Dataset.from_frame(frame[[column, "label"]])
        assert one.modalities == (column,) and one.fingerprint() != dataset.fingerprint()

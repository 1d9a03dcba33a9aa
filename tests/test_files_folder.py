"""Folders as they are: links, hidden files, clutter."""

import os
from pathlib import Path

import pytest

from mmdemo.datasets.files import tree
from mmdemo.datasets.files.finder import FileFinder
from mmdemo.datasets.files.folder import Folder
from mmdemo.errors import DatasetError


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return write(tmp_path / "pets", "data.csv", "images/x.png")


def test_linked_folders_are_followed_and_each_folder_is_met_once(pets: Path, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", "y.png", "deep/z.png")
    (pets / "photos").symlink_to(elsewhere)
    (pets / "again").symlink_to(pets / "images")
    (pets / "circle").symlink_to(pets)
    (elsewhere / "back").symlink_to(elsewhere / "deep")
    (elsewhere / "up").symlink_to(tmp_path / "elsewhere")
    (pets / "broken").symlink_to(tmp_path / "nowhere")
    (pets / "own").symlink_to(pets / "own")
    found = Folder(pets)
    assert found.names == ("broken", "data.csv", "images/x.png", "own", "photos/deep/z.png", "photos/y.png")
    places = found.place(found.names)
    assert isinstance(place := places["photos/y.png"], Path) and place.read_text() == "y.png"
    finder = FileFinder.of(found, "", [])
    assert [finder.find(cell).name for cell in ("again/x.png", "photos/z.png")] == ["images/x.png", "photos/deep/z.png"]


def test_a_link_to_everything_is_bounded(pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_FILES", 20)
    write(tmp_path, *(f"many/{number}.png" for number in range(30)))
    (pets / "link").symlink_to(tmp_path)
    with pytest.raises(DatasetError, match="'pets' holds more than 20 files; give one that holds only the data"):
        Folder(pets)


def test_folders_deeper_than_any_data_are_left_out(pets: Path) -> None:
    write(pets, "d/" * 60 + "in.png", "d/" * 61 + "out.png")
    assert [os.path.basename(name) for name in Folder(pets).names] == ["in.png", "data.csv", "x.png"]


def test_hidden_files_are_found_by_their_path_and_clutter_is_not(pets: Path) -> None:
    write(pets, ".photos/h.png", ".cache/x.png", ".DS_Store", "images/._x.png", "images/Thumbs.db", "desktop.ini",
          "__MACOSX/x.png", ".git/objects/x.png")  # fmt: skip
    found = Folder(pets)
    assert (found.names, found.hidden) == (("data.csv", "images/x.png"), (".cache/x.png", ".photos/h.png"))
    finder = FileFinder.of(found, "", [])
    assert finder.find(".photos/h.png").name == ".photos/h.png" and finder.find("x.png").name == "images/x.png"


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="The folder 'nowhere' cannot be read: No such file or directory"):
        Folder(tmp_path / "nowhere")


def test_small_files_are_read_in_turn(pets: Path) -> None:
    write(pets, "a.txt", "b.txt")
    (pets / "c.txt").symlink_to("nowhere")
    found = dict(Folder(pets).contents(("a.txt", "images/x.png", "c.txt"), 5))
    assert found["a.txt"] == b"a.txt" and str(found["images/x.png"]) == "images/x.png has 12 bytes; at most 5 are read."
    assert str(found["c.txt"]) == "The file 'c.txt' of 'pets' cannot be read: No such file or directory."

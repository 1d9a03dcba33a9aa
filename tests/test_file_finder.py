"""Which file a cell means."""

import posixpath
import random
import unicodedata
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.datasets.files.finder import FileFinder, Found
from tests.pace import cpu_seconds

NAMES = (
    "annotations/data.csv",
    "images/x.png",
    "images/Y.JPG",
    "images/deep/z.webp",
    "data/frames/f.gif",
    "photos/caf\u00e9 1.png",
    "photos/猫.png",
    "photos/twins.png",
    "photos/twins.jpg",
    "a/same.png",
    "b/same.png",
    "a/notes.txt",
    "a/bare",
    "photos/50%25.png",
    "back\\slash.png",
)
DOWNLOAD = "download the images first, and write the names of their files here"
HIDDEN = (".photos/h.png", ".photos/x.png", "../out.png")


def find(cell: str, folder: str = "", names: tuple[str, ...] = NAMES) -> Found:
    return FileFinder(names, folder, HIDDEN).find(cell)


@pytest.mark.parametrize(("folder", "cell", "name"), [
    ("annotations", "../images/x.png", "images/x.png"),
    ("data", "data/frames/f.gif", "data/frames/f.gif"),
    ("data", "frames/f.gif", "data/frames/f.gif"),
    ("", "./images//x.png", "images/x.png"),
    ("", "images/deep/../x.png", "images/x.png"),
    ("", "images/y.jpg", "images/Y.JPG"),
    ("", "Images/X.PNG", "images/x.png"),
    ("", "photos/cafe\u0301 1.png", "photos/caf\u00e9 1.png"),
    ("", "ｐｈｏｔｏｓ／猫.png", "photos/猫.png"),
    ("", "photos/caf\u00e9\u00a01.png", "photos/caf\u00e9 1.png"),
    ("", "photos/caf%C3%A9%201.png", "photos/caf\u00e9 1.png"),
    ("", "photos/50%25.png", "photos/50%25.png"),
    ("", "images\\x.png", "images/x.png"),
    ("", ".\\images\\x.png", "images/x.png"),
    ("", "back\\slash.png", "back\\slash.png"),
    ("", ' "images/x.png"\u200b ', "images/x.png"),
    ("", "/images/x.png", "images/x.png"),
    ("", "images/x", "images/x.png"),
    ("", "images/x.jpeg", "images/x.png"),
    ("", "Y.heic", "images/Y.JPG"),
    ("", "z", "images/deep/z.webp"),
    ("", "a/bare.png", "a/bare"),
    ("", "/home/me/set/images/x.png", "images/x.png"),
    ("", "C:\\Users\\me\\images\\deep\\Z.WEBP", "images/deep/z.webp"),
    ("", "C:x.png", "images/x.png"),
    ("", "\\\\server\\share\\images\\x.png", "images/x.png"),
    ("", "file:///home/me/photos/caf%C3%A9%201.png", "photos/caf\u00e9 1.png"),
    ("", "file:///C:/me/x.png", "images/x.png"),
    ("", "../../elsewhere/x.png", "images/x.png"),
    ("", "new/a/same.png", "a/same.png"),
    ("a", "same.png", "a/same.png"),
    ("", "photos/twins.PNG", "photos/twins.png"),
    ("", ".photos/h.png", ".photos/h.png"),
    ("", ".photos/x.png", ".photos/x.png"),
    ("", "h.png", ".photos/h.png"),
    ("", "x.png", "images/x.png"),
    ("", "out.png", "../out.png"),
])  # fmt: skip
def test_the_file_that_a_cell_means(folder: str, cell: str, name: str) -> None:
    assert find(cell, folder) == Found(name)


@pytest.mark.parametrize(("cell", "reason", "remedy"), [
    ("https://a.org/x.png", "names 'https://a.org/x.png', which is a web address", DOWNLOAD),
    ("HTTP://a.org/x.png", "names 'HTTP://a.org/x.png', which is a web address", DOWNLOAD),
    ("//a.org/x.png", "names '//a.org/x.png', which is a web address", DOWNLOAD),
    ("ftp://a.org/x.png", "names 'ftp://a.org/x.png', which is a web address", DOWNLOAD),
    ("s3://shop/x.png", "names 's3://shop/x.png', which is a web address", DOWNLOAD),
    ("www.a.org/x.png", "names 'www.a.org/x.png', which is a web address", DOWNLOAD),
    ("data:image/png;base64,", "names 'data:image/png;base64,', which is a web address", DOWNLOAD),
    ("same.png", "names 'same.png', which could be 'a/same.png' or 'b/same.png'", "write its folder too"),
    ("c/same.png", "names 'c/same.png', which could be 'a/same.png' or 'b/same.png'", "write its folder too"),
    ("photos/twins", "names 'photos/twins', which could be 'photos/twins.jpg' or 'photos/twins.png'",
     "write its folder too"),
    ("a/notes.txt", "names 'a/notes.txt', which is not an image", "name the file of its image"),
    ("images/y0.JPG", "names 'images/y0.JPG', which is not there (there is 'images/Y.JPG')",
     "correct the name or add the file"),
    ("nothing-like-it.png", "names 'nothing-like-it.png', which is not there", "correct the name or add the file"),
    ("../../etc/passwd", "names '../../etc/passwd', which leads out of the data", "correct the name or add the file"),
    ("", "names no image", "write the name of its file"),
    (" \n", "names no image", "write the name of its file"),
    (".", "names '.', which is not there", "correct the name or add the file"),
    ("..", "names '..', which leads out of the data", "correct the name or add the file"),
    ("images/", "names 'images/', which is not there", "correct the name or add the file"),
])  # fmt: skip
def test_a_cell_that_means_no_file_says_why(cell: str, reason: str, remedy: str) -> None:
    assert find(cell) == Found(None, reason, remedy)


def test_a_file_missing_from_a_folder_that_is_there_is_no_other_file() -> None:
    names = ("cats/1.png", "dogs/1.png", "dogs/2.png", "set/images/3.png")
    assert find("cats/2.png", names=names).reason == "names 'cats/2.png', which is not there (there is 'dogs/2.png')"
    assert find("/home/me/cats/2.png", names=names).name is None
    assert find("birds/2.png", names=names).name == "dogs/2.png"
    assert find("/home/me/set/3.png", names=names).name == "set/images/3.png"


def test_letter_by_letter_comes_before_alike() -> None:
    names = ("a/X.png", "b/x.png", "c/x.PNG")
    assert [find(cell, names=names).name for cell in ("X.png", "x.png", "/q/x.PNG", "X.PNG")] == [*names, None]


@pytest.mark.parametrize("said", [
    "names 'p0.jpg', which is not there (there is 'p0_0.JPG')",
    "names 'q0_0.jpg', which is not there (there is 'p0_0.JPG')",
    "names 'P0-00.jpg', which is not there (there is 'p0_0.JPG')",
])  # fmt: skip
def test_what_is_nearest(said: str) -> None:
    others = (f"{letter}{number}.png" for letter in "ghk" for number in range(100, 200))
    assert find(said.split("'")[1], names=("p0_0.JPG", *others)).reason == said


NAME = st.lists(st.text("ab.é/\\ %猫X", min_size=1, max_size=4), min_size=1, max_size=3).map("/".join)


@given(st.sets(NAME, max_size=8), st.sampled_from(["", "a", "a/b"]), NAME | st.text(max_size=30), st.randoms())
def test_the_answer_is_one_of_the_files_whatever_their_order(
    names: set[str], folder: str, cell: str, chance: random.Random
) -> None:
    shuffled = sorted(names)
    chance.shuffle(shuffled)
    found = FileFinder(sorted(names), folder).find(cell)
    assert found == FileFinder(shuffled, folder).find(cell)
    assert (found.name in names) != bool(found.reason) and bool(found.reason) == bool(found.remedy)
    assert found.reason.isprintable()


@given(st.sets(NAME.map(posixpath.normpath).filter(lambda name: name.strip() and name[0] not in "./"), min_size=1))
def test_every_file_is_found_by_its_path_in_other_case_and_form(names: set[str]) -> None:
    finder = FileFinder(names)
    assert all(finder.find(name).name == name for name in names)
    for name in names:
        other = finder.find(unicodedata.normalize("NFD", name).swapcase())
        assert other.name == name or "could be" in other.reason or other.name in names


def test_many_files_and_many_missing_take_little_time() -> None:
    chance = random.Random(1)
    names = [f"set/{folder}/IMG_{chance.randrange(10**7):07d}.JPG" for folder in range(20) for _ in range(1_000)]
    alike = [f"set/{folder}/image.jpg" for folder in range(20_000)]

    def find() -> None:
        finder, other = FileFinder(names), FileFinder(alike)
        for _ in range(1_000):
            finder.find(f"photos/IMG_{chance.randrange(10**7):07d}.png")
            other.find(f"/home/{chance.random()}/image.png")

    assert cpu_seconds(find, 2) < 2  # 0.5 s when nothing else runs


def test_a_cell_of_any_length_takes_little_time() -> None:
    finder = FileFinder(NAMES)
    for cell in ("a/" * 2_000 + "x.png", "x" * 10**6, "../" * 10**5, "%20" * 1_300, "/" * 4_000, "a:" * 2_000):
        assert len(finder.find(cell).reason) < 300
        assert cpu_seconds(partial(finder.find, cell), 0.3) < 0.3


CLAIMS = {  # cells, names of files → cell → its file, None for none
    "a folder is missing": (
        ("2023/1.jpg", "2024/1.jpg"), ("2023/1.jpg",), {"2023/1.jpg": "2023/1.jpg", "2024/1.jpg": None},
    ),
    "a folder is missing, the other has another name": (
        ("old/2023/1.jpg", "old/2024/1.jpg"), ("photos/1.jpg",), {"old/2023/1.jpg": None, "old/2024/1.jpg": None},
    ),
    "all lie in one folder": (("red/1.jpg", "blue/1.jpg"), ("1.jpg",), {"red/1.jpg": None, "blue/1.jpg": None}),
    "a folder below one that is there": (
        ("photos/red/1.jpg", "photos/blue/1.jpg"), ("shop/photos/blue/1.jpg",),
        {"photos/red/1.jpg": None, "photos/blue/1.jpg": "shop/photos/blue/1.jpg"},
    ),
    "another ending": (("a.png", "a.jpg"), ("a.jpg",), {"a.png": None, "a.jpg": "a.jpg"}),
    "one image, spelled in many ways": (
        ("P/A.jpg", "p/a.JPG", "a", "a.jpg", r"C:\me\p\a.jpg", "../p/a.jpg", "./p//a.jpg"), ("p/a.jpg",), "p/a.jpg",
    ),
    "numbers that lost their zeros": (("7", "007", "7.0"), ("x/007.png",), "x/007.png"),
    "one absolute path, whole and cut": (
        ("/home/me/set/a.jpg", "me/set/a.jpg", "/home/me/set/A.JPG"), ("other/a.jpg",), "other/a.jpg",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLAIMS)
def test_a_file_is_not_lent_to_a_cell_that_names_another(case: str) -> None:
    cells, names, wanted = CLAIMS[case]
    found = FileFinder(names).find_all(cells)
    assert {cell: one.name for cell, one in found.items()} == (
        dict.fromkeys(cells, wanted) if isinstance(wanted, str) else wanted
    )
    assert all(one.reason and one.remedy for one in found.values() if one.name is None)


@given(st.lists(st.lists(st.sampled_from("ab"), min_size=1, max_size=3).map("/".join), unique=True, min_size=1))
def test_no_file_is_meant_by_paths_that_exclude_each_other(paths: list[str]) -> None:
    cells = [f"{path}.jpg" for path in paths]
    for kept in range(1, len(cells) + 1):
        found = FileFinder(cells[:kept]).find_all(cells)
        assert [found[cell].name for cell in cells[:kept]] == cells[:kept]  # whoever is there is found
        for cell in cells[kept:]:
            assert found[cell].name is None or f"/{cell}".endswith(f"/{found[cell].name}") or (
                f"/{found[cell].name}".endswith(f"/{cell}")
            )


@pytest.mark.parametrize("cell", [
    "p/a.jpg, p/b.jpg", "p/a.jpg;p/b.jpg", "p/a.jpg|p/b.jpg", "p/a.jpg\np/b.jpg", "p/a.jpg p/b.jpg", r"p\a.jpg;p\b.jpg",
    "/data/p/a.jpg,/data/p/b.jpg", "a.jpg https://host/b.jpg", "['p/a.jpg', 'p/b.jpg']", "p/a 1.jpg p/b.jpg",
])  # fmt: skip
def test_of_several_names_none_is_chosen(cell: str) -> None:
    found = FileFinder(["p/a.jpg", "p/b.jpg"]).find(cell)
    assert (found.name, found.reason.partition(",")[0]) == (None, "names several images")


def test_a_name_that_looks_like_several_is_still_its_own() -> None:
    finder = FileFinder(["p/a.jpg, b.jpg", "q/my cat.jpg"])
    assert finder.find("p/a.jpg, b.jpg").name == "p/a.jpg, b.jpg"
    assert finder.find("my cat.jpg").name == "q/my cat.jpg"

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from mmdemo.datasets import svg
from mmdemo.datasets.stamps import SMALLEST_CLASS, caption_languages, stamps
from mmdemo.datasets.tux_paint import read_captions
from mmdemo.errors import DatasetError

SHAPE = '<rect width="20" height="10" fill="red"/>'
DRAWING = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">{SHAPE}</svg>'
IN_MILLIMETRES = DRAWING.replace('width="20" height="10">', 'width="20mm" height="10mm" viewBox="0 0 20 10">')


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("MMDEMO_STAMPS_DIR", raising=False)


def add(root, stem, captions="A thing.\nde.utf8=Ein Ding.\n", suffix=".png"):
    path = root / (stem + suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".png":
        Image.new("RGB", (4, 4), "white").save(path)
    else:
        path.write_text(DRAWING)
    if captions is not None:
        path.with_suffix(".txt").write_text(captions, encoding="utf-8")


@pytest.fixture
def collection(tmp_path):
    """Two categories, food and animals/cats, just large enough, and one that is not."""
    root = tmp_path / "stamps"
    for number in range(SMALLEST_CLASS):
        add(root, f"food/f{number:02}")
        add(root, f"animals/cats/c{number:02}")
    add(root, "space/moon")
    return root


def test_each_picture_is_a_row_labelled_by_its_top_folder(collection):
    data = stamps(directory=collection)
    assert data.classes == ("animals", "food")
    assert data.frame["label"].value_counts().to_dict() == {"animals": SMALLEST_CLASS, "food": SMALLEST_CLASS}
    assert data.frame.loc["animals/cats/c00"].tolist() == [
        str(collection / "animals/cats/c00.png"), "A thing.", "animals",
    ]
    assert list(data.frame.index) == sorted(data.frame.index)
    assert (data.name, data.licence, data.limits) == ("stamps", "GPL-2.0-or-later", None)
    assert data.options == {"captions": "en"}


def test_another_language_leaves_out_and_counts_what_it_lacks(collection):
    add(collection, "food/extra", "No German.\nfr.utf8=Rien.\nde.utf8=   \n")
    data = stamps("de", directory=collection)
    assert set(data.frame["text"]) == {"Ein Ding."}
    assert "food/extra" not in data.frame.index
    assert data.options == {"captions": "de"}
    assert "Left out: images without a caption in de (1)." in data.notes
    assert "Left out: pairs of classes with fewer than 25 (1)." in data.notes


def test_mirrored_pictures_letters_and_uncaptioned_ones_are_left_out(collection):
    for stem in ("food/f00_mirror", "food/f00_flip", "food/f00_mirror_flip", "symbols/alphabets/a", "food/silent"):
        add(collection, stem, captions=None if "silent" in stem else "A copy.")
    data = stamps(directory=collection)
    assert len(data.frame) == 2 * SMALLEST_CLASS
    assert data.notes[:3] == (
        "Left out: mirrored or flipped copies (3).",
        "Left out: letters of alphabets (1).",
        "Left out: images without a caption file (1).",
    )


def test_a_picture_in_both_formats_is_one_row_and_the_png(collection):
    add(collection, "food/f00", suffix=".svg")
    data = stamps(directory=collection)
    assert len(data.frame) == 2 * SMALLEST_CLASS
    assert data.frame.loc["food/f00", "image"] == str(collection / "food/f00.png")


@pytest.mark.parametrize("drawing", [DRAWING, IN_MILLIMETRES])
def test_drawings_are_rendered_once(collection, tmp_path, drawing):
    add(collection, "food/drawn", suffix=".svg")
    (collection / "food/drawn.svg").write_text(drawing)
    picture = Path(stamps(directory=collection).frame.loc["food/drawn", "image"])
    assert picture.parent == tmp_path / "cache" / "stamps" / "drawings"
    assert Image.open(picture).size == (svg.SIZE, svg.SIZE // 2)
    assert Image.open(picture).convert("RGB").getpixel((9, 9)) == (255, 0, 0)
    written = picture.stat().st_mtime_ns
    assert stamps(directory=collection).frame.loc["food/drawn", "image"] == str(picture)
    assert picture.stat().st_mtime_ns == written
    assert list(picture.parent.iterdir()) == [picture]


def test_a_changed_drawing_is_rendered_anew(collection):
    add(collection, "food/drawn", suffix=".svg")
    first = stamps(directory=collection).frame.loc["food/drawn", "image"]
    (collection / "food/drawn.svg").write_text(DRAWING.replace("red", "blue"))
    second = stamps(directory=collection).frame.loc["food/drawn", "image"]
    assert second != first
    assert Image.open(second).convert("RGB").getpixel((9, 9)) == (0, 0, 255)


def test_a_drawing_that_cannot_be_rendered_is_left_out_and_counted(collection):
    add(collection, "food/broken", suffix=".svg")
    add(collection, "food/drawn", suffix=".svg")
    (collection / "food/broken.svg").write_text("<svg")
    data = stamps(directory=collection)
    assert "food/drawn" in data.frame.index
    assert "food/broken" not in data.frame.index
    assert "Left out: drawings that cannot be rendered (1)." in data.notes


def test_a_renderer_that_dies_is_an_error_and_not_a_smaller_dataset(collection, monkeypatch):
    add(collection, "food/drawn", suffix=".svg")
    monkeypatch.setattr(svg.sys, "executable", shutil.which("false"))
    with pytest.raises(DatasetError, match="Rendering the drawings stopped"):
        stamps(directory=collection)


def test_captions_of_a_file(tmp_path):
    path = tmp_path / "owl.txt"
    path.write_bytes("\ufeffAn owl, “1 = 2”. \r\nzh_CN.utf8= 猫头鹰。\r\nde.utf8=\nnonsense\nfr.utf8=a=b\n".encode())
    assert read_captions(path) == {"en": "An owl, “1 = 2”.", "zh_CN": "猫头鹰。", "fr": "a=b"}


def test_languages_are_those_with_two_large_categories(collection):
    for number in range(SMALLEST_CLASS):
        add(collection, f"food/f{number:02}", "A thing.\nde.utf8=Ein Ding.\nfr.utf8=Une chose.\n")
    assert caption_languages(collection) == {"de": 2 * SMALLEST_CLASS, "en": 2 * SMALLEST_CLASS}


@pytest.mark.parametrize("language", ["fr", "klingon", ""])
def test_a_language_without_captions_is_an_error_that_lists_the_known_ones(collection, language):
    expected = f"The stamps have too few captions in {language!r}; captions can be one of: de, en."
    with pytest.raises(DatasetError, match=re.escape(expected)):
        stamps(language, directory=collection)


@pytest.mark.parametrize("make", [False, True], ids=["no folder", "empty folder"])
def test_absent_stamps_are_an_error_that_says_how_to_get_them(tmp_path, monkeypatch, make):
    folder = tmp_path / "nowhere"
    if make:
        folder.mkdir()
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(folder))
    with pytest.raises(DatasetError) as caught:
        stamps()
    for help_ in (str(folder), "apt-get install tuxpaint-stamps-default", "packages.txt", "set MMDEMO_STAMPS_DIR"):
        assert help_ in str(caught.value)
    with pytest.raises(DatasetError, match="apt-get"):
        caption_languages()


def test_the_environment_says_where_the_stamps_are(collection, monkeypatch):
    monkeypatch.setenv("MMDEMO_STAMPS_DIR", str(collection))
    assert len(stamps().frame) == 2 * SMALLEST_CLASS


@pytest.mark.slow
def test_the_real_collection(stamps_dir):
    data = stamps(directory=stamps_dir)
    assert 650 <= len(data.frame) <= 800
    assert len(data.classes) == 10
    assert data.frame["label"].value_counts().min() >= SMALLEST_CLASS
    assert not [note for note in data.notes if "rendered" in note]
    assert all(Path(picture).suffix == ".png" and Path(picture).is_file() for picture in data.frame["image"])
    assert data.frame["text"].map(lambda text: text == text.strip() != "").all()


def test_the_real_collection_in_chinese(stamps_dir):
    assert caption_languages(stamps_dir)["zh_CN"] == len(stamps("zh_CN", directory=stamps_dir).frame) >= 500

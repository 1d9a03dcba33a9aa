"""The way in for own data, in a real browser: a folder dropped as it is, over a line that breaks."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from mmdemo.datasets.homonyms import homonyms
from mmdemo.storage.folders import runs_dir
from tests.accessible import serious_problems
from tests.browser import assert_no_exception, open_page, wait_until_idle
from tests.server import Server
from tests.test_browser_pages import assert_fits

pytestmark = pytest.mark.browser


def listings(folder: Path) -> Path:
    """A folder as a person has it: Excel's table, photos, one of them large, and what does not belong there."""
    photos = folder / "Möbel" / "Photos"
    photos.mkdir(parents=True)
    rows = homonyms(80).frame
    lines = ["SKU;Photo;Title;Kind"]
    for place, (image, text, label) in enumerate(rows[["image", "text", "label"]].itertuples(index=False)):
        (photos / f"Bild {place}.png").write_bytes(Path(image).read_bytes())
        lines.append(f"S{place};bild {place}.PNG;{text};{label}")
    large = Image.open(rows["image"].iloc[0]).convert("RGB").resize((4000, 3000))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    large.save(photos / "large.jpg", quality=97, exif=exif)
    lines += [f"S80;large.jpg;{rows['text'].iloc[0]};{rows['label'].iloc[0]}", "S81;gone.png;;bat (animal)"]
    (folder / "Möbel" / "Liste für März.csv").write_text("\n".join(lines), "cp1252")
    (folder / "Möbel" / "film.mp4").write_bytes(bytes(100))
    (folder / "Möbel" / ".DS_Store").write_bytes(b"x")
    return folder / "Möbel"


def test_a_folder_as_it_is_becomes_a_dataset(page: Page, server: Server, tmp_path: Path) -> None:
    broken = iter([True, False, True])

    def line(route: Route) -> None:
        if next(broken, False):
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/own-data/*/0", line)
    open_page(page, f"{server.url}/data?dataset=own")
    page.locator("input.folder").set_input_files(listings(tmp_path))
    expect(page.get_by_text("Stay on this page until all is sent.")).to_be_visible()
    expect(page.get_by_text("'Photo': 81 of 82 cells name an image here.")).to_be_visible()
    packed = sent(page)
    assert packed.testzip() is None
    assert {"Liste für März.csv", "Photos/large.jpg"} <= set(packed.namelist())
    assert not [name for name in packed.namelist() if name.endswith((".mp4", ".DS_Store"))]
    with Image.open(io.BytesIO(packed.read("Photos/large.jpg"))) as large:
        assert large.size == (480, 640)  # upright
    expect(page.get_by_role("radio", name="Möbel")).to_be_checked()
    assert serious_problems(page) == []
    page.get_by_role("button", name="Use this data").click()
    expect(page.get_by_text("81 of 82 rows are used.")).to_be_visible()
    expect(page.get_by_text("Pairs 1 to 24 of 81")).to_be_visible()
    wait_until_idle(page)
    expect(page.get_by_test_id("stImage")).to_have_count(24)
    page.get_by_text("1 row is left out").click()
    expect(page.get_by_text("which is not there")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 900})
    assert_fits(page, 390)
    assert serious_problems(page) == []
    assert_no_exception(page)


def sent(page: Page) -> zipfile.ZipFile:
    """What arrived of the data of the page's address."""
    data_id = page.url.split("dataset=")[1].split("&")[0]
    return zipfile.ZipFile(runs_dir() / "own-data" / data_id / "source" / "pack.zip")


def test_what_cannot_be_used_is_said_before_anything_is_sent(page: Page, server: Server, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/own-data/" in request.url else None)
    (tmp_path / "film.mp4").write_bytes(bytes(10))
    (tmp_path / "a.zip").write_bytes(bytes(10))
    (tmp_path / "table.csv").write_text("text,label\n")
    open_page(page, f"{server.url}/data?dataset=own")
    page.locator("input.files").set_input_files(tmp_path / "film.mp4")
    expect(page.get_by_text("None of these files is a table, an image or a zip.")).to_be_visible()
    page.locator("input.files").set_input_files([tmp_path / "a.zip", tmp_path / "table.csv"])
    expect(page.get_by_text("Drop one zip alone")).to_be_visible()
    assert asked == []

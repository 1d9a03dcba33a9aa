"""A visitor's image is read once, whatever becomes of it, and the server lets go of the file."""

from collections import Counter
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from mmdemo.errors import MMDemoError
from mmdemo.preprocess.decode import decode
from mmdemo.storage import spilled
from mmdemo.ui.modalities import chosen_image
from tests.picture_files import one_of_each
from tests.test_docs import ROOT


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a foreign file was decoded, and a file was removed from Streamlit's memory."""
    found: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            found[name] += 1
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)

    count(chosen_image, "decode_foreign")
    count(MemoryUploadedFileManager, "remove_file")
    return found


@pytest.fixture
def app() -> AppTest:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run().switch_page("pages/classify.py").run()
    return page.segmented_control(key="source").set_value("Upload").run()


def test_a_bad_file_says_so_at_every_rerun_and_is_read_once(app: AppTest, counted: Counter[str]) -> None:
    app.file_uploader(key="upload").upload("mine.png", b"no image at all", "image/png").run()
    for caption in ("a boat", "a tree"):
        app.text_input(key="caption").set_value(caption).run()
        assert len(app.error) == 1 and "mine" in app.error[0].value
    assert counted == {"decode_foreign": 1, "remove_file": 1}


def test_the_next_upload_takes_the_place_and_a_button_removes_it(app: AppTest, counted: Counter[str]) -> None:
    app.file_uploader(key="upload").upload("one.png", one_of_each()["png"], "image/png").run()
    app.file_uploader(key="upload_1").upload("two.jpg", one_of_each()["jpeg"], "image/jpeg").run()
    assert not app.error and not app.exception
    assert counted == {"decode_foreign": 2, "remove_file": 2}
    app.button(key="remove_image").click().run()
    assert not app.error and not app.exception
    assert "remove_image" not in [button.key for button in app.button]


def test_what_is_put_aside_comes_back() -> None:
    data = one_of_each()["jpeg"]
    image = chosen_image.of_upload(data, "mine.jpg")
    assert (chosen_image.pixels(image) == decode(data).pixels).all()
    assert not chosen_image.pixels(image).flags.writeable


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spilled.tempfile, "TemporaryFile", full)
    with pytest.raises(MMDemoError, match=r"^The server has no room left to keep this; try again later\.$"):
        chosen_image.of_upload(one_of_each()["gif"], "mine.gif")


def test_a_full_disk_is_one_sentence_when_a_file_arrives(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spilled.tempfile, "TemporaryFile", full)
    app.file_uploader(key="upload").upload("one.png", one_of_each()["png"], "image/png").run()
    assert not app.exception
    assert [error.value for error in app.error] == [r"The server has no room left to keep this; try again later\."]

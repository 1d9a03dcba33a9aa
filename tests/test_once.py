"""What an answer needs is computed once: counted in real runs of the pages while a caption is edited."""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mmdemo.bundles.bundle import Bundle, load
from mmdemo.encoders import image_encoder
from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.errors import ImageError
from mmdemo.model.certainty import percent
from mmdemo.preprocess import text, tokens
from mmdemo.preprocess.decode import decode
from mmdemo.ui.evidence import examine
from mmdemo.ui.modalities import chosen_image, thumbnails
from mmdemo.ui.pages.classify import explanation
from tests.test_docs import ROOT

pytestmark = pytest.mark.slow


def photo(seed: int, width: int = 4000, height: int = 3000) -> bytes:
    """A JPEG of 12 megapixels, unlike that of any other seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


class CountingPattern:
    """A pattern that counts how often a text is cut by it."""

    def __init__(self, pattern: re.Pattern[str], calls: Counter[str]) -> None:
        self.pattern, self.calls = pattern, calls

    def finditer(self, cleaned: str) -> Iterator[re.Match[str]]:
        self.calls["cut"] += 1
        return self.pattern.finditer(cleaned)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each costly step was taken."""
    found: Counter[str] = Counter()

    def count(owner: Any, name: str, step: str, counts: Callable[..., bool] = lambda *arguments: True) -> None:
        real = getattr(owner, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            found[step] += counts(*arguments)
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)

    count(chosen_image, "decode", "decode")
    count(chosen_image, "decode_foreign", "decode")
    count(image_encoder, "decode", "decode")
    count(chosen_image, "jpeg", "small copy")
    count(thumbnails, "thumbnail", "thumbnail")
    count(EfficientNetEncoder, "map_batch", "network")
    count(text, "clean_steps", "clean")
    count(np, "load", "array file")
    count(hashlib, "sha256", "large digest", lambda content=b"": len(content) > 100_000)
    count(explanation, "decisive", "decisive words", lambda *arguments: arguments[-1] == "text")
    monkeypatch.setattr(tokens, "_WORD", CountingPattern(tokens._WORD, found))
    return found


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load(ROOT / "models" / "everyday")


def opened(page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update(parameters)
    return app.run().switch_page(f"pages/{page}.py").run()


def uploaded(app: AppTest, content: bytes) -> AppTest:
    app.segmented_control(key="source").set_value("Upload").run()
    return app.file_uploader(key="upload").upload("mine.jpg", content, "image/jpeg").run()


def edited(app: AppTest, calls: Counter[str], caption: str) -> dict[str, int]:
    """Write another caption; return what was done for it."""
    calls.clear()
    app.text_input(key="caption").set_value(caption).run()
    assert not app.exception and not app.error
    return {step: count for step, count in calls.items() if count}


def assert_once(done: dict[str, int], caption: str) -> None:
    """Assert that only the caption, and each that remains without one of its words, was cleaned and cut, once each.

    Whether a caption has a meaning is asked of it as cleaned: one more, where cleaning changes it.
    """
    assert done.keys() - {"thumbnail"} == {"clean", "cut"}  # thumbnails: of neighbours that were not shown before
    assert max(done["clean"], done["cut"]) <= 2 + len(caption.split())
    assert done.get("thumbnail", 0) <= 6


def test_an_edited_caption_leaves_an_uploaded_image_alone(calls: Counter[str]) -> None:
    app = uploaded(opened("classify"), photo(1))
    assert calls["decode"] == 1 and calls["network"] > 0
    for caption in ("a wooden chair in the kitchen", "a wooden chair"):
        assert_once(edited(app, calls, caption), caption)
    assert "clean" in edited(app, calls, "a wooden chair in a kitchen")
    again = edited(app, calls, "a wooden chair in the kitchen")
    assert again.keys() <= {"clean", "cut"}


@pytest.mark.parametrize("parameters", [{"pair": "Car"}, {"dataset": "homonyms", "n": "80", "pair": "0003"}], ids=str)
def test_an_edited_caption_leaves_an_example_and_a_linked_pair_alone(
    parameters: dict[str, str], calls: Counter[str]
) -> None:
    app = opened("classify", **parameters)
    caption = f"{parameters['pair']} and a red bat, not {parameters['pair']}"
    assert_once(edited(app, calls, caption), caption)


def test_an_edited_caption_leaves_the_images_of_preprocess_alone(calls: Counter[str]) -> None:
    app = opened("preprocess", dataset="homonyms", n="80").segmented_control(key="pair_from").set_value("own").run()
    uploaded(app, photo(2))
    app.slider(key="rotate").set_value(90).run()
    done = edited(app, calls, "a boat on a lake in the rain")
    assert done.keys() <= {"clean", "cut"}


def test_what_would_change_the_answer_is_searched_once_a_pair(calls: Counter[str]) -> None:
    app = opened("classify", pair="Fir")
    app.button(key="what_would_change").click().run()
    assert calls["decisive words"] == 1
    app.pills[0].set_value([0]).run()
    assert calls["decisive words"] == 1
    assert "the answer would be" in " ".join(text.value for text in app.markdown)


def test_two_visitors_get_the_answers_to_their_own_uploads(bundle: Bundle) -> None:
    contents = [photo(3, 600, 400), photo(4, 600, 400)]
    apps = [uploaded(opened("classify"), content) for content in contents]
    for app, content in zip(apps, contents, strict=True):
        app.text_input(key="caption").set_value("a ball").run()
        answer = bundle.model.classify({"image": content, "text": "a ball"})
        assert app.header[0].value.startswith(f"{answer.label}, {percent(answer.probabilities.max())}")
    chosen = [chosen_image.of_upload(content, "mine.jpg") for content in contents]
    assert chosen[0].key != chosen[1].key
    for one, content in zip(chosen, contents, strict=True):
        small, whole = decode(chosen_image.shown(one)).pixels, decode(content).pixels
        assert np.abs(small.mean(axis=(0, 1)) - whole.mean(axis=(0, 1))).max() < 2


def test_a_large_upload_is_answered_as_by_the_command_line_and_kept_small(bundle: Bundle) -> None:
    content = photo(5)
    image = chosen_image.of_upload(content, "mine.jpg")
    found = bundle.model.answer(examine(bundle, {"image": image, "text": "a ball"}))
    expected = bundle.model.classify({"image": content, "text": "a ball"})
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    assert chosen_image.pixels(image).shape == (1125, 1500, 3)
    assert not chosen_image.pixels(image).flags.writeable
    assert decode(chosen_image.shown(image)).pixels.shape == (240, 320, 3)
    assert chosen_image.notes(image) == decode(content).notes != ()


def test_nothing_to_answer_by_is_empty(bundle: Bundle) -> None:
    assert examine(bundle, {"image": None, "text": "!!"}) == {}
    image = chosen_image.of_upload(photo(6, 60, 40), "mine.jpg")
    assert list(examine(bundle, {"image": image, "text": ""})) == ["image"]


def test_a_file_that_changes_is_another_image(tmp_path: Path) -> None:
    path = tmp_path / "image.jpg"
    shown = []
    for seed, width in ((7, 60), (8, 90)):
        path.write_bytes(photo(seed, width, 40))
        shown.append(chosen_image.pixels(chosen_image.of_file(str(path))).shape)
    assert shown == [(40, 60, 3), (40, 90, 3)]


def test_a_file_that_cannot_be_read_says_so_every_time(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ImageError, match="mine"):
            chosen_image.shown(chosen_image.of_upload(b"no image", "mine.jpg"))
        with pytest.raises(ImageError, match="gone"):
            chosen_image.pixels(chosen_image.of_file(str(tmp_path / "gone.jpg")))

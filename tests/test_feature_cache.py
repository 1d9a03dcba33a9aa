"""The store of features: what is encoded once, what again, what never kept, and what happens when it is full."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.errors import ImageError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.image import ImageSettings
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.trimming import trim
from tests.picture_files import encoded, noise

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("a", "b", "c")


class Counting:
    """An encoding that notes what it is asked for; the features are four numbers made of a key's letter."""

    def __init__(self, keys: Sequence[str | None] = KEYS) -> None:
        self.keys = keys
        self.asked: list[str | None] = []

    def __call__(self, places: Sequence[int]) -> np.ndarray:
        asked = [self.keys[place] for place in places]
        self.asked += asked
        return np.array([[ord((key or "?")[0]) + i for i in range(4)] for key in asked], np.float32).reshape(-1, 4)


def expected(*keys: str) -> np.ndarray:
    return Counting(keys)(range(len(keys)))


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "cache")


def stored(cache: FeatureCache) -> list[Path]:
    return sorted(path for path in cache.directory.rglob("*") if path.is_file())


def test_a_key_is_encoded_once(cache: FeatureCache) -> None:
    encode = Counting()
    first = cache.rows(KEYS[:2], 4, encode)
    second = cache.rows(KEYS, 4, encode)
    assert encode.asked == list(KEYS)
    assert first.dtype == second.dtype == np.float32
    np.testing.assert_array_equal(second, expected(*KEYS))
    np.testing.assert_array_equal(cache.rows(KEYS[::-1], 4, encode), second[::-1])
    assert len(encode.asked) == 3
    assert cache.rows([], 4, encode).shape == (0, 4)


def test_what_has_no_key_is_never_kept(cache: FeatureCache) -> None:
    keys = (None, "a")
    encode = Counting(keys)
    for _ in range(2):
        np.testing.assert_array_equal(cache.rows(keys, 4, encode), expected("?", "a"))
    assert encode.asked == [None, "a", None]
    assert len(stored(cache)) == 1


def sealed(path: Path, row: np.ndarray) -> bytes:
    """A row as the store writes it, with the right digest for this place."""
    body = io.BytesIO()
    np.save(body, row)
    return body.getvalue() + hashlib.sha256(path.name.encode() + body.getvalue()).digest()


def test_it_is_numpys_format(cache: FeatureCache) -> None:
    cache.rows(("a",), 4, Counting())
    (path,) = stored(cache)
    np.testing.assert_array_equal(np.load(path), expected("a")[0])
    assert path.read_bytes() == sealed(path, expected("a")[0])


ROW = expected("a")[0]
WRONG_ROWS = {
    "another dtype": ROW.astype(np.float64),
    "whole numbers": ROW.astype(np.int32),
    "too wide": np.zeros(5, np.float32),
    "too narrow": ROW[:3],
    "no row": ROW[np.newaxis],
    "not a number": np.array([1, np.nan, 2, 3], np.float32),
    "infinite": np.array([1, np.inf, 2, 3], np.float32),
}


@pytest.mark.parametrize("wrong", WRONG_ROWS)
def test_a_row_of_another_kind_is_made_again_even_where_its_digest_is_right(wrong: str, cache: FeatureCache) -> None:
    encode = Counting()
    cache.rows(("a",), 4, encode)
    (path,) = stored(cache)
    path.write_bytes(sealed(path, WRONG_ROWS[wrong]))
    np.testing.assert_array_equal(cache.rows(("a",), 4, encode), expected("a"))
    assert encode.asked == ["a", "a"]
    assert path.read_bytes() == sealed(path, ROW)


@pytest.mark.parametrize("header", [b"{'descr': [", b"\0", b"(" * 500, b""])
def test_a_header_that_numpy_cannot_parse_is_made_again(header: bytes, cache: FeatureCache) -> None:
    cache.rows(("a",), 4, Counting())
    (path,) = stored(cache)
    body = b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header
    path.write_bytes(body + hashlib.sha256(path.name.encode() + body).digest())
    np.testing.assert_array_equal(cache.rows(("a",), 4, Counting()), expected("a"))


def without_digest(row: np.ndarray) -> bytes:
    body = io.BytesIO()
    np.save(body, row)
    return body.getvalue()


DAMAGES = {
    "empty": lambda whole: b"",
    "head alone": lambda whole: b"\x93NUMPY",
    "text": lambda whole: b"no array at all",
    "a zip": lambda whole: b"PK\3\4",
    "halved": lambda whole: whole[: len(whole) // 2],
    "one byte short": lambda whole: whole[:-1],
    "longer": lambda whole: whole + b"\0",
    "huge": lambda whole: whole + bytes(10_000),
    "zeroed": lambda whole: bytes(len(whole)),
    "plausible zeros": lambda whole: without_digest(np.zeros(4, np.float32)) + whole[-32:],
    "plain NumPy": lambda whole: without_digest(np.ones(4, np.float32)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_again(damage: str, cache: FeatureCache) -> None:
    encode = Counting()
    cache.rows(("a",), 4, encode)
    (path,) = stored(cache)
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[damage](whole))
    np.testing.assert_array_equal(cache.rows(("a",), 4, encode), expected("a"))
    assert encode.asked == ["a", "a"]
    assert path.read_bytes() == whole
    assert stored(cache) == [path]


def test_a_pickle_is_never_loaded(cache: FeatureCache) -> None:
    encode = Counting()
    cache.rows(("a",), 4, encode)
    (path,) = stored(cache)
    body = io.BytesIO()
    np.save(body, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    path.write_bytes(body.getvalue() + hashlib.sha256(path.name.encode() + body.getvalue()).digest())
    np.testing.assert_array_equal(cache.rows(("a",), 4, encode), expected("a"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX")
@pytest.mark.parametrize("thing", ["folder", "pipe"])
def test_what_is_no_file_holds_nothing_up(thing: str, cache: FeatureCache) -> None:
    cache.rows(("a",), 4, Counting())
    (path,) = stored(cache)
    path.unlink()
    path.mkdir() if thing == "folder" else os.mkfifo(path)
    np.testing.assert_array_equal(cache.rows(("a",), 4, Counting()), expected("a"))


def test_a_file_under_another_key_is_made_again(cache: FeatureCache) -> None:
    cache.rows(("a",), 4, Counting())
    (first,) = stored(cache)
    cache.rows(("b",), 4, Counting(("b",)))
    (second,) = set(stored(cache)) - {first}
    second.write_bytes(first.read_bytes())
    np.testing.assert_array_equal(cache.rows(("b",), 4, Counting(("b",))), expected("b"))


@settings(max_examples=200, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_changed_bit_is_found(place: float, bit: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = FeatureCache(tmp_path_factory.mktemp("cache"))
    cache.rows(("a",), 4, Counting())
    (path,) = stored(cache)
    changed = bytearray(path.read_bytes())
    changed[int(place * len(changed))] ^= 1 << bit
    path.write_bytes(changed)
    encode = Counting()
    np.testing.assert_array_equal(cache.rows(("a",), 4, encode), expected("a"))
    assert encode.asked == ["a"]


def test_the_least_recently_used_go_first(cache: FeatureCache) -> None:
    encode = Counting()
    cache.rows(KEYS, 4, encode)
    size = stored(cache)[0].stat().st_size
    for path in stored(cache):
        os.utime(path, (1, 1))
    small = FeatureCache(cache.directory, max_bytes=int(2.5 * size))
    small.rows(KEYS[:1], 4, encode)  # read, so the newest
    small.trim()
    assert len(stored(cache)) == 2
    small.rows(KEYS[:1], 4, encode)
    assert len(encode.asked) == 3
    small.rows(KEYS, 4, encode)
    assert len(encode.asked) == 4
    assert sum(path.stat().st_size for path in stored(cache)) <= 2.5 * size


def test_two_processes_fill_one_store(cache: FeatureCache) -> None:
    program = """
import sys, numpy as np
from pathlib import Path
from mmdemo.storage.feature_cache import FeatureCache
from mmdemo.storage.trimming import trim
def encode(places):
    return np.array([np.full(2000, place) for place in places], np.float32)
for turn in range(60):
    cache = FeatureCache(Path(sys.argv[1]), max_bytes=20_000)
    rows = cache.rows([f"key {turn % 4} {place}" for place in range(3)], 2000, encode)
    assert (rows == encode(range(3))).all()
"""
    command = [sys.executable, "-c", program, str(cache.directory)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 2
    assert all(path.suffix == ".npy" for path in stored(cache))
    cache.trim()
    assert all(np.load(path).shape == (2000,) for path in stored(cache))


def test_nothing_comes_back_of_data_that_was_deleted_meanwhile(tmp_path: Path) -> None:
    FeatureCache(tmp_path / "deleted" / "cache" / "features").rows(KEYS, 4, Counting())
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    np.testing.assert_array_equal(FeatureCache(tmp_path / "file" / "cache").rows(KEYS, 4, Counting()), expected(*KEYS))


def test_a_full_disk_leaves_nothing_behind(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mmdemo.storage.whole.os.replace", full)
    np.testing.assert_array_equal(cache.rows(KEYS, 4, Counting()), expected(*KEYS))
    assert not stored(cache)


# What encoders ask for


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for name in "ab":
        (tmp_path / f"{name}.png").write_bytes(encoded(Image.fromarray(noise(30, 60)), "PNG"))
    (tmp_path / "c.png").write_bytes(encoded(Image.fromarray(noise(9, 9)), "PNG"))
    return [tmp_path / f"{name}.png" for name in "abc"]


def test_encoders_ask_by_content_and_not_by_name(cache: FeatureCache, files: list[Path]) -> None:
    EfficientNetEncoder(cache=cache).transform(files[:1])
    assert len(stored(cache)) == 1
    EfficientNetEncoder(cache=cache).transform(files[1:2])  # the same bytes
    assert len(stored(cache)) == 1
    EfficientNetEncoder(cache=cache).transform(files)
    assert len(stored(cache)) == 2
    expected = EfficientNetEncoder().transform([files[2], files[2]])
    files[0].write_bytes(files[2].read_bytes())
    np.testing.assert_array_equal(EfficientNetEncoder(cache=cache).transform([files[0], str(files[2])]), expected)


def test_what_comes_as_bytes_or_pixels_is_never_kept(cache: FeatureCache) -> None:
    EfficientNetEncoder(cache=cache).transform([noise(9, 9), encoded(Image.fromarray(noise(9, 9)), "PNG")])
    assert not cache.directory.exists()


def test_encoders_ask_by_network_and_settings(cache: FeatureCache, files: list[Path]) -> None:
    path = files[0]
    for settings_ in (ImageSettings(), ImageSettings(resize="crop"), ImageSettings(grey=True)):
        expected = EfficientNetEncoder(settings_).transform([path])
        for _ in range(2):
            np.testing.assert_array_equal(EfficientNetEncoder(settings_, cache).transform([path]), expected)
    assert len(stored(cache)) == 3
    MODALITIES["image"].build("article_cnn", {"size": 16}, cache).transform([path])
    assert len(stored(cache)) == 3  # a row at 224 px would take 1.5 MB


def test_an_image_that_cannot_be_read_is_the_decoders_error(cache: FeatureCache, tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no image")
    for path in (tmp_path / "words.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(ImageError):
            EfficientNetEncoder(cache=cache).transform([path])
    assert not cache.directory.exists()


def test_a_full_store_is_put_in_order_now_and_then(cache: FeatureCache, monkeypatch: pytest.MonkeyPatch) -> None:
    trims = []
    monkeypatch.setattr("mmdemo.storage.feature_cache.trim", lambda *given: trims.append(trim(*given)))
    keys = [f"key {number}" for number in range(300)]
    cache.rows(keys[:1], 4, Counting(keys))
    full = FeatureCache(cache.directory, max_bytes=100 * stored(cache)[0].stat().st_size)
    for number in range(300):
        full.rows(keys[number : number + 1], 4, Counting(keys))
        assert len(stored(full)) <= 100
    assert len(trims) == 1 + (300 - 101) // 11  # the 101st makes room for ten more, and so on

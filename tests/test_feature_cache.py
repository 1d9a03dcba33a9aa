"""The store of features: what is encoded once, what again, what never kept, and what happens when it is full."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.encoders.efficientnet import EfficientNetEncoder
from mmdemo.errors import ImageError
from mmdemo.modalities.registry import MODALITIES
from mmdemo.preprocess.image import ImageSettings
from mmdemo.storage.feature_cache import FeatureCache
from tests.picture_files import encoded, noise

ROOT = Path(__file__).resolve().parent.parent


class Counting:
    """An encoding that notes what it is asked for; the features are the first bytes of each file."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def __call__(self, images: Sequence[object]) -> np.ndarray:
        self.asked += images
        rows = [image if isinstance(image, bytes) else Path(str(image)).read_bytes() for image in images]
        return np.array([list(row[:4]) for row in rows], np.float32).reshape(len(images), 4)


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "cache")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 10)
    return [str(tmp_path / name) for name in "abc"]


def stored(cache: FeatureCache) -> list[Path]:
    return sorted(path for path in cache.directory.rglob("*") if path.is_file())


def test_a_picture_is_encoded_once(cache: FeatureCache, files: list[str]) -> None:
    encode = Counting()
    first = cache.rows(files[:2], "e", encode)
    second = cache.rows(files, "e", encode)
    assert encode.asked == files
    assert first.dtype == second.dtype == np.float32
    np.testing.assert_array_equal(second, Counting()(files))
    np.testing.assert_array_equal(cache.rows(files[::-1], "e", encode), second[::-1])
    assert len(encode.asked) == 3
    assert cache.rows([], "e", encode).shape == (0, 4)


def test_another_encoder_or_other_bytes_are_encoded_again(cache: FeatureCache, files: list[str]) -> None:
    encode = Counting()
    cache.rows(files[:1], "e", encode)
    cache.rows(files[:1], "another", encode)
    assert len(encode.asked) == 2
    Path(files[0]).write_bytes(b"other bytes")
    assert cache.rows(files[:1], "e", encode)[0].tolist() == list(b"othe")
    assert len(encode.asked) == 3


def test_the_same_bytes_under_another_name_are_met_again(cache: FeatureCache, files: list[str], tmp_path: Path) -> None:
    encode = Counting()
    cache.rows(files[:1], "e", encode)
    (tmp_path / "copy").write_bytes(Path(files[0]).read_bytes())
    cache.rows([tmp_path / "copy"], "e", encode)
    assert encode.asked == files[:1]


def test_what_comes_as_bytes_or_pixels_is_never_kept(cache: FeatureCache) -> None:
    encode = Counting()
    for _ in range(2):
        cache.rows([b"a visitor's picture"], "e", encode)
    assert len(encode.asked) == 2
    EfficientNetEncoder(cache=cache).transform([noise(9, 9), encoded(Image.fromarray(noise(9, 9)), "PNG")])
    assert not cache.directory.exists()


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array at all", b"PK\3\4", "halved", "pickle", "folder"])
def test_a_damaged_file_is_encoded_again(damage: object, cache: FeatureCache, files: list[str]) -> None:
    encode = Counting()
    expected = cache.rows(files[:1], "e", encode)
    (path,) = stored(cache)
    whole = path.read_bytes()
    if damage == "pickle":
        np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    elif damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(whole[: len(whole) // 2] if damage == "halved" else damage)
    np.testing.assert_array_equal(cache.rows(files[:1], "e", encode), expected)
    assert len(encode.asked) == 2
    if damage != "folder":
        assert path.read_bytes() == whole
        assert stored(cache) == [path]


def test_the_least_recently_used_go_first(cache: FeatureCache, files: list[str]) -> None:
    encode = Counting()
    cache.rows(files, "e", encode)
    size = stored(cache)[0].stat().st_size
    for path in stored(cache):
        os.utime(path, (1, 1))
    small = FeatureCache(cache.directory, max_bytes=2 * size)
    small.rows(files[:1], "e", encode)  # read, so the newest
    small.trim()
    assert len(stored(cache)) == 2
    small.rows(files[:1], "e", encode)
    assert len(encode.asked) == 3
    small.rows(files, "e", encode)
    assert len(encode.asked) == 4
    assert sum(path.stat().st_size for path in stored(cache)) <= 2 * size


def test_a_file_that_another_process_removes_first_is_no_error(
    cache: FeatureCache, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.rows(files, "e", Counting())
    vanished, glob = stored(cache)[0], Path.glob
    monkeypatch.setattr(Path, "glob", lambda *args: [*glob(*args), cache.directory / "gone" / "x.npy"])
    vanished.unlink()
    FeatureCache(cache.directory, max_bytes=0).trim()
    assert not stored(cache)


def test_two_processes_fill_one_store(cache: FeatureCache, files: list[str]) -> None:
    program = """
import sys, numpy as np
from pathlib import Path
from mmdemo.storage.feature_cache import FeatureCache
directory, *files = sys.argv[1:]
def encode(images):
    return np.array([np.full(2000, Path(image).read_bytes()[0]) for image in images], np.float32)
for turn in range(60):
    cache = FeatureCache(Path(directory), max_bytes=20_000)
    rows = cache.rows(files, f"encoder {turn % 4}", encode)
    assert (rows == encode(files)).all()
"""
    command = [sys.executable, "-c", program, str(cache.directory), *files]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [("", 0)] * 2
    assert all(path.suffix == ".npy" for path in stored(cache))
    cache.trim()
    assert all(np.load(path).shape == (2000,) for path in stored(cache))


def test_a_store_that_cannot_be_written_only_costs_time(tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "file").write_text("no folder")
    encode = Counting()
    cache = FeatureCache(tmp_path / "file" / "cache")
    np.testing.assert_array_equal(cache.rows(files, "e", encode), Counting()(files))


def test_a_full_disk_leaves_nothing_behind(
    cache: FeatureCache, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert cache.rows(files, "e", Counting()).shape == (3, 4)
    assert not stored(cache)


def test_encoders_ask_by_network_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(Image.fromarray(noise(30, 60)), "PNG"))
    cache = FeatureCache(tmp_path / "cache")
    for settings in (ImageSettings(), ImageSettings(resize="crop"), ImageSettings(grey=True)):
        expected = EfficientNetEncoder(settings).transform([path])
        for _ in range(2):
            np.testing.assert_array_equal(EfficientNetEncoder(settings, cache).transform([path]), expected)
    assert len(stored(cache)) == 3
    MODALITIES["image"].build("article_cnn", {"size": 16}, cache).transform([path])
    assert len(stored(cache)) == 3  # a row at 224 px would take 1.5 MB


def test_a_picture_that_cannot_be_read_is_the_decoders_error(cache: FeatureCache, tmp_path: Path) -> None:
    (tmp_path / "words.png").write_text("no picture")
    for path in (tmp_path / "words.png", tmp_path / "missing.png", tmp_path):
        with pytest.raises(ImageError):
            EfficientNetEncoder(cache=cache).transform([path])
    assert not cache.directory.exists()

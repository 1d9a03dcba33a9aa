"""Reading what somebody else may have put there, trimming, and what a server sweeps."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdemo.bundles.bundle import load as load_model
from mmdemo.datasets.registry import load as load_dataset
from mmdemo.errors import ConfigError, MMDemoError
from mmdemo.storage import limits, reading
from mmdemo.storage.folders import cache_dir, mark_used, runs_dir
from mmdemo.storage.reading import NotRegularError, TooLargeError, content, open_regular, read_bytes
from mmdemo.storage.sweeping import sweep_cache
from mmdemo.storage.trimming import Bounds, trim
from mmdemo.storage.whole import whole_file, whole_folder

posix = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and sockets are POSIX")
DAY = 24 * 3600.0


# Reading


@posix
def test_a_pipe_a_device_and_a_socket_hold_nothing_up(tmp_path: Path) -> None:
    import socket

    before = psutil.Process().num_fds()
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/null"), tmp_path / "socket"):
            with pytest.raises(NotRegularError):
                open_regular(path)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
    assert psutil.Process().num_fds() == before


@posix
def test_a_link_to_a_pipe_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "image.png").symlink_to(tmp_path / "pipe")
    with pytest.raises(NotRegularError):
        read_bytes(tmp_path / "image.png", 10)


@given(size=st.integers(0, 30), most=st.integers(0, 30))
def test_at_most_so_many_bytes_are_read(size: int, most: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "bounded"
    path.write_bytes(b"x" * size)
    if size <= most:
        assert read_bytes(path, most) == b"x" * size
        return
    with pytest.raises(TooLargeError) as caught:
        read_bytes(path, most)
    assert caught.value.size == size


@pytest.mark.parametrize(("more", "fits"), [(0, True), (7, True), (8, False), (10_000, False)])
def test_a_file_that_grows_while_it_is_read_is_bounded(
    more: int, fits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "grows"
    path.write_bytes(b"x" * 10)
    fstat = os.fstat

    def growing(handle: int) -> os.stat_result:
        found = fstat(handle)
        if path.stat().st_size == 10 and threading.current_thread() is threading.main_thread():
            with path.open("ab") as file:
                file.write(b"y" * more)
        return found

    monkeypatch.setattr(reading.os, "fstat", growing)
    monkeypatch.setattr(reading, "_check_regular", lambda handle, path: None)
    if fits:
        assert read_bytes(path, 17) == b"x" * 10 + b"y" * more
    else:
        with pytest.raises(TooLargeError) as caught:
            read_bytes(path, 17)
        assert caught.value.size == 18


def test_a_file_without_a_size_is_read_all_the_same() -> None:
    if not os.path.exists("/proc/self/status"):
        pytest.skip("no /proc")
    assert b"VmPeak" in read_bytes("/proc/self/status", 100_000)


def test_bytes_are_hashed_again_only_when_the_file_is_another(tmp_path: Path) -> None:
    import hashlib

    asked = []

    def refusal(head: bytes) -> str:
        asked.append(head)
        return "refused" if head.startswith(b"?") else ""

    path, large = tmp_path / "file", os.urandom(3 * 2**20 + 7)
    for written in (b"first", b"second", b"", large, b"?"):
        path.write_bytes(written)
        for given_path in (path, str(path)):
            assert content(given_path, refusal) == (
                hashlib.sha256(written).hexdigest(), "refused" if written == b"?" else ""
            )  # fmt: skip
    assert [len(head) for head in asked] == [5, 6, 0, 4096, 1]
    (tmp_path / "new").write_bytes(b"!")  # as long, and as old
    os.utime(tmp_path / "new", ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    os.replace(tmp_path / "new", path)
    assert content(path, refusal).refusal == ""


@pytest.fixture
def pipes(tmp_path: Path) -> Path:
    """A folder of data whose image is a pipe, one whose table is, and a model whose manifest is; and a bare pipe."""
    for name, file in (("image", "data.csv"), ("table", "a.png"), ("model", "x")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("image,text,label\n" + "a.png,a cat,cat\na.png,a dog,dog\n" * 8)
    for place in ("image/a.png", "table/data.csv", "model/manifest.json", "data.zip", "data"):
        os.mkfifo(tmp_path / place)
    return tmp_path


@posix
@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda folder: load_dataset(folder / "image"), "row 2 has an image that cannot be used: a.png cannot be"),
        (lambda folder: load_dataset(folder / "table"), "The file 'data.csv' of 'table' cannot be read: it is not a"),
        (lambda folder: load_dataset(folder / "data.zip"), "The zip 'data.zip' cannot be read or unpacked: it is"),
        (lambda folder: load_dataset(folder / "data"), "is neither a folder, a zip nor a table"),
        (lambda folder: load_model(folder / "model"), "manifest.json in 'model' cannot be read: it is not a"),
    ],
)
def test_a_pipe_where_a_file_should_be_is_one_sentence(
    read: Callable[[Path], object], said: str, pipes: Path
) -> None:
    with pytest.raises(MMDemoError) as caught:
        read(pipes)
    assert said.format(folder=pipes) in str(caught.value)


# Writing


def test_a_binary_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b" / "c.bin"
    for written in (b"one", b"\xff\r\n\0"):
        with whole_file(place, binary=True, parents=True) as file:
            file.write(written)
        assert place.read_bytes() == written
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "none" / "c", binary=True):
        pytest.fail("There was nothing to write to.")
    assert [path.name for path in place.parent.iterdir()] == ["c.bin"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_many_writers_of_one_place_leave_one_whole(
    can_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr("mmdemo.storage.whole._exchange", lambda one, other: False)
    failed = []

    def write(number: int) -> None:
        for _ in range(20):
            try:
                with whole_folder(tmp_path / "folder") as folder:
                    for part in range(3):
                        (folder / str(part)).write_text(str(number))
            except OSError as error:  # where folders cannot be exchanged, another may be between the two steps
                failed.append(error)
            with whole_file(tmp_path / "file") as file:
                file.write(str(number) * 1000)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not (can_exchange and failed)
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["file", "folder"]
    assert len({(tmp_path / "folder" / str(part)).read_text() for part in range(3)}) == 1
    assert len(set((tmp_path / "file").read_text())) == 1


# Trimming


@given(
    files=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 50)), max_size=8, unique_by=lambda file: file[0]),
    most=st.integers(0, 9),
    most_bytes=st.integers(0, 200),
    since=st.integers(0, 20),
    stays=st.integers(0, 3),
)
def test_what_stays_is_the_largest_part_that_fits(
    files: list[tuple[int, int]],
    most: int,
    most_bytes: int,
    since: int,
    stays: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("trimmed")
    for used, size in files:
        (folder / str(used)).write_bytes(b"x" * size)
        os.utime(folder / str(used), (used, used))
    trim(folder.iterdir(), Bounds(most, most_bytes, since, stays))
    fresh = sorted([file for file in files if file[0] >= since], reverse=True)
    fitting = max(n for n in range(len(fresh) + 1) if n <= most and sum(size for _, size in fresh[:n]) <= most_bytes)
    kept = fresh[: max(fitting, stays)]
    assert sorted(int(path.name) for path in folder.iterdir()) == sorted(used for used, _ in kept)


def test_a_file_that_another_process_removes_first_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    trim([tmp_path / "gone", tmp_path / "gone" / "too", tmp_path / "there"], Bounds(most=0))
    assert not list(tmp_path.iterdir())


# Sweeping


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and runs beside it, without limits from outside."""
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    for variable in ("MMDEMO_CACHE_MB", "MMDEMO_RUNS_MB", "MMDEMO_STORAGE_MB", "MMDEMO_RETENTION_HOURS"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "cache"


def entry(place: Path, hours: float, size: int = 10) -> Path:
    """A folder of the cache with one file, last used so many hours ago."""
    place.mkdir(parents=True)
    (place / "file").write_bytes(b"x" * size)
    os.utime(place, (time.time() - 3600 * hours,) * 2)
    return place


@pytest.mark.parametrize(("hours", "kept"), [(None, "fresh"), ("24", "fresh"), ("0", "fresh stale"), ("0.5", "")])
def test_what_nobody_used_expires(
    hours: str | None, kept: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hours:
        monkeypatch.setenv("MMDEMO_RETENTION_HOURS", hours)
    places = {"fresh": entry(cache / "archives" / ("a" * 64), 23), "stale": entry(cache / "studies" / ("b" * 64), 25)}
    sweep_cache()
    assert [name for name, place in places.items() if place.exists()] == kept.split()


def test_what_is_in_use_does_not_expire(cache: Path) -> None:
    pngs = [entry(cache / "homonyms" / f"600-0.5-0.4-{seed}-0123456789ab", 25) / "file" for seed in (1, 2)]
    feature = cache / "features" / ("c" * 64 + ".npy")
    feature.parent.mkdir()
    feature.touch()
    os.utime(feature, (1, 1))
    mark_used([pngs[0], str(pngs[0]), feature, cache, cache.parent / "elsewhere"])
    sweep_cache()
    assert (pngs[0].exists(), pngs[1].exists(), feature.exists()) == (True, False, True)


def test_nothing_else_is_ever_swept(cache: Path) -> None:
    """The variable may name a folder that holds somebody's own files."""
    foreign = [
        entry(cache / place, 1000)
        for place in ("Documents/letters", "reports/2024", "studies/.git", "archives/old letters", "homonyms/mine", "x")
    ]
    half = entry(cache / "reports" / f".{'a' * 32}-xyz", 25)
    being_written = entry(cache / "reports" / f".{'b' * 32}-xyz", 1)
    sweep_cache()
    assert all(place.exists() for place in foreign)
    assert (half.exists(), being_written.exists()) == (False, True)


@pytest.mark.parametrize(
    ("variable", "other", "kept"),
    [("MMDEMO_CACHE_MB", 0, 2), ("MMDEMO_STORAGE_MB", 0, 2), ("MMDEMO_STORAGE_MB", 1_500_000, 1),
     ("MMDEMO_STORAGE_MB", 9e9, 0)],
)  # fmt: skip
def test_budgets_hold(variable: str, other: float, kept: int, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "2.5")
    places = [entry(cache / "archives" / (letter * 64), age, 1_000_000) for age, letter in enumerate("abcd")]
    sweep_cache(other)
    assert [place.exists() for place in places] == [number < kept for number in range(4)]


def test_a_full_disk_leaves_half_to_others(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [entry(cache / "archives" / (letter * 64), age, 1000) for age, letter in enumerate("abcd")]
    usage = limits.shutil.disk_usage(cache)
    monkeypatch.setattr(limits.shutil, "disk_usage", lambda folder: usage._replace(free=100))
    sweep_cache()
    assert [place.exists() for place in places] == [True, True, False, False]


@pytest.mark.parametrize("written", ["soon", "-1", "nan", "inf"])
def test_a_limit_that_is_no_number_is_named(written: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_RETENTION_HOURS", written)
    with pytest.raises(ConfigError, match=f"Got MMDEMO_RETENTION_HOURS='{written}', but expected a number of at least"):
        sweep_cache()


def test_there_need_be_no_cache(cache: Path) -> None:
    sweep_cache()
    assert not cache.exists()
    assert (cache_dir(), runs_dir()) == (cache, cache.parent / "runs")

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from mmdemo.jobs.memory import attainable_megabytes, available_megabytes, reachable_megabytes

MB = 10**6


def group(root: Path, folder: str, **files: int | str) -> None:
    """Write the files of a control group; `_` in a name stands for the dot."""
    path = root / "sys/fs/cgroup" / folder
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / name.replace("memory_", "memory.", 1)).write_text(f"{content}\n")


def member(root: Path, *lines: str) -> None:
    """Say which groups this process belongs to."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text("\n".join(lines) + "\n")


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that has 8000 MB left."""
    memory = psutil.virtual_memory()._replace(available=8000 * MB)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)


def test_without_groups_the_machine_decides(tmp_path: Path) -> None:
    assert available_megabytes(tmp_path) == 8000


def test_version_2_in_a_container(tmp_path: Path) -> None:
    member(tmp_path, "0::/")
    group(tmp_path, "", memory_max=1000 * MB, memory_current=400 * MB)
    assert available_megabytes(tmp_path) == 600


def test_what_is_cached_of_files_is_free(tmp_path: Path) -> None:
    member(tmp_path, "0::/")
    stat = f"anon 1\ninactive_file {150 * MB}\nactive_file 7"
    group(tmp_path, "", memory_max=1000 * MB, memory_current=400 * MB, memory_stat=stat)
    assert available_megabytes(tmp_path) == 750


def test_the_tightest_of_the_levels_above_counts(tmp_path: Path) -> None:
    member(tmp_path, "0::/pods/one/app")
    group(tmp_path, "pods/one/app", memory_max="max", memory_current=100 * MB)
    group(tmp_path, "pods/one", memory_max=900 * MB, memory_current=200 * MB)
    group(tmp_path, "pods", memory_max=5000 * MB, memory_current=4900 * MB)
    assert available_megabytes(tmp_path) == 100


def test_the_machine_may_have_less_than_the_limit(tmp_path: Path) -> None:
    member(tmp_path, "0::/app")
    group(tmp_path, "app", memory_max=64000 * MB, memory_current=0)
    assert available_megabytes(tmp_path) == 8000


def test_version_1(tmp_path: Path) -> None:
    member(tmp_path, "9:name=systemd:/", "4:cpu,memory:/docker/abc", "0::/")
    stat = f"cache 5\ntotal_inactive_file {50 * MB}"
    used = {"memory_usage_in_bytes": 300 * MB, "memory_stat": stat}
    group(tmp_path, "memory/docker/abc", memory_limit_in_bytes=690 * MB, **used)
    assert available_megabytes(tmp_path) == 440


def test_version_1_where_the_container_sees_its_group_as_the_top(tmp_path: Path) -> None:
    member(tmp_path, "4:memory:/docker/abc")
    group(tmp_path, "memory", memory_limit_in_bytes=690 * MB, memory_usage_in_bytes=90 * MB)
    assert available_megabytes(tmp_path) == 600


def test_version_1_without_limit(tmp_path: Path) -> None:
    member(tmp_path, "4:memory:/")
    group(tmp_path, "memory", memory_limit_in_bytes=9223372036854771712, memory_usage_in_bytes=90 * MB)
    assert available_megabytes(tmp_path) == 8000


def test_a_group_outside_the_container_is_its_top(tmp_path: Path) -> None:
    member(tmp_path, "0::/../../elsewhere")
    group(tmp_path, "", memory_max=500 * MB, memory_current=200 * MB)
    assert available_megabytes(tmp_path) == 300


def test_nothing_is_left_above_the_limit(tmp_path: Path) -> None:
    member(tmp_path, "0::/")
    group(tmp_path, "", memory_max=100 * MB, memory_current=120 * MB)
    assert available_megabytes(tmp_path) == 0


def test_this_machine() -> None:
    assert 0 < available_megabytes() <= 8000


def test_a_budget_of_ours_counts_what_this_process_and_its_children_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    held = [one.memory_full_info() for one in family]
    before, *others = [getattr(one, "pss", one.rss) / MB for one in held]  # others: that earlier tests have left
    monkeypatch.setenv("MMDEMO_MEMORY_MB", str(before + sum(others) + 500))
    alone = available_megabytes(tmp_path)
    assert 400 < alone < 700
    fill = "import sys; held = bytes(200_000_000); held = bytearray(held); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", fill], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin and child.stdout
        child.stdout.readline()
        assert available_megabytes(tmp_path) < alone - 190
        assert attainable_megabytes() == pytest.approx(alone + sum(others), abs=50)
        child.stdin.close()


@pytest.mark.parametrize(("attainable", "wanted"), [(1000, 280), (265, 250), (100, 180)])
def test_a_run_waits_for_no_more_memory_than_there_can_be(
    attainable: float, wanted: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.jobs.memory.attainable_megabytes", lambda: attainable)
    assert reachable_megabytes(280, 180) == wanted

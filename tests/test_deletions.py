"""Deleting a run can be undone for some seconds, by who deleted it; then it is gone for good, whatever happens."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from mmdemo.errors import JobError
from mmdemo.jobs.deletions import UNDO_SECONDS
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import State
from mmdemo.storage import set_aside
from tests.models import ROOT
from tests.test_jobs import PROGRAM, ended, until

ANN, BOB = "ann-0123456789ab", "bob-0123456789ab"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def queue(folder: Path) -> Iterator[JobQueue]:
    made = JobQueue(folder, program=PROGRAM)
    yield made
    made.close()


def finished(queue: JobQueue, private: bool = False) -> str:
    """A run of Ann's that is done, with a report beside it and a name."""
    job = queue.submit(["quick"], ANN, private=private)
    ended(job)
    (queue.folders.directory / f"{job.id}.kept").mkdir()
    (queue.folders.directory / f"{job.id}.kept" / "report.html").write_text("report")
    queue.rename(job.id, "shop", ANN)
    return job.id


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("private", [True, False])
def test_it_is_gone_at_once_and_comes_back_whole(queue: JobQueue, folder: Path, private: bool) -> None:
    run, before = finished(queue, private), content(folder)
    queue.delete(run, ANN, "shop")
    assert queue.get(run) is None and not queue.folders.holds(run) and queue.jobs_of(ANN) == ()
    assert JobQueue(folder).get(run) is None
    (deletion,) = queue.deletions.of(ANN)
    assert deletion.name == "shop" and 0 < deletion.seconds_left <= UNDO_SECONDS
    queue.forget_gone()  # as the hourly sweep does
    queue.deletions.undo(run, ANN)
    assert content(folder) == before and not list(folder.glob(".*"))
    assert queue.may_see(run, ANN) and queue.may_see(run, BOB) == (not private)
    assert queue.deletions.of(ANN) == ()


def test_it_goes_for_good_by_itself(queue: JobQueue, folder: Path) -> None:
    gone: list[str] = []
    queue.folders.on_private_gone = lambda: gone.append("private")
    queue.deletions.seconds = 0.0
    run = finished(queue, private=True)
    queue.delete(run, ANN)
    assert queue.deletions.of(ANN) == ()  # no page offers it, though a click may be on its way
    until(lambda: not content(folder))
    until(lambda: gone == ["private"])
    with pytest.raises(JobError, match="deleted for good"):
        queue.deletions.undo(run, ANN)


@pytest.mark.parametrize("visitor", [BOB, "", "reports"])
def test_nobody_else_undoes_it(queue: JobQueue, visitor: str) -> None:
    run = finished(queue)
    queue.delete(run, ANN)
    assert queue.deletions.of(visitor) == ()
    with pytest.raises(JobError, match="deleted for good"):  # not even that it could still come back
        queue.deletions.undo(run, visitor)
    assert queue.get(run) is None
    queue.deletions.undo(run, ANN)
    assert queue.get(run)


def test_twice_does_nothing_more(queue: JobQueue, folder: Path) -> None:
    run, before = finished(queue), content(folder)
    for visitor in (ANN, ANN, BOB):
        queue.delete(run, visitor)
    assert len(queue.deletions.of(ANN)) == 1
    queue.deletions.undo(run, ANN)
    queue.deletions.undo(run, ANN)
    assert content(folder) == before
    queue.delete(run, ANN)
    queue.deletions.end()
    queue.delete(run, ANN)
    assert content(folder) == {} and not list(folder.iterdir())


def test_several_come_back_one_by_one(queue: JobQueue) -> None:
    first = finished(queue)
    job = queue.submit(["quick", "2"], ANN)
    ended(job)
    for run in (first, job.id):
        queue.delete(run, ANN)
    assert [one.job_id for one in queue.deletions.of(ANN)] == [first, job.id]
    queue.deletions.undo(first, ANN)
    assert queue.get(first) and queue.get(job.id) is None


def test_what_others_make_of_it_ends_and_what_was_made_comes_back(queue: JobQueue, folder: Path) -> None:
    run = finished(queue)
    report = queue.submit(["hang", run], "reports", started_by=BOB, leaves_folder=False)
    until(lambda: report.snapshot().state == State.RUNNING)
    queue.delete(run, ANN)
    assert report.ended.is_set() and queue.get(report.id) is None
    queue.deletions.undo(run, ANN)
    assert (folder / f"{run}.kept" / "report.html").read_text() == "report"


def test_a_run_like_it_is_a_new_one(queue: JobQueue) -> None:
    run = finished(queue)
    queue.delete(run, ANN)
    again = queue.submit(["quick"], ANN)
    ended(again)
    queue.deletions.undo(run, ANN)
    assert again.id != run and {job.id for job in queue.jobs_of(ANN)} == {run, again.id}


def test_delete_my_data_does_not_wait(queue: JobQueue, folder: Path) -> None:
    run = finished(queue)
    queue.delete(run, ANN)
    queue.forget_gone()
    queue.delete_all(ANN)
    assert list(folder.iterdir()) == []
    with pytest.raises(JobError):
        queue.deletions.undo(run, ANN)


def test_a_server_that_ends_leaves_nothing_of_it(queue: JobQueue, folder: Path) -> None:
    queue.delete(finished(queue), ANN)
    queue.close()
    assert list(folder.iterdir()) == []


_SERVER = """
import sys
from pathlib import Path
from mmdemo.jobs.queue import JobQueue

queue = JobQueue(Path(sys.argv[1]), program=sys.argv[2:])
job = queue.submit(["quick"], "ann", private=True)
job.ended.wait()
queue.delete(job.id, "ann", "shop")
print(job.id, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("start", ["discard_unfinished", "sweep"])
def test_a_killed_server_leaves_nothing_that_the_next_one_does_not_remove(
    folder: Path, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", _SERVER, str(folder), *PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout
        run = server.stdout.readline().strip()
        server.send_signal(signal.SIGKILL)
    folders, left = RunFolders(folder), [path.name for path in folder.iterdir()]
    assert left == [f".{run}.deleted"] and not folders.holds(run) and folders.ids() == []
    if start == "sweep":
        folders.sweep(())
        assert list(folder.iterdir())  # another server may still bring it back
        os.utime(folder / left[0], (0, 0))
        folders.sweep(())
    else:
        folders.discard_unfinished()
    assert list(folder.iterdir()) == []


def stopped_after(moves: int, why: BaseException) -> Callable[[Path, Path], None]:
    """A `replace` that raises after so many moves."""
    done: list[Path] = []

    def replace(one: Path, other: Path) -> None:
        if len(done) == moves:
            raise why
        done.append(one)
        os.replace(one, other)

    return replace


def a_run(folder: Path) -> tuple[RunFolders, str]:
    folders, run = RunFolders(folder), "R" * 22
    folders.make()
    for name in (run, f"{run}.kept"):
        (folder / name).mkdir()
        (folder / name / "manifest.json").write_text("{}")
    (folder / f"{run}.json").write_text(json.dumps({"visitor": ANN, "private": True}))
    return folders, run


@pytest.mark.parametrize("moves", range(4))
@pytest.mark.parametrize("back", [False, True])
def test_killed_halfway_it_is_whole_or_gone_and_never_shown_to_others(
    folder: Path, moves: int, back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders, run = a_run(folder)
    if back:
        assert folders.set_aside(run)
    with monkeypatch.context() as patch:
        replaced = SimpleNamespace(path=os.path, replace=stopped_after(moves, KeyboardInterrupt()))
        patch.setattr(set_aside, "os", replaced)
        with suppress(KeyboardInterrupt):
            (folders.bring_back if back else folders.set_aside)(run)
    if folders.holds(run):
        assert not folders.may_see(run, BOB) and folders.may_see(run, ANN)
    folders.discard_unfinished()
    whole = back if moves == 3 else moves == 0 and not back
    assert folders.holds(run) == whole
    left = [run, f"{run}.kept", f"{run}.json"] if whole else []
    assert sorted(path.name for path in folder.iterdir()) == sorted(left)
    assert not whole or not folders.may_see(run, BOB)


@pytest.mark.parametrize("moves", range(3))
def test_where_it_cannot_be_set_aside_it_goes_at_once(
    queue: JobQueue, folder: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished(queue)
    monkeypatch.setattr(set_aside, "os", SimpleNamespace(path=os.path, replace=stopped_after(moves, OSError("full"))))
    queue.delete(run, ANN)
    assert list(folder.iterdir()) == [] and queue.deletions.of(ANN) == () and queue.get(run) is None

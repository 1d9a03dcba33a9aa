"""A private run in the queue: what others see of it, after a restart and a kill, too, and how it goes."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mmdemo.errors import JobError
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import State, unseen
from tests.test_jobs import PROGRAM, MakeQueue, ended, until

ANN, BOB = "ann-0123456789ab", "bob-0123456789ab"
RUN = "A" * 22
SECRET = "Secret-Shop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def make(folder: Path) -> Iterator[MakeQueue]:
    """A function that makes a queue of that folder, as a server that starts does."""
    made = []

    def one(**options: Any) -> JobQueue:
        made.append(JobQueue(folder, **{"program": PROGRAM, **options}))
        return made[-1]

    yield one
    for queue in made:
        queue.close()


def private(make: MakeQueue, word: str) -> tuple[JobQueue, str]:
    queue = make()
    return queue, queue.submit([word, SECRET], ANN, private=True).id


def test_others_see_nothing_of_a_private_run(make: MakeQueue) -> None:
    queue, run = private(make, "quick")
    job = queue.get(run)
    assert job is not None and ended(job).arguments == ("quick", SECRET)
    assert job.snapshot(BOB) == job.snapshot() == unseen(run, State.DONE)
    assert [queue.may_see(run, whose) for whose in (ANN, BOB, "")] == [True, False, False]
    with pytest.raises(JobError, match="started in another browser"):
        queue.share(run, BOB)
    queue.share(run, ANN)
    assert queue.may_see(run, BOB) and job.snapshot(BOB).arguments == ("quick", SECRET)
    assert not job.snapshot(BOB).mine


def test_a_restarted_server_knows_that_it_is_private(make: MakeQueue, folder: Path) -> None:
    queue, run = private(make, "quick")
    ended(queue.get(run))
    again = make()
    assert [again.may_see(run, whose) for whose in (ANN, BOB)] == [True, False]
    assert [RunFolders(folder).may_see(run, whose) for whose in (ANN, BOB)] == [True, False]
    again.rename(run, "Mine", ANN)
    assert not RunFolders(folder).may_see(run, BOB)
    again.share(run, ANN)
    assert make().may_see(run, BOB)


def test_a_record_that_is_damaged_keeps_others_out(make: MakeQueue, folder: Path) -> None:
    queue, run = private(make, "quick")
    ended(queue.get(run))
    file = folder / f"{run}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "submitted": "soon"}))
    assert [make().may_see(run, whose) for whose in (ANN, BOB)] == [True, False]


def test_it_says_that_it_is_private_before_it_begins(make: MakeQueue, folder: Path) -> None:
    queue, first = private(make, "hang")
    second = queue.submit(["quick", SECRET], ANN, private=True).id
    folders = RunFolders(folder)
    assert not folders.may_see(first, BOB) and not folders.may_see(second, BOB)
    queue.sweep()
    folders.trim()
    assert not folders.may_see(first, BOB)
    queue.cancel(second, ANN)
    queue.cancel(first, ANN)
    assert list(folder.iterdir()) == []


def test_what_a_killed_server_left_of_it_goes_at_the_next_start(folder: Path) -> None:
    folders = RunFolders(folder)
    folders.make()
    for run, is_private in ((RUN, True), ("B" * 22, False)):
        folders.remember(run, {"visitor": ANN, "private": is_private})
        (folder / f".{run}-half").mkdir()
    folders.discard_unfinished()
    assert not [path for path in folder.iterdir() if RUN in path.name]
    assert (folder / f".{'B' * 22}-half").exists()


def test_a_visitor_can_have_all_of_theirs_removed(make: MakeQueue, folder: Path) -> None:
    queue, done = private(make, "quick")
    ended(queue.get(done))
    (folder / f"{done}.kept" / "studies").mkdir(parents=True)
    theirs = queue.submit(["quick"], BOB)
    ended(theirs)
    running = queue.submit(["hang"], "studies", started_by=ANN, leaves_folder=False)
    until(lambda: running.snapshot().state == State.RUNNING)
    gone: list[str] = []
    queue.folders.on_private_gone = lambda: gone.append("private")
    assert set(queue.delete_all(ANN)) == {done, running.id}
    assert queue.get(done) is None and queue.get(running.id) is None
    assert sorted(path.name for path in folder.iterdir()) == sorted([theirs.id, f"{theirs.id}.json"])
    assert gone == ["private"]


def test_a_private_run_has_a_cache_of_its_own(make: MakeQueue, tmp_path: Path) -> None:
    program = (sys.executable, "-c", "import json, os; print(json.dumps({'cache': os.environ['MMDEMO_CACHE_DIR']}))")
    job = make(program=program).submit([], ANN, private=True, leaves_folder=False, cache=tmp_path / "own")
    assert ended(job).result == {"cache": str(tmp_path / "own")}


@pytest.mark.parametrize("word", ["hang", "quick"])
def test_what_uses_data_that_goes_ends_and_is_forgotten(make: MakeQueue, folder: Path, word: str) -> None:
    queue, data = make(), "D" * 22
    run = queue.submit([word, f"/own-data/{data}/copy"], BOB, private=True)
    waiting = queue.submit(["quick"], BOB, cache=folder / data / "cache")
    reading = queue.submit(["quick", data], "reports", started_by=BOB, leaves_folder=False)
    until(lambda: (word == "hang" and run.snapshot().state == State.RUNNING) or reading.ended.is_set())
    queue.end_users_of(data)
    assert queue.get(reading.id) is None
    if word == "quick":  # a model that is there stays
        assert run.snapshot().state == waiting.snapshot().state == State.DONE
        return
    for job in (run, waiting):
        now = ended(job)
        assert now.state == State.FAILED and now.error is not None and "was deleted" in now.error
        assert job.snapshot(BOB).log == () and now.epochs == ()
    assert list(folder.iterdir()) == []


def test_who_deletes_a_model_ends_what_others_make_of_it(make: MakeQueue) -> None:
    queue = make()
    run = queue.submit(["quick"], ANN)
    ended(run)
    report = queue.submit(["hang", run.id], "reports", started_by=BOB, leaves_folder=False)
    until(lambda: report.snapshot().state == State.RUNNING)
    queue.delete(run.id, ANN)
    assert report.ended.is_set() and queue.get(report.id) is None


def test_a_run_whose_result_is_gone_is_forgotten(make: MakeQueue, folder: Path) -> None:
    queue, run = private(make, "quick")
    ended(queue.get(run))
    RunFolders(folder).discard(run)
    queue.forget_gone()
    assert queue.delete_all(ANN) == ()


def test_the_log_holds_no_lines_of_a_private_run(make: MakeQueue, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "mmdemo.jobs"):
        _, run = private(make, "fault")
        until(lambda: run[:6] in caplog.text)
    assert "the reason" not in caplog.text and SECRET not in caplog.text

"""The queue of runs, with real child processes; nothing here waits for a fixed time and hopes."""

import contextlib
import dataclasses
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import pytest

from mmdemo.errors import JobError
from mmdemo.jobs.job import Job
from mmdemo.jobs.outcome import OURS
from mmdemo.jobs.process import Patience, environment
from mmdemo.jobs.progress import read_object
from mmdemo.jobs.queue import JobQueue
from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.snapshot import Snapshot, State
from mmdemo.jobs.sweeper import start_sweeping
from mmdemo.storage.folders import mark_used

PROGRAM = (sys.executable, str(Path(__file__).with_name("jobs_program.py")))
DEADLINE, REAL_DEADLINE = 30.0, 200.0
posix = pytest.mark.skipif(os.name != "posix", reason="signals and groups are POSIX")

MakeQueue = Callable[..., JobQueue]


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def make_queue(runs: Path) -> Iterator[MakeQueue]:
    """A function that makes a queue whose processes end with the test."""
    made = []

    def make(folders: RunFolders | Path = runs, **options: Any) -> JobQueue:
        made.append(JobQueue(folders, **{"program": PROGRAM, **options}))
        return made[-1]

    yield make
    for queue in made:
        queue.close()


@pytest.fixture
def queue(make_queue: MakeQueue) -> JobQueue:
    return make_queue()


def until(condition: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """Return what the condition returns, as soon as it is true."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return value


def ended(job: Job, seconds: float = DEADLINE) -> Snapshot:
    """How the job stands when it has ended."""
    assert job.ended.wait(seconds)
    return job.snapshot(job.visitor)


def at_stage(job: Job, stage: str) -> Snapshot:
    return until(lambda: (now := job.snapshot()).stage == stage and now)


def process_of(job: Job) -> psutil.Process:
    """The running process of a job, which carries the job's id on its command line."""
    return until(lambda: next((one for one in psutil.Process().children() if job.id in " ".join(_words(one))), None))


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What a run goes through


def test_a_run_from_start_to_end(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["quick", "some", "words"], "ann")
    end = ended(job)
    assert (end.state, end.position, end.error, end.live) == (State.DONE, 0, None, False)
    assert end.state == "done"
    assert end.result is not None
    assert end.result["words"] == ("some", "words")
    assert end.arguments == ("quick", "some", "words")
    assert end.command == "python -m mmdemo quick some words"
    assert end.folder == runs / job.id
    assert (end.stage, end.done) == ("load", 1.0)
    assert 0 < end.elapsed < DEADLINE
    assert abs(end.submitted - time.time()) < DEADLINE


def test_ids_cannot_be_guessed(queue: JobQueue) -> None:
    ids = {queue.submit(["quick", str(number)], "ann").id for number in range(5)}
    assert len(ids) == 5
    assert all(len(job_id) == 22 for job_id in ids)  # 16 random bytes


def test_progress_is_seen_while_it_runs(queue: JobQueue, tmp_path: Path) -> None:
    job = queue.submit(["wait_for", str(tmp_path / "go")], "ann")
    now = at_stage(job, "fit")
    assert (now.state, now.done, now.live, now.result, now.folder) == (State.RUNNING, 0.25, True, None, None)
    later = until(lambda: (one := job.snapshot()).elapsed > now.elapsed and one)
    assert later.state == State.RUNNING
    (tmp_path / "go").touch()
    assert ended(job).state == State.DONE


def test_epochs_are_kept_for_the_curve(queue: JobQueue) -> None:
    epochs = ended(queue.submit(["epochs"], "ann")).epochs
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3]
    assert dict(epochs[1]) == {"event": "epoch", "epoch": 2, "epochs": 3, "loss": 0.5, "accuracy": 0.5}


def test_a_run_that_leaves_no_folder(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["quick"], "ann", leaves_folder=False)
    end = ended(job)
    assert (end.state, end.folder) == (State.DONE, None)
    assert files_in(runs) == []
    assert queue.submit(["quick"], "ann", leaves_folder=False) is job


@posix
def test_a_run_has_low_priority_and_a_group_of_its_own(queue: JobQueue) -> None:
    result = ended(queue.submit(["surroundings"], "ann")).result
    assert result is not None
    assert result["nice"] > os.getpriority(os.PRIO_PROCESS, 0) or result["nice"] == 19
    assert result["leads"]
    assert Path(result["cwd"]) == Path(__file__).resolve().parent.parent
    assert int(result["threads"]) >= 1


def test_threads_are_limited_unless_the_operator_says() -> None:
    assert int(environment({})["OMP_NUM_THREADS"]) <= 4
    assert environment({"OMP_NUM_THREADS": "7"})["OMP_NUM_THREADS"] == "7"


# Snapshots


def test_nothing_in_a_snapshot_can_be_changed(queue: JobQueue) -> None:
    end = ended(queue.submit(["quick", "word"], "ann"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        end.state = State.FAILED  # type: ignore[misc]
    assert isinstance(end.result, MappingProxyType)
    with pytest.raises(TypeError):
        end.result["seconds"]["fit"] = 0
    assert isinstance(end.result["classes"], tuple)
    assert isinstance(end.epochs, tuple)
    assert isinstance(end.log, tuple)


def test_a_snapshot_stays_as_it_was(queue: JobQueue, tmp_path: Path) -> None:
    job = queue.submit(["wait_for", str(tmp_path / "go")], "ann")
    now = at_stage(job, "fit")
    (tmp_path / "go").touch()
    assert ended(job).state == State.DONE
    assert now.state == State.RUNNING


# The queue


def test_runs_take_turns_in_order(queue: JobQueue, tmp_path: Path) -> None:
    gates = [tmp_path / str(number) for number in range(3)]
    jobs = [queue.submit(["wait_for", str(gate)], "ann") for gate in gates]
    for place, (job, gate) in enumerate(zip(jobs, gates, strict=True)):
        at_stage(job, "fit")
        states = [(now.state, now.position) for now in (one.snapshot() for one in jobs[place:])]
        assert states == [(State.RUNNING, 0), (State.QUEUED, 1), (State.QUEUED, 2)][: len(states)]
        gate.touch()
        assert ended(job).state == State.DONE


def test_a_run_that_waits_has_not_begun(queue: JobQueue) -> None:
    queue.submit(["hang"], "ann")
    waiting = queue.submit(["quick"], "ben").snapshot()
    assert (waiting.state, waiting.elapsed, waiting.remaining, waiting.live) == (State.QUEUED, 0.0, None, True)


def test_the_ninth_that_would_wait_is_refused(queue: JobQueue) -> None:
    first = queue.submit(["hang"], "ann")
    at_stage(first, "fit")
    waiting = [queue.submit(["quick", str(number)], f"visitor {number}") for number in range(8)]
    with pytest.raises(JobError, match=r"The queue is full: 8 runs wait already\. Try again"):
        queue.submit(["quick", "nine"], "cid")
    assert queue.submit(["quick", "3"], "visitor 3") is waiting[3]
    queue.cancel(waiting[0].id, waiting[0].visitor)
    assert queue.submit(["quick", "nine"], "cid").snapshot().position == 8


@pytest.mark.parametrize(("limit", "most", "said"), [(8, 4, "4 runs"), (5, 2, "2 runs"), (2, 1, "1 run"), (1, 1, "")])
def test_one_visitor_leaves_room_for_others(make_queue: MakeQueue, limit: int, most: int, said: str) -> None:
    queue = make_queue(limit=limit)
    queue.submit(["hang"], "ann")  # it waits for nobody, so it does not count, even before it has started
    own = [queue.submit(["quick", str(number)], "ann") for number in range(most)]
    mine = f"You have {said} waiting already; wait until {'it' if most == 1 else 'one of them'} has started"
    said = mine if said else "The queue is full"
    with pytest.raises(JobError, match=said):
        queue.submit(["quick", "more"], "ann")
    assert queue.submit(["quick", "0"], "ann") is own[0]
    queue.cancel(own[0].id, own[0].visitor)
    assert queue.submit(["quick", "more"], "ann").snapshot().live
    if most < limit:
        queue.submit(["quick"], "ben")


def test_while_others_wait_a_visitor_has_one_run_that_waits(queue: JobQueue) -> None:
    queue.submit(["hang"], "ann")
    queue.submit(["quick"], "ben")
    queue.submit(["quick", "1"], "ann")
    with pytest.raises(JobError, match="You have 1 run waiting already, and others are waiting too; wait until it"):
        queue.submit(["quick", "2"], "ann")


def test_a_shared_name_does_not_hide_who_asks(queue: JobQueue) -> None:
    for number in range(5):
        queue.submit(["hang", str(number)], "everybody", started_by="ann")
    with pytest.raises(JobError, match="You have 4 runs waiting already"):
        queue.submit(["hang", "ten"], "everybody", started_by="ann")
    queue.submit(["hang", "ten"], "everybody", started_by="ben")


def test_two_sessions_do_not_fill_the_queue(queue: JobQueue) -> None:
    for number in range(20):
        for session in ("one", "two"):
            with contextlib.suppress(JobError):
                queue.submit(["hang", str(number)], session)
    assert queue.submit(["quick"], "ann").snapshot().position


def test_many_sessions_of_one_address_leave_places_for_others(queue: JobQueue) -> None:
    for number in range(20):
        with contextlib.suppress(JobError):
            queue.submit(["hang"], f"session {number}", address="192.0.2.1")
    with pytest.raises(JobError, match="6 runs from your network wait already"):
        queue.submit(["hang"], "one more", address="192.0.2.1")
    for number in range(2):
        queue.submit(["quick"], f"guest {number}", address="192.0.2.2")
    with pytest.raises(JobError, match="The queue is full"):
        queue.submit(["quick"], "guest 3", address="192.0.2.2")


def test_nobodys_second_run_comes_before_anothers_first(queue: JobQueue, tmp_path: Path) -> None:
    at_stage(queue.submit(["wait_for", str(tmp_path / "go")], "ann"), "fit")
    anns = [queue.submit(["quick", str(number)], "ann") for number in range(3)]
    bens = queue.submit(["quick"], "ben")
    assert [job.snapshot().position for job in (bens, *anns)] == [1, 2, 3, 4]


def test_patience_is_shorter_while_others_wait(make_queue: MakeQueue) -> None:
    queue = make_queue(patience=Patience(crowded=0.5))
    long = queue.submit(["hang"], "ann")
    own = queue.submit(["hang", "on"], "ann")
    assert not long.ended.wait(1)  # only the same visitor waits
    queue.submit(["quick"], "ben")
    end = ended(long)
    assert (end.state, end.error and "others are waiting" in end.error) == (State.STOPPED, True)
    assert own.snapshot().live


def test_a_run_waits_for_the_memory_that_it_needs(make_queue: MakeQueue) -> None:
    free = [100.0]
    queue = make_queue(memory=lambda: free[0])
    job = queue.submit(["quick"], "ann", megabytes=300)
    until(lambda: job.snapshot().waits_for_memory)
    assert job.snapshot().state == State.QUEUED
    free[0] = 400.0
    end = ended(job)
    assert (end.state, end.waits_for_memory) == (State.DONE, False)


def test_what_a_run_may_still_take_is_not_spare(make_queue: MakeQueue) -> None:
    queue = make_queue(memory=lambda: 500.0, attainable=lambda: 520.0)
    assert queue.spare_megabytes() == 500
    job = queue.submit(["hang"], "ann", megabytes=300)
    until(lambda: job.snapshot().state == State.RUNNING)
    assert queue.spare_megabytes() == 220
    queue.cancel(job.id, "ann")
    until(lambda: queue.spare_megabytes() == 500)


def test_what_a_run_of_another_queue_may_still_take_is_waited_for(make_queue: MakeQueue) -> None:
    one, other = (make_queue(memory=lambda: 500.0, attainable=lambda: 520.0) for _ in range(2))
    one.share_memory_with(other)
    job = one.submit(["hang"], "ann", megabytes=300)
    until(lambda: job.snapshot().state == State.RUNNING)
    waiting = other.submit(["quick"], "ben", megabytes=250)
    until(lambda: waiting.snapshot().waits_for_memory)
    assert other.spare_megabytes() == 220
    one.cancel(job.id, "ann")
    assert ended(waiting).state == State.DONE


def test_no_run_begins_that_would_take_what_is_claimed(make_queue: MakeQueue) -> None:
    queue = make_queue(memory=lambda: 400.0)
    with queue.claimed(150):
        job = queue.submit(["quick"], "ann", megabytes=300)
        until(lambda: job.snapshot().waits_for_memory)
        time.sleep(0.2)
        assert job.snapshot().state == State.QUEUED
    assert ended(job).state == State.DONE


def test_a_run_that_waits_for_memory_can_be_cancelled(make_queue: MakeQueue, runs: Path) -> None:
    queue = make_queue(memory=lambda: 0.0)
    job = queue.submit(["quick"], "ann", megabytes=300)
    until(lambda: job.snapshot().waits_for_memory)
    queue.cancel(job.id, "ann")
    assert ended(job).state == State.CANCELLED
    assert list(runs.iterdir()) == []


def test_memory_that_never_comes_is_said(make_queue: MakeQueue) -> None:
    queue = make_queue(memory=lambda: 10.0, patience=Patience(memory=0.1))
    end = ended(queue.submit(["quick"], "ann", megabytes=300))
    assert (end.state, end.error) == (
        State.FAILED,
        "It needs about 300 MB of memory, but only 10 MB were free, and waiting did not help. "
        "Try again later, or choose fewer pairs or a quicker way of reading them.",
    )


def test_three_visitors_within_a_second(queue: JobQueue, tmp_path: Path) -> None:
    visitors = ("ann", "ben", "cid")
    together = threading.Barrier(len(visitors))
    jobs: dict[str, Job] = {}

    def press(visitor: str) -> None:
        together.wait()
        jobs[visitor] = queue.submit(["wait_for", str(tmp_path / "go")], visitor)

    threads = [threading.Thread(target=press, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: any(job.snapshot().stage == "fit" for job in jobs.values()))
    assert sorted(job.snapshot().position for job in jobs.values()) == [0, 1, 2]
    (tmp_path / "go").touch()
    assert [ended(job).state for job in jobs.values()] == [State.DONE] * 3
    assert [queue.jobs_of(visitor) for visitor in visitors] == [(jobs[visitor],) for visitor in visitors]


def test_a_visitors_runs_newest_first(queue: JobQueue) -> None:
    jobs = [queue.submit(["quick", str(number)], "ann") for number in range(3)]
    assert queue.jobs_of("ann") == tuple(reversed(jobs))
    assert queue.jobs_of("ben") == ()


# The same run twice


def test_the_same_configuration_is_the_same_run(queue: JobQueue) -> None:
    job = queue.submit(["quick"], "ann")
    assert queue.submit(["quick"], "ann") is job
    ended(job)
    assert queue.submit(["quick"], "ann") is job
    assert queue.submit(["quick"], "ben") is not job
    assert queue.submit(["quick", "--seed", "1"], "ann") is not job


def test_a_key_says_what_is_the_same(queue: JobQueue) -> None:
    job = queue.submit(["quick", "upload-1"], "ann", "digest")
    assert queue.submit(["quick", "upload-2"], "ann", "digest") is job
    assert queue.submit(["quick", "upload-1"], "ann", "another") is not job


def test_it_runs_again_when_its_folder_is_gone(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["quick"], "ann")
    ended(job)
    (runs / job.id / "manifest.json").unlink()
    assert queue.get(job.id) is None
    assert queue.jobs_of("ann") == ()
    assert queue.submit(["quick"], "ann") is not job


def test_it_runs_again_when_it_failed(queue: JobQueue) -> None:
    job = queue.submit(["fault"], "ann")
    ended(job)
    assert queue.submit(["fault"], "ann") is not job


# Cancel


@pytest.mark.parametrize("program", ["hang", pytest.param("stubborn", marks=posix)])
def test_cancel_returns_when_the_process_is_gone_and_leaves_no_file(queue: JobQueue, runs: Path, program: str) -> None:
    job = queue.submit([program], "ann")
    at_stage(job, "fit")
    process = process_of(job)
    assert files_in(runs) == [f".{job.id}-abc"]
    queue.cancel(job.id, job.visitor)
    end = job.snapshot()
    assert (end.state, end.error, end.live, end.folder) == (State.CANCELLED, None, False, None)
    assert is_gone(process.pid)
    assert files_in(runs) == []


@posix
def test_cancel_ends_the_processes_that_the_run_started(queue: JobQueue, tmp_path: Path) -> None:
    job = queue.submit(["hang_with_helper", str(tmp_path / "pid")], "ann")
    at_stage(job, "fit")
    queue.cancel(job.id, job.visitor)
    pid = int((tmp_path / "pid").read_text())
    until(lambda: is_gone(pid))


def test_cancel_before_the_process_is_up(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["hang"], "ann")
    queue.cancel(job.id, job.visitor)
    assert job.snapshot().state == State.CANCELLED
    assert files_in(runs) == []


def test_cancel_while_it_waits(queue: JobQueue) -> None:
    queue.submit(["hang"], "ann")
    second, third = queue.submit(["quick", "2"], "ben"), queue.submit(["quick", "3"], "cid")
    queue.cancel(second.id, second.visitor)
    assert second.snapshot().state == State.CANCELLED
    assert until(lambda: third.snapshot().position == 1)


def test_cancel_lets_the_next_one_run(queue: JobQueue) -> None:
    first, second = queue.submit(["hang"], "ann"), queue.submit(["quick"], "ben")
    queue.cancel(first.id, first.visitor)
    assert ended(second).state == State.DONE


def test_what_is_done_cannot_be_cancelled(queue: JobQueue) -> None:
    job = queue.submit(["quick"], "ann")
    ended(job)
    queue.cancel(job.id, job.visitor)
    queue.cancel("no such run", "ann")
    assert job.snapshot().state == State.DONE
    assert queue.get(job.id) is job


def test_delete_removes_what_the_run_left(queue: JobQueue, runs: Path) -> None:
    job, other = queue.submit(["quick", "1"], "ann"), queue.submit(["quick", "2"], "ann")
    ended(other)
    queue.delete(job.id, "ann")
    queue.delete("../..", "ann")
    assert queue.get(job.id) is None
    queue.deletions.end()
    assert files_in(runs) == sorted([other.id, f"{other.id}.json"])


# What is whose


def test_nobody_else_cancels_renames_or_deletes_a_run(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["hang"], "ann")
    at_stage(job, "fit")
    for visitor in ("ben", "", "ANN"):
        with pytest.raises(JobError, match="started in another browser"):
            queue.cancel(job.id, visitor)
        with pytest.raises(JobError, match="started in another browser"):
            queue.delete(job.id, visitor)
    assert job.snapshot().live
    queue.cancel(job.id, "ann")
    done = queue.submit(["quick"], "ann")
    ended(done)
    with pytest.raises(JobError, match="started in another browser"):
        queue.rename(done.id, "mine now", "ben")
    with pytest.raises(JobError, match="started in another browser"):
        queue.delete(done.id, "ben")
    assert queue.folders.name(done.id) == "" and queue.folders.holds(done.id)
    queue.rename(done.id, "still mine", "ann")
    assert queue.folders.name(done.id) == "still mine"
    queue.delete(done.id, "ann")
    queue.deletions.end()
    assert files_in(runs) == []


def test_a_run_of_the_command_line_is_nobodys(make_queue: MakeQueue, runs: Path) -> None:
    job_id = "x" * 22
    (runs / job_id).mkdir(parents=True)
    (runs / job_id / "manifest.json").write_text("{}")
    queue = make_queue()
    for visitor in ("", "ann"):
        with pytest.raises(JobError, match="started in another browser"):
            queue.delete(job_id, visitor)
    assert queue.folders.holds(job_id)


def test_strangers_see_how_a_run_stands_and_not_its_log(queue: JobQueue) -> None:
    job = queue.submit(["fault"], "ann")
    own = ended(job)
    assert own.mine and own.log[-1] == "RuntimeError: the reason"
    for viewer in ("ben", ""):
        seen = job.snapshot(viewer)
        assert (seen.state, seen.error, seen.log, seen.mine) == (own.state, own.error, (), False)


def test_what_everybody_shares_is_cancelled_by_who_started_it(queue: JobQueue) -> None:
    job = queue.submit(["hang"], "everybody", started_by="ann")
    assert queue.submit(["hang"], "everybody", started_by="ben") is job
    at_stage(job, "fit")
    for visitor in ("ben", "everybody"):
        assert not job.snapshot(visitor).mine
        with pytest.raises(JobError, match="started in another browser"):
            queue.cancel(job.id, visitor)
    queue.cancel(job.id, "ann")
    assert job.snapshot("ann").state == State.CANCELLED


def test_what_is_done_is_started_again_on_request(queue: JobQueue) -> None:
    job = queue.submit(["quick"], "everybody", leaves_folder=False, started_by="ann")
    ended(job)
    assert queue.submit(["quick"], "everybody", leaves_folder=False, started_by="ben") is job
    other = queue.submit(["quick"], "everybody", leaves_folder=False, started_by="ben", again=True)
    assert other is not job
    assert queue.jobs_of("everybody") == (other,)


# Runs that go wrong


def test_bad_input_shows_the_commands_own_sentence(queue: JobQueue) -> None:
    end = ended(queue.submit(["bad_input"], "ann"))
    assert (end.state, end.error) == (State.FAILED, "The data has only one class (cat).")


def test_a_fault_of_ours_shows_a_calm_sentence_and_the_last_lines(
    queue: JobQueue, runs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "mmdemo.jobs"):
        end = ended(queue.submit(["fault"], "ann"))
        until(lambda: "the reason" in caplog.text)
    assert (end.state, end.error, end.result) == (State.FAILED, OURS, None)
    assert end.log[-1] == "RuntimeError: the reason"
    assert files_in(runs) == []
    assert end.id not in caplog.text  # it is the link to the run


@pytest.mark.parametrize("program", ["crash_at_import", "without_result"])
def test_runs_without_a_result_failed(queue: JobQueue, program: str) -> None:
    end = ended(queue.submit([program], "ann"))
    assert (end.state, end.error) == (State.FAILED, OURS)
    assert program == "without_result" or "no_such_module" in end.log[-1]


def test_a_program_that_cannot_be_started(make_queue: MakeQueue) -> None:
    queue = make_queue(program=("/no/such/program",))
    first, second = queue.submit(["a"], "ann"), queue.submit(["with\0zero"], "ann")
    assert (ended(first).state, ended(second).state) == (State.FAILED, State.FAILED)
    assert "null byte" in ended(second).log[-1]


@posix
def test_sigkill_from_outside_is_a_stop_and_the_next_one_runs(queue: JobQueue, runs: Path) -> None:
    job, following = queue.submit(["hang"], "ann"), queue.submit(["quick"], "ben")
    at_stage(job, "fit")
    process_of(job).kill()
    end = ended(job)
    assert end.state == State.STOPPED
    assert end.error == "The run stopped unexpectedly: its process was killed, most often because memory ran out."
    assert end.log == ("about to hang",)
    assert ended(following).state == State.DONE
    assert [name for name in files_in(runs) if job.id in name] == []


@posix
@pytest.mark.parametrize(
    ("number", "cause"),
    [(signal.SIGTERM, "something told its process to end"), (signal.SIGSEGV, "its process crashed (SIGSEGV)")],
)
def test_other_signals_are_stops_too(queue: JobQueue, number: int, cause: str) -> None:
    job = queue.submit(["hang"], "ann")
    at_stage(job, "fit")
    process_of(job).send_signal(number)
    end = ended(job)
    assert end.state == State.STOPPED
    assert end.error is not None
    assert end.error == f"The run stopped unexpectedly: {cause}."


def test_garbage_is_passed_over(queue: JobQueue) -> None:
    end = ended(queue.submit(["garbage"], "ann"))
    assert (end.state, end.stage, end.done) == (State.DONE, "fit", 1.0)
    assert end.log == (" 10%", "bell")


def test_a_flood_is_cut(queue: JobQueue) -> None:
    end = ended(queue.submit(["flood"], "ann"))
    assert end.state == State.DONE
    assert len(end.epochs) == 1000
    assert end.epochs[-1]["epoch"] == 4_999
    assert len(end.log) == 50
    assert max(map(len, end.log)) <= 1000


def test_a_run_that_closes_its_output_and_hangs_is_ended(make_queue: MakeQueue) -> None:
    queue = make_queue(patience=Patience(mute=0.1))
    silent, told = queue.submit(["mute", "silent"], "ann"), queue.submit(["mute", "told"], "ann")
    end = ended(silent)
    assert (end.state, end.error) == (State.STOPPED, "The run was ended: it stopped answering.")
    assert ended(told).state == State.DONE  # its work was done, it only failed to exit


def test_a_run_that_takes_for_ever_is_ended(make_queue: MakeQueue, runs: Path) -> None:
    end = ended(make_queue(patience=Patience(total=0.5)).submit(["hang"], "ann"))
    assert end.state == State.STOPPED
    assert end.error is not None
    assert "it took too long" in end.error
    assert files_in(runs) == []


@posix
def test_a_process_left_behind_is_ended_and_holds_nothing_up(queue: JobQueue, tmp_path: Path) -> None:
    end = ended(queue.submit(["leave_helper", str(tmp_path / "pid")], "ann"))
    assert end.state == State.DONE
    assert end.elapsed < DEADLINE / 2
    pid = int((tmp_path / "pid").read_text())
    until(lambda: is_gone(pid))


# How long it will take


def test_remaining_is_unknown_at_first(queue: JobQueue, tmp_path: Path) -> None:
    job = queue.submit(["wait_for", str(tmp_path / "go")], "ann")
    assert at_stage(job, "fit").remaining is None


def test_remaining_is_learnt_from_a_run_like_it(queue: JobQueue, tmp_path: Path) -> None:
    gate = tmp_path / "go"
    gate.touch()
    ended(queue.submit(["wait_for", str(gate), "--seed", "1"], "ann"))
    gate.unlink()
    other = queue.submit(["wait_for", str(tmp_path / "other"), "--seed", "2"], "ann")
    assert at_stage(other, "fit").remaining is None
    queue.cancel(other.id, other.visitor)
    like = queue.submit(["wait_for", str(gate), "--seed", "2"], "ann")
    remaining = at_stage(like, "fit").remaining
    assert remaining is not None
    assert 0 <= remaining < DEADLINE


def test_remaining_starts_from_what_the_page_expects(queue: JobQueue, tmp_path: Path) -> None:
    expected = {"load": 5.0, "fit": 10.0, "evaluate": 4.0, "total": 19.0}
    job = queue.submit(["hang"], "ann", expected=expected)
    at_stage(job, "fit")
    now = until(lambda: (one := job.snapshot()).elapsed > 0.2 and one)
    assert now.remaining is not None
    assert 4.0 < now.remaining <= 4.0 + now.elapsed  # half of the stage is done; then comes evaluate


# What stays on disk


def test_a_restarted_server_knows_what_is_done(make_queue: MakeQueue) -> None:
    before = make_queue()
    jobs = [before.submit(["epochs", str(number)], "ann", f"key {number}") for number in range(2)]
    was = [ended(job) for job in jobs]
    before.close()
    after = make_queue()
    known = [job.snapshot("ann") for job in reversed(after.jobs_of("ann"))]
    assert known == [dataclasses.replace(one, stage="", done=0.0, network=None) for one in was]
    assert after.submit(["epochs", "0"], "ann", "key 0").id == jobs[0].id


def test_a_loss_that_is_no_number_does_not_spoil_the_record() -> None:
    event = read_object(b'{"loss": NaN, "most": 1e999, "least": -Infinity, "rate": 0.5, "epoch": 3}')
    assert event == {"loss": None, "most": None, "least": None, "rate": 0.5, "epoch": 3}


HUGE = f'{{"elapsed": {"9" * 400}}}'
UNSOUND = ("{", "[]", "[" * 5_000, '{"epochs": 5, "visitor": "ann"}', '{"submitted": "x"}', HUGE)


@pytest.mark.parametrize("record", [None, *UNSOUND])
def test_a_folder_without_a_sound_record_is_done_all_the_same(
    make_queue: MakeQueue, runs: Path, record: str | None
) -> None:
    job_id = "a-folder_of_22_letters"
    (runs / job_id).mkdir(parents=True)
    (runs / job_id / "manifest.json").write_text("{}")
    if record:
        (runs / f"{job_id}.json").write_text(record)
    job = make_queue().get(job_id)
    assert job is not None
    now = job.snapshot()
    assert (now.state, now.folder, now.result, now.command) == (State.DONE, runs / job_id, None, "")


def test_a_result_of_another_kind_does_not_stop_the_queue(make_queue: MakeQueue, runs: Path) -> None:
    (runs / "a-folder_of_22_letters").mkdir(parents=True)
    (runs / "a-folder_of_22_letters" / "manifest.json").write_text("{}")
    record = {"arguments": ["epochs", "1"], "result": [1, 2]}
    (runs / "a-folder_of_22_letters.json").write_text(json.dumps(record))
    assert ended(make_queue().submit(["epochs", "1"], "ann")).state == State.DONE


def test_a_folder_that_appears_later_is_found(queue: JobQueue, runs: Path) -> None:
    job_id = "made-on-a-command-line"
    assert queue.get(job_id) is None
    (runs / job_id).mkdir(parents=True)
    (runs / job_id / "manifest.json").write_text("{}")
    assert queue.get(job_id) is not None


@pytest.mark.parametrize("job_id", ["", ".", "..", "../outside", "short", "/etc/passwd", "x" * 23, "a/b" * 7 + "c"])
def test_only_ids_are_looked_up(queue: JobQueue, runs: Path, job_id: str) -> None:
    (runs.parent / "outside").mkdir()
    (runs.parent / "outside" / "manifest.json").write_text("{}")
    assert queue.get(job_id) is None


def test_the_oldest_runs_make_room(make_queue: MakeQueue, runs: Path) -> None:
    queue = make_queue(RunFolders(runs, most=2))
    jobs = []
    for number in range(4):
        jobs.append(queue.submit(["quick", str(number)], "ann"))
        ended(jobs[-1])
        os.utime(runs / jobs[-1].id / "manifest.json", (number, number))  # the clock of some file systems is coarse
    assert queue.jobs_of("ann") == (jobs[3], jobs[2])
    assert files_in(runs) == sorted(name for job in jobs[2:] for name in (job.id, f"{job.id}.json"))


def folder(directory: Path, letter: str, age: float, size: int = 10) -> Path:
    """A finished run named by 22 times the letter."""
    path = directory / (letter * 22)
    path.mkdir(parents=True)
    (path / "manifest.json").write_bytes(b" " * size)
    os.utime(path / "manifest.json", (time.time() - age,) * 2)
    return path


def test_bytes_are_bounded_too(runs: Path) -> None:
    old, middle, new = (folder(runs, letter, age, 1000) for letter, age in (("a", 30), ("b", 20), ("c", 10)))
    RunFolders(runs, most_bytes=2500).trim()
    assert [path.exists() for path in (old, middle, new)] == [False, True, True]
    RunFolders(runs, most_bytes=1).trim()
    assert [path.exists() for path in (middle, new)] == [False, True]


def test_trim_touches_only_runs(runs: Path) -> None:
    day = 25 * 3600
    kept = folder(runs, "a", 0)
    for name in ("my-model", f".{'b' * 22}-new", f".{'c' * 22}-old", ".other"):
        (runs / name).mkdir()
        (runs / name / "manifest.json").touch()
    for name in ("my-model", f".{'c' * 22}-old", ".other"):
        os.utime(runs / name, (time.time() - day,) * 2)
    (runs / f"{'d' * 22}.json").write_text("{}")
    (runs / "notes.json").write_text("{}")
    RunFolders(runs, most=1).trim()
    assert files_in(runs) == sorted([kept.name, "my-model", ".other", f".{'b' * 22}-new", "notes.json"])


def test_runs_that_nobody_used_expire(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(runs))
    stale, used, fresh = (folder(runs, letter, age * 3600) for letter, age in (("a", 30), ("b", 30), ("c", 20)))
    for path in (stale, used, fresh):
        os.utime(path, (1, 1))
    (runs / f"{stale.name}.json").write_text("{}")
    mark_used([used / "manifest.json"])
    RunFolders(runs).sweep(live=())
    assert files_in(runs) == [used.name, fresh.name]
    monkeypatch.setenv("MMDEMO_RETENTION_HOURS", "0.001")
    RunFolders(runs).sweep(live={fresh.name})
    assert files_in(runs) == [used.name, fresh.name]
    os.utime(used, (1, 1))
    RunFolders(runs).sweep(live=())
    assert files_in(runs) == []


def test_a_sweep_keeps_what_waits_or_runs(queue: JobQueue, runs: Path) -> None:
    job = queue.submit(["hang"], "ann")
    at_stage(job, "fit")
    place = folder(runs, "x", 1000 * 3600).rename(runs / job.id)  # in place already, but its process has not ended
    half = runs / f".{job.id}-abc"
    stale = folder(runs, "y", 1000 * 3600)
    for path in (place, half, stale):
        os.utime(path, (1, 1))
    queue.sweep()
    assert (place.exists(), half.exists(), stale.exists()) == (True, True, False)
    queue.cancel(job.id, "ann")
    assert not place.exists()


def test_a_server_sweeps_at_once_and_again_until_it_ends(queue: JobQueue, runs: Path) -> None:
    stale = folder(runs, "a", 1000 * 3600)
    os.utime(stale, (1, 1))
    thread = start_sweeping(queue.sweep, queue.closing, every=0.01)
    until(lambda: not stale.exists())
    stale.mkdir()
    (stale / "manifest.json").touch()
    for path in (stale / "manifest.json", stale):
        os.utime(path, (1, 1))
    until(lambda: not stale.exists())
    assert thread.daemon
    queue.close()
    thread.join(DEADLINE)
    assert not thread.is_alive()


def test_a_sweep_that_fails_is_logged_and_tried_again(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MMDEMO_RETENTION_HOURS", "soon")
    start_sweeping(queue.sweep, queue.closing, every=0.01)
    until(lambda: caplog.text.count("could not be swept") > 1)
    assert "Got MMDEMO_RETENTION_HOURS='soon', but expected a number" in caplog.text


@posix
def test_runs_are_for_their_owner(queue: JobQueue, runs: Path) -> None:
    ended(queue.submit(["quick"], "ann"))
    assert runs.stat().st_mode & 0o077 == 0


@posix
@pytest.mark.parametrize(("mode", "then"), [(0o755, 0o700), (0o770, 0o700), (0o700, 0o700), (0o1777, 0o1777)])
def test_a_directory_that_is_there_is_closed_to_others(runs: Path, mode: int, then: int) -> None:
    runs.mkdir()
    runs.chmod(mode)
    RunFolders(runs).make()
    assert runs.stat().st_mode & 0o7777 == then


@posix
@pytest.mark.parametrize("mode", [0o777, 0o755, 0o700, 0o1777])
def test_a_directory_of_somebody_else_is_not_used(mode: int, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(runs, "a", 1000)
    runs.chmod(mode)
    (kept,) = RunFolders(runs).ids()
    monkeypatch.setattr(os, "geteuid", lambda: runs.stat().st_uid + 1)
    with pytest.raises(JobError, match=r"the folder of runs belongs to another account\. Set MMDEMO_RUNS_DIR"):
        RunFolders(runs).make()
    assert RunFolders(runs).ids() == [] and not RunFolders(runs).holds(kept)
    assert runs.stat().st_mode & 0o7777 == mode


def test_a_directory_that_cannot_be_made(make_queue: MakeQueue, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JobError, match=r"No run can be kept: .* cannot be used \(.*\)\. Set MMDEMO_RUNS_DIR"):
        make_queue(tmp_path / "file" / "runs").submit(["quick"], "ann")


def test_a_record_may_hold_what_is_no_text(runs: Path) -> None:
    folders = RunFolders(runs)
    folders.make()
    folders.remember("a-folder_of_22_letters", {"arguments": ["\ud800", "é"]})
    assert folders.record("a-folder_of_22_letters") == {"arguments": ["\ud800", "é"]}


def test_a_record_that_cannot_be_written_does_no_harm(runs: Path, caplog: pytest.LogCaptureFixture) -> None:
    folders = RunFolders(runs / "missing")
    folders.remember("a" * 22, {})
    assert "cannot be written" in caplog.text


def test_memory_of_runs_is_bounded(make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmdemo.jobs.known_jobs._MOST", 3)
    queue = make_queue()
    jobs = [queue.submit(["bad_input", str(number)], "ann") for number in range(2)]
    ended(jobs[-1])
    jobs += [queue.submit(["bad_input", str(number)], "ann") for number in range(2, 5)]
    assert len(queue.jobs_of("ann")) == 3


# The server's own end


def test_a_closed_queue_takes_nothing_more(queue: JobQueue, runs: Path) -> None:
    job, waiting = queue.submit(["hang"], "ann"), queue.submit(["quick"], "ben")
    at_stage(job, "fit")
    process = process_of(job)
    queue.close()
    assert is_gone(process.pid)
    assert (job.snapshot().state, waiting.snapshot().state) == (State.CANCELLED, State.CANCELLED)
    assert files_in(runs) == []
    with pytest.raises(JobError, match="being stopped"):
        queue.submit(["quick"], "ann")


SERVER = """
import sys, time
from pathlib import Path
from mmdemo.jobs.queue import JobQueue
queue = JobQueue(Path(sys.argv[1]), program=(sys.executable, sys.argv[2]))
job = queue.submit([sys.argv[3]], "ann")
while job.snapshot().stage != "fit":
    time.sleep(0.01)
print("running", flush=True)
sys.stdin.readline()
"""


def serve(runs: Path, program: str) -> tuple[subprocess.Popen[bytes], psutil.Process]:
    """A server process with a run that hangs, and that run's process."""
    command = [sys.executable, "-c", SERVER, str(runs), PROGRAM[1], program]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert server.stdout is not None
    assert server.stdout.readline().strip() == b"running"
    children = psutil.Process(server.pid).children()
    assert len(children) == 1
    return server, children[0]


@pytest.mark.parametrize("program", ["hang", pytest.param("stubborn", marks=posix)])
def test_no_run_outlives_a_server_that_exits(runs: Path, program: str) -> None:
    server, run = serve(runs, program)
    server.communicate(b"\n", timeout=DEADLINE)
    assert is_gone(run.pid)
    assert server.returncode == 0
    assert files_in(runs) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
@pytest.mark.parametrize("program", ["hang", "stubborn"])
def test_no_run_outlives_a_server_that_is_killed(runs: Path, program: str) -> None:
    server, run = serve(runs, program)
    server.kill()
    server.communicate(timeout=DEADLINE)
    until(lambda: is_gone(run.pid))


# The real command line


@pytest.mark.slow
def test_a_real_training_run(make_queue: MakeQueue) -> None:
    queue = make_queue(program=(sys.executable, "-m", "mmdemo"))
    words = "train --data homonyms --set data.n=80 --image-encoder none --text-encoder tfidf --C 1"
    end = ended(queue.submit(words.split(), "ann"), REAL_DEADLINE)
    assert (end.state, end.error) == (State.DONE, None), end.log
    assert end.folder is not None
    assert json.loads((end.folder / "manifest.json").read_text("utf-8"))["n_test"] == 80
    assert end.result is not None
    assert list(end.result["heads"]) == ["text"]
    assert (end.stage, end.whole) == ("save", 1)


@pytest.mark.slow
def test_a_real_run_with_bad_input(make_queue: MakeQueue) -> None:
    queue = make_queue(program=(sys.executable, "-m", "mmdemo"))
    end = ended(queue.submit(["train", "--data", "/no/such/folder"], "ann"), REAL_DEADLINE)
    assert end.state == State.FAILED
    assert end.error is not None
    assert "/no/such/folder" in end.error

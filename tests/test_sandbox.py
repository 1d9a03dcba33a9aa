"""The sandbox: one sentence for whatever a task does, and the next call is answered as if nothing had been."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import cv2
import numpy as np
import psutil
import pytest

from mmdemo.errors import ImageError, MMDemoError
from mmdemo.preprocess.decode import decode
from mmdemo.preprocess.foreign import decode_foreign
from mmdemo.sandbox import sandbox as sandbox_module
from mmdemo.sandbox.budget import AbandonedError, Budget, BudgetError, BusyError
from mmdemo.sandbox.call import Call
from mmdemo.sandbox.sandbox import Sandbox
from mmdemo.sandbox.tasks import TASKS
from tests import sandbox_tasks
from tests.budget import ROOT
from tests.hostile_images import HOSTILE
from tests.pace import cpu_seconds
from tests.picture_files import one_of_each

NAMES = [
    name for name, found in vars(sandbox_tasks).items() if getattr(found, "__module__", "") == sandbox_tasks.__name__
]
FAKE = {name: f"tests.sandbox_tasks:{name}" for name in NAMES}
SMALL = Budget(cpu=0.5, seconds=5, megabytes=100, answer=1_000_000)


@pytest.fixture(scope="module")
def fake() -> Iterator[Sandbox]:
    sandbox = Sandbox(FAKE)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


def children() -> list[psutil.Process]:
    """The workers of this process that live."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a zombie, too
            found += [child] if any("worker.py" in part for part in child.cmdline()) else []
    return found


def kill() -> None:
    """End all workers as a system short of memory would, and wait until they are gone."""
    found = children()
    for child in found:
        child.send_signal(signal.SIGKILL)
    end = time.monotonic() + 5
    while any(map(lives, found)) and time.monotonic() < end:
        time.sleep(0.01)
    assert found and not any(map(lives, found))


def lives(child: psutil.Process) -> bool:
    """Whether it runs; one that has ended stays as a zombie until its parent asks."""
    try:
        return child.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_answer_comes_back_as_it_was_given(fake: Sandbox) -> None:
    payload = os.urandom(900_000)
    assert fake.call("echo", {"a": [1, "é", None]}, payload, SMALL) == ({"a": [1, "é", None]}, payload)


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ("fail", "fault"),
        ("spin", "time"),
        ("hoard", "memory"),
        ("hoard_elsewhere", "memory"),
        ("leave", "fault"),
        ("crash", "fault"),
        ("babble", "fault"),
        ("too_much", "fault"),
        ("long_header", "fault"),
        ("no_such_task", "fault"),
    ],
)
def test_what_a_task_may_do_is_one_sentence_and_the_next_call_is_in_order(
    fake: Sandbox, task: str, reason: str
) -> None:
    with pytest.raises(BudgetError) as caught:
        fake.call(task, {}, b"", SMALL)
    assert caught.value.reason == reason
    assert str(caught.value).startswith("The file ") and "\n" not in str(caught.value)
    before = {child.pid for child in children()}
    assert fake.call("echo", {}, b"next", SMALL)[1] == b"next"
    assert len({child.pid for child in children()} - before) <= 1


@pytest.mark.parametrize("task", ["echo", "refuse", "crash"])
def test_nothing_is_kept_of_a_file_once_it_is_answered(fake: Sandbox, task: str, monkeypatch) -> None:
    made, real = [], sandbox_module.Call

    def call(*arguments: object) -> Call:
        made.append(weakref.ref(found := real(*arguments)))
        return found

    monkeypatch.setattr(sandbox_module, "Call", call)
    gc.disable()
    try:
        with suppress(MMDemoError):
            fake.call(task, {}, bytes(900_000), SMALL)
        assert eventually(lambda: made[0]() is None)
    finally:
        gc.enable()


def eventually(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_waiting_on_the_clock_has_an_end_too(fake: Sandbox) -> None:
    with pytest.raises(BudgetError, match="too long"):
        fake.call("sleep", {}, b"", Budget(cpu=5, seconds=0.3))


def test_a_tasks_own_sentence_is_passed_on(fake: Sandbox) -> None:
    with pytest.raises(ImageError, match=r"^it is no image\.$"):
        fake.call("refuse", {}, b"", SMALL)


def test_no_file_can_be_written(fake: Sandbox, tmp_path) -> None:
    with pytest.raises(BudgetError):
        fake.call("write_file", {"path": str(tmp_path / "x")}, b"", SMALL)
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").read_bytes()


def test_what_is_no_longer_wanted_stops(fake: Sandbox) -> None:
    worker = psutil.Process(fake.call("modules", {}, b"", SMALL)[0]["pid"])
    asked, spent = iter([True] * 3), []

    def wanted() -> bool:
        spent.append(sum(worker.cpu_times()[:2]))
        return next(asked, False)

    with pytest.raises(AbandonedError):
        fake.call("spin", {}, b"", Budget(cpu=60, seconds=60), wanted)
    assert spent[-1] - spent[0] < 0.5
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
    assert fake.call("echo", {}, b"next", SMALL)[1] == b"next"


def test_calls_are_answered_in_turn_and_the_line_has_an_end() -> None:
    sandbox, order, refused = Sandbox(FAKE, patience=1.0), [], []

    def ask(number: int, seconds: float) -> None:
        try:
            sandbox.call("sleep", {"seconds": seconds}, b"", Budget(seconds=30))
            order.append(number)
        except BusyError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=ask, args=(number, 0.25 if number else 0.6)) for number in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    sandbox.close()
    assert order == sorted(order) and order[0] == 0
    assert len(order) + len(refused) == 12
    assert set(refused) == {"The server is busy with other files; try again in a moment."}


def test_a_waiting_call_that_is_no_longer_wanted_leaves_the_line(fake: Sandbox) -> None:
    first = threading.Thread(target=lambda: fake.call("sleep", {"seconds": 1}, b"", Budget(seconds=30)))
    first.start()
    time.sleep(0.1)
    started = time.monotonic()
    with pytest.raises(AbandonedError):
        fake.call("echo", {}, b"", SMALL, wanted=lambda: False)
    assert time.monotonic() - started < 0.8  # while the first was still at work
    first.join()


def test_a_killed_child_is_replaced(sandbox: Sandbox) -> None:
    data = one_of_each()["png"]
    before = decode_foreign(sandbox, data)
    kill()
    assert np.array_equal(decode_foreign(sandbox, data).pixels, before.pixels)
    assert len(children()) == 1  # those of other tests, which `kill` has ended, too, start at their next call


def test_a_child_killed_at_work_is_one_sentence_and_replaced(sandbox: Sandbox) -> None:
    data, said = HOSTILE["png of transparency"](), []

    def ask() -> None:
        try:
            decode_foreign(sandbox, data, "it")
        except MMDemoError as error:
            said.append(str(error))

    decode_foreign(sandbox, one_of_each()["png"])
    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.15)
    kill()
    thread.join()
    assert said == ["it cannot be read: open it in an image editor and save it again."]
    assert decode_foreign(sandbox, one_of_each()["jpeg"]).format == "JPEG"


def test_the_child_ends_with_its_parent() -> None:
    code = (
        "from mmdemo.sandbox.sandbox import Sandbox\nfrom mmdemo.sandbox.budget import Budget\nimport os\n"
        f"one = Sandbox({FAKE!r})\n"
        "print(one.call('modules', {}, b'', Budget())[0]['pid'], flush=True)\n"
    )
    for ending in ("", "os.kill(os.getpid(), 9)"):
        done = subprocess.run([sys.executable, "-c", code + ending], cwd=ROOT, capture_output=True, text=True)
        pid, end = int(done.stdout), time.monotonic() + 5
        while psutil.pid_exists(pid) and time.monotonic() < end:
            time.sleep(0.02)
        assert not psutil.pid_exists(pid)


def test_a_worker_is_small_and_alone() -> None:
    sandbox = Sandbox({**TASKS, **FAKE})
    found = sandbox.call("modules", {}, b"", SMALL)[0]
    assert not {"pandas", "sklearn", "scipy", "streamlit", "tensorflow", "keras", "wordllama"} & set(found["modules"])
    assert {"PIL", "numpy", "cv2"} <= set(found["modules"])
    process = psutil.Process(found["pid"])
    assert process.memory_full_info().pss < 45e6
    assert process.nice() >= 5
    assert not {"MMDEMO_RUNS_DIR", "HOSTNAME"} & set(process.environ())
    sandbox.close()


@pytest.mark.parametrize("name", one_of_each())
def test_the_child_decodes_as_the_command_line_does(sandbox: Sandbox, name: str) -> None:
    data = one_of_each()[name]
    here, there = decode(data, name), decode_foreign(sandbox, data, name)
    assert np.array_equal(here.pixels, there.pixels)
    assert (here.format, here.size, here.notes) == (there.format, there.size, there.notes)


def test_a_large_image_too(sandbox: Sandbox) -> None:
    data = HOSTILE["progressive jpeg of 30 megapixels"]()
    with pytest.raises(ImageError) as here:
        decode(data, "it")
    with pytest.raises(ImageError) as there:
        decode_foreign(sandbox, data, "it")
    assert str(here.value) == str(there.value)


IDLE = 60  # megabytes of a worker's resident memory, the libraries' shared pages included
DEAREST = (
    "webp of codes",
    "png of transparency",
    "webp of one colour",
    "jpeg of EXIF segments",
    "progressive jpeg without subsampling",
    "tiff of nothing, on its side",
    "avif of 13 megapixels",
    "jpeg of an unusual profile",
)


@pytest.mark.parametrize("name", DEAREST)
def test_a_hostile_file_costs_the_server_nothing(sandbox: Sandbox, name: str) -> None:
    decode_foreign(sandbox, one_of_each()["png"])
    data, before = HOSTILE[name](), psutil.Process().memory_info().rss

    def decoded() -> None:
        try:
            decode_foreign(sandbox, data, "it")
        except ImageError as error:
            assert str(error).startswith("it ")

    assert cpu_seconds(decoded, 0.5) < 0.5
    assert psutil.Process().memory_info().rss - before < 30e6
    assert all(peak_megabytes(child.pid) < IDLE + 150 for child in children())


def peak_megabytes(pid: int) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in file if line.startswith("VmHWM"))


@pytest.mark.parametrize(
    "forged",
    [
        {"shape": [3, 3]},
        {"shape": [2, -3]},
        {"shape": [True, 18]},
        {"shape": [10**9, 10**9]},
        {"shape": "23"},
        {"shape": None},
        {"size": [1]},
        {"size": [1.5, 2]},
        {"notes": "x"},
        {"notes": [1]},
    ],
    ids=str,
)
def test_a_forged_answer_is_refused(forged: dict[str, object]) -> None:
    class Forging(Sandbox):
        def call(self, task, header, payload, budget, wanted=lambda: True):
            return sandbox_tasks.forge({"forged": forged}, payload)

    with pytest.raises(ImageError, match=r"^it cannot be read: open it in an image editor and save it again\.$"):
        decode_foreign(Forging(), one_of_each()["png"], "it")


class Rooms:
    """So much memory is there one time after the other."""

    def __init__(self, *megabytes: float) -> None:
        self.left, self.claims = list(megabytes), []

    def spare_megabytes(self) -> float:
        return self.left.pop(0)

    @contextmanager
    def claimed(self, megabytes: float) -> Iterator[None]:
        self.claims.append(megabytes)
        yield


def test_a_task_that_needs_more_than_there_is_waits_for_it_and_others_do_not() -> None:
    room = Rooms(30, 30, 30, 60, 200)
    sandbox = Sandbox(FAKE, room=room)
    try:
        assert sandbox.call("hoard", {"bytes": 10_000_000}, b"", SMALL)[0] == {"length": 10_000_000}
        assert (len(room.left), room.claims) == (4, [])
        assert sandbox.call("hoard", {"bytes": 70_000_000}, b"", SMALL)[0] == {"length": 70_000_000}
        assert (room.left, room.claims) == ([], [SMALL.megabytes])
    finally:
        sandbox.close()


def test_nobody_waits_for_memory_after_they_left() -> None:
    sandbox = Sandbox(FAKE, room=Rooms(*[30] * 9))
    answers = iter([True, True])
    try:
        with pytest.raises(AbandonedError):
            sandbox.call("hoard", {"bytes": 70_000_000}, b"", SMALL, lambda: next(answers, False))
    finally:
        sandbox.close()


@pytest.mark.parametrize("ending", [".png", ".webp", ".bmp", ".jpg"])
def test_an_image_that_has_too_little_memory_waits_and_is_not_called_damaged(ending: str) -> None:
    room = Rooms(20, 30, 150)
    sandbox = Sandbox(room=room)
    pixels = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (2800, 2800, 3), np.uint8), (0, 0), 5)
    data = cv2.imencode(ending, pixels)[1].tobytes()
    try:
        image = decode_foreign(sandbox, data, f"large{ending}")
        np.testing.assert_array_equal(image.pixels, decode(data).pixels)
        assert not room.left
    finally:
        sandbox.close()

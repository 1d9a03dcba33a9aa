"""What is imported while nobody waits."""

import asyncio
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from mmdemo.ui.door import warming
from mmdemo.ui.frame import ENTRIES
from tests.models import ROOT


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> "SimpleQueue[str]":
    queue: SimpleQueue[str] = SimpleQueue()
    monkeypatch.setattr(warming, "_ASKED", queue)
    return queue


async def _served(scope: object, receive: object, send: object) -> None:
    return None


@pytest.mark.parametrize(
    ("path", "script"), [("/classify", "pages/classify.py"), ("/", ""), ("/static/classify", ""), ("/../app", "")]
)
def test_the_page_that_a_browser_asks_for_is_prepared(path: str, script: str, asked: "SimpleQueue[str]") -> None:
    asyncio.run(warming.Warming(_served)({"type": "http", "path": path}, None, None))  # type: ignore[arg-type]
    assert asked.qsize() == (1 if script else 0)
    assert not script or asked.get() == script


def test_every_page_is_known() -> None:
    scripts = {entry.script for entry in ENTRIES}
    assert {"app.py", *warming._pages().values()} == scripts
    for script in scripts:
        assert dict(warming.imports_of(ROOT / script))


def test_once_a_page_is_drawn_the_model_is_read_too(asked: "SimpleQueue[str]", monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[Path] = []
    monkeypatch.setattr(warming, "imports_of", lambda script: imported.append(script) or [])
    monkeypatch.setattr(warming, "_PAUSE", 0)
    loaded: list[int] = []
    closing = Event()

    def load() -> None:
        loaded.append(len(imported))
        if len(imported) > 2:
            closing.set()

    asked.put("pages/train.py")
    warming.drawn()
    warming.start_warming(closing, load).join()
    assert [path.name for path in imported[:2]] == ["app.py", "train.py"]
    assert {path.name for path in imported[2:]} == {path.name for path in (ROOT / "pages").glob("*.py")}
    assert loaded == [2, len(imported)]


def test_a_server_that_ends_imports_nothing_more(asked: "SimpleQueue[str]") -> None:
    closing = Event()
    closing.set()
    warming.drawn()
    warming.start_warming(closing, lambda: pytest.fail("It was read.")).join()


def test_a_fault_is_logged_and_ends_nothing(
    asked: "SimpleQueue[str]", monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warming, "imports_of", lambda script: 1 / 0)
    warming.start_warming(Event(), lambda: None).join()
    assert "could not be imported" in caplog.text


def test_no_page_imports_scikit_learn_skops_tensorflow_or_spark() -> None:
    program = (
        "import sys; from threading import Event; from mmdemo.ui.door import warming\n"
        "warming._PAUSE = 0; warming.drawn(); end = Event(); warming.start_warming(end, end.set).join()\n"
        "print('mmdemo.ui.pages.classify.one_pair' in sys.modules)\n"
        "never = {'sklearn', 'skops', 'scipy.stats', 'tensorflow', 'keras', 'cleanlab', 'pyspark', 'mmdemo.spark'}\n"
        "print(sorted(never & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True", "[]"], done.stderr

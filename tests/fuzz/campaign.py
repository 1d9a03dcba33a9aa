"""Fuzz one target for a while in worker processes, each replaced when an input hangs or ends it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from mmdemo.sandbox.spawning import yielding
from tests.fuzz.findings import keep
from tests.fuzz.sheet import Sheet

ROOT = Path(__file__).resolve().parents[2]
DRIVERS = ("hypothesis", "atheris") if find_spec("atheris") else ("hypothesis",)
"""Those that are installed, the better one last."""
PATIENCE = 40.0
STARTING = 180.0  # seconds until a worker must have tried its first input
_TICK = 0.1
_MOST_DEATHS = 5  # of one kind, after which a target is left alone


@dataclass
class Result:
    """What became of a target; see `watch.Report`. seconds: on the clock while inputs ran."""

    driver: str
    seconds: float = 0
    ran: int = 0
    refused: int = 0
    accepted: int = 0
    slowest: float = 0
    most: float = 0
    findings: dict[str, int] = field(default_factory=dict)


def fuzz(address: str, driver: str, seconds: float, seed: int, findings: Path, patience: float = PATIENCE) -> Result:
    """Fuzz the target at "module:NAME" for about so many seconds.

    driver: one of DRIVERS. findings: the folder for inputs that led to one. patience: seconds on the clock after which
    an input hangs.
    """
    result = Result(driver)
    number = 0
    while (left := seconds - result.seconds) > 0.5:
        number += 1
        with tempfile.TemporaryDirectory(prefix="fusion-lab-fuzz-") as work:
            sheet = Sheet(Path(work, "sheet"))
            worker = _start(address, driver, left, seed + 1000 * number, findings, Path(work))
            began, why = _wait(worker, sheet, patience)
            result.seconds += time.monotonic() - began
            report = _report(Path(work))
            _add(result, report, sheet.number)
            if not report.get("done"):
                title = why or _ending(worker.returncode)
                result.findings[title] = result.findings.get(title, 0) + 1
                keep(findings, title, sheet.read(), Path(work, "stderr").read_text("utf-8", "replace")[-8_000:])
                if not sheet.number or result.findings[title] == _MOST_DEATHS:  # a worker cannot even start, or goes on
                    break
    return result


def _start(address: str, driver: str, seconds: float, seed: int, findings: Path, work: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.fuzz.worker", address, driver, str(seconds), str(seed), str(findings)]
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
    with (work / "stderr").open("wb") as stderr:
        return subprocess.Popen(
            yielding([*command, str(work)]),  # it ends with this process
            cwd=ROOT,
            env={**os.environ, **one_thread},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )


def _wait(worker: subprocess.Popen, sheet: Sheet, patience: float) -> tuple[float, str]:
    """Wait until a worker ends; end it when an input takes too long. Return when inputs began, and a finding or ""."""
    began = moved = time.monotonic()
    number, why = 0, ""
    try:
        while worker.poll() is None:
            now = time.monotonic()
            if sheet.number != number:
                began, moved, number = began if number else now, now, sheet.number
            elif now - moved > (patience if number else STARTING):
                why = f"an input hangs for {now - moved:.0f} s"
                break
            time.sleep(_TICK)
    finally:
        with suppress(ProcessLookupError):  # with what it started
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    return began, why


def _report(work: Path) -> dict:
    with suppress(FileNotFoundError):
        return dict(json.loads((work / "report.json").read_text()))
    return {}


def _add(result: Result, report: dict, ran: int) -> None:
    result.ran += ran
    for name in ("refused", "accepted"):
        setattr(result, name, getattr(result, name) + report.get(name, 0))
    for name in ("slowest", "most"):
        setattr(result, name, max(getattr(result, name), report.get(name, 0)))
    for title, count in report.get("findings", {}).items():
        result.findings[title] = result.findings.get(title, 0) + count


def _ending(code: int) -> str:
    if code == -signal.SIGPROF:
        return "more processor time than the budget"
    return f"the process ends with {signal.Signals(-code).name if code < 0 else code}"

"""One input after the other under the watch of a target's budget, inside a worker."""

import faulthandler
import json
import re
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mmdemo.errors import MMDemoError
from tests.fuzz.findings import keep, title_of
from tests.fuzz.sheet import Sheet
from tests.fuzz.target import Reader, Target

SPARE = 200  # megabytes of addresses beyond the budget, which is measured: what is reserved need not be used
SPARE_AT_FIRST = 1_500  # while libraries are loaded
_LONGEST = 1_500  # characters of a sentence
_EVERY = 0.3  # seconds between two reports


@dataclass
class Report:
    """What a worker did: inputs run, refused and accepted; CPU ms and MB of the dearest; findings, how often each."""

    ran: int = 0
    refused: int = 0
    accepted: int = 0
    slowest: float = 0
    most: float = 0
    findings: dict[str, int] = field(default_factory=dict)
    done: bool = False


class Watch:
    """Runs inputs and reports on them.

    target: what is fuzzed; reader: what it made. folder: where findings go; work: where sheet and report are.
    """

    def __init__(self, target: Target, reader: Reader, folder: Path, work: Path) -> None:
        self.report = Report()
        self._target, self._reader, self._folder, self._place = target, reader, folder, work / "report.json"
        self._sheet = Sheet(work / "sheet")
        self._told, self._measured = 0.0, False
        # Ends C code, too, with the stack on stderr.
        faulthandler.register(signal.SIGPROF, sys.stderr, all_threads=True, chain=True)

        self._limit(SPARE_AT_FIRST)

    def bound(self) -> None:
        """Bound the memory and measure it from now on: what the first inputs made the reader keep does not count."""
        self._limit(SPARE)
        self._measured = sys.platform == "linux"

    def _limit(self, spare: float) -> None:
        if sys.platform == "linux":
            most = _status("VmData") + int((self._target.megabytes + spare) * 1e6)
            resource.setrlimit(resource.RLIMIT_DATA, (most, resource.RLIM_INFINITY))

    def try_one(self, data: bytes) -> None:
        """Run one input."""
        data = data[: self._target.longest]
        self._sheet.write(data)
        self.report.ran += 1
        before = self._forget_peak()
        with self._timed() as started:
            self._run(data)
        cpu = time.process_time() - started
        grown = (_status("VmHWM") - before) / 1e6 if self._measured else 0
        self.report.slowest = max(self.report.slowest, 1000 * cpu)
        self.report.most = max(self.report.most, grown)
        if grown > self._target.megabytes:
            self._found(f"more than {self._target.megabytes:g} MB", data, f"{grown:.0f} MB")
        if time.monotonic() - self._told > _EVERY:
            self.tell()

    def tell(self) -> None:
        """Write the report for the parent."""
        self._told = time.monotonic()
        fresh = self._place.with_suffix(".fresh")
        fresh.write_text(json.dumps(asdict(self.report)))
        fresh.replace(self._place)

    def _run(self, data: bytes) -> None:
        try:
            self._reader(data)
        except self._target.refusals as error:
            self.report.refused += 1
            said = str(error)
            if isinstance(error, MMDemoError) and (not said.strip() or len(said) > _LONGEST or "\n" in said):
                self._found(f"no sentence: {title_of(error)}", data, said)
        except BaseException as error:  # nothing else may come out, not even a SystemExit
            self._found(title_of(error), data, "".join(traceback.format_exception(error)))
        else:
            self.report.accepted += 1

    def _found(self, title: str, data: bytes, details: str) -> None:
        self.report.findings[title] = self.report.findings.get(title, 0) + 1
        keep(self._folder, title, data, details)
        self.tell()

    @contextmanager
    def _timed(self) -> Iterator[float]:
        signal.setitimer(signal.ITIMER_PROF, self._target.cpu)
        try:
            yield time.process_time()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _forget_peak(self) -> int:
        """Return the bytes of memory now, and measure the peak from here."""
        if not self._measured:
            return 0
        Path("/proc/self/clear_refs").write_bytes(b"5")
        return _status("VmHWM")


def _status(field: str) -> int:
    """Return the bytes that Linux states of this process; ru_maxrss would count what its parent held."""
    found = re.search(rf"^{field}:\s+(\d+)", Path("/proc/self/status").read_text("ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024

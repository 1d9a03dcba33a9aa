"""What a dataset of one's own costs: to read and clean 5,000 rows, and to bring a large zip or a folder of photos."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from benchmarks.child import ROOT
from benchmarks.listings import write_listings, zipped
from benchmarks.memory import memory_alone
from benchmarks.report import Report, Table, Target
from benchmarks.tree import watched
from benchmarks.visitor import check, open_browser, open_tab, visit
from tests.server import AS_A_PLAIN_SCRIPT, Server, serve

_ROWS, _SIZE, _DETAIL = 5_000, (900, 700), 20.0  # JPEGs of 74 to 260 kB
_IN_ZIP, _IN_SMALL_ZIP = 1_250, 380  # rows: 150 MB; below the 50 MB that Streamlit's own uploader takes
_PHOTOS, _DIFFERENT, _PHOTO_SIZE, _PHOTO_DETAIL = 800, 40, (5000, 3750), 32.0  # JPEGs of 3 MB
_UPLOADER = "[data-testid=stFileUploader] input[type=file]"
_MINUTES = 900_000  # milliseconds
_REST = 10_000  # milliseconds until what was needed for an arrival alone must be given back


@dataclass(frozen=True)
class Reading:
    """How the rows became a working copy: seconds, MB at most, seconds until the next word of progress at most."""

    seconds: float
    most: float
    silence: float


@dataclass(frozen=True)
class Arrival:
    """How data came to a server.

    sent: MB on the server's disk. seconds: until its columns are shown. before, most, after: MB (PSS) of the server
    alone; after is 10 s later. tree: MB of the server and all its children, at most.
    """

    sent: float
    seconds: float
    before: float
    most: float
    after: float
    tree: float

    @property
    def growth(self) -> float:
        """MB that the server took in addition, at most."""
        return self.most - self.before

    @property
    def kept(self) -> float:
        """MB that the server still holds in addition 10 s later."""
        return self.after - self.before


def measure() -> Report:
    """Return what reading takes, and what arrives, how fast, and at which cost in memory."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_listings(work / "listings", _ROWS, _SIZE, _DETAIL)
        read = reading(work / "listings", work / "copy")
        size, small_size = (_zip(work / name, rows) for name, rows in (("shop", _IN_ZIP), ("small", _IN_SMALL_ZIP)))
        photos = _photographs(work / "photographs") / 1e6
        arrivals = {
            f"zip of {size:.0f} MB": arrival("input.files", work / "shop.zip"),
            f"zip of {small_size:.0f} MB, on a host without our own door": arrival(
                _UPLOADER, work / "small.zip", AS_A_PLAIN_SCRIPT
            ),
            f"folder of {_PHOTOS} photos, {photos:,.0f} MB": arrival("input.folder", work / "photographs"),
        }
    by_zip, plain, by_folder = arrivals.values()
    return Report(
        title="A dataset of one's own",
        table=Table(
            ("what arrives", "sent, MB", "seconds", "server, MB", "at most", "10 s later", "whole tree at most"),
            [
                (name, *(f"{value:.0f}" for value in (at.sent, at.seconds, at.before, at.most, at.after, at.tree)))
                for name, at in arrivals.items()
            ],
        ),
        targets=[
            Target(f"Read and clean {_ROWS:,} rows:", read.seconds, "≤", 60, "s", 1),
            Target("Memory of that, at most:", read.most, "≤", 500, "MB", 0),
            Target("Longest silence of its progress:", read.silence, "≤", 3, "s", 1),
            Target("Server's growth while a zip arrives, in sizes of the zip:", by_zip.growth / size, "≤", 1.3, "", 2),
            Target("… on a host without our own door:", plain.growth / small_size, "≤", 1.3, "", 2),
            Target("Kept of it 10 s later:", by_zip.kept, "≤", 30, "MB", 0),
            Target("… on a host without our own door:", plain.kept, "≤", 30, "MB", 0),
            Target(f"Sent of {_PHOTOS} photos:", by_folder.sent, "≤", 60, "MB", 0),
        ],
        notes=(
            f"{_ROWS:,} rows with JPEGs of {_SIZE[0]} × {_SIZE[1]} px are read by `mmdemo data --out`. Everything else "
            "is brought in a browser to a server that may use 690 MB; seconds run until it shows which column is what. "
            f"Of the {_PHOTOS} photos ({_PHOTO_SIZE[0]} × {_PHOTO_SIZE[1]} px), {_DIFFERENT} differ.",
        ),
        numbers={"reading": read.__dict__, "arrivals": {name: at.__dict__ for name, at in arrivals.items()}},
    )


def reading(folder: Path, copy: Path) -> Reading:
    """Make a working copy of a folder by the command."""
    command = [sys.executable, "-m", "mmdemo", "data", str(folder), "--out", str(copy), "--progress", "json"]
    started = last = time.perf_counter()
    silence = 0.0
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with child, watched(child.pid) as watch:
        for _ in child.stdout or ():
            silence, last = max(silence, time.perf_counter() - last), time.perf_counter()
        child.wait()
    if child.returncode:
        raise RuntimeError(f"The reading ended with {child.returncode}.")
    return Reading(time.perf_counter() - started, watch.total, silence)


def arrival(chooser: str, path: Path, before: str = "") -> Arrival:
    """Bring a file or folder to a fresh server by the input of that selector; before: as for `serve`."""
    with _small_server(before) as (server, runs), open_browser() as browser, open_tab(browser) as page:
        page.set_default_timeout(_MINUTES)
        visit(page, f"{server.url}/data")
        visit(page, f"{server.url}/data?dataset=own")
        page.locator(chooser).wait_for(state="attached")
        at_first, started = memory_alone(server.pid), time.perf_counter()
        with watched(server.pid) as watch:
            page.locator(chooser).set_input_files(path)
            page.get_by_role("button", name="Use this data").wait_for()
            seconds = time.perf_counter() - started
        check(page)
        page.wait_for_timeout(_REST)
        sent = sum(file.stat().st_size for file in runs.glob("own-data/*/source/**/*") if file.is_file())
        return Arrival(sent / 1e6, seconds, at_first, watch.sizes["server"], memory_alone(server.pid), watch.total)


@contextmanager
def _small_server(before: str) -> Iterator[tuple[Server, Path]]:
    """Run a server that may use 690 MB and has never seen anything; yield it and the folder of its runs."""
    with tempfile.TemporaryDirectory() as runs:
        own = {"MMDEMO_MEMORY_MB": "690", "MMDEMO_RUNS_DIR": runs}
        with patch.dict(os.environ, own), serve(before=before) as server:
            yield server, Path(runs)


def _zip(folder: Path, rows: int) -> float:
    """Write listings and a zip of them beside; return the zip's MB."""
    write_listings(folder, rows, _SIZE, _DETAIL)
    return zipped(folder, folder.with_suffix(".zip")) / 1e6


def _photographs(folder: Path) -> int:
    """Write a table and its photos as a camera makes them, some of them several times; return the photos' bytes."""
    write_listings(folder, _DIFFERENT, _PHOTO_SIZE, _PHOTO_DETAIL)
    first, *lines = (folder / "listings.csv").read_text(encoding="utf-8").splitlines()
    for number in range(_DIFFERENT, _PHOTOS):
        name, rest = lines[number % _DIFFERENT].split(",", 1)
        (folder / "photos" / f"more_{number}.jpg").hardlink_to(folder / "photos" / name)
        lines.append(f"more_{number}.jpg,{rest}")
    (folder / "listings.csv").write_text("\n".join([first, *lines]), encoding="utf-8")
    return sum(photo.stat().st_size for photo in (folder / "photos").iterdir())

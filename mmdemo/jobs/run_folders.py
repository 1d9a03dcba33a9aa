"""What runs leave on disk: a folder each, a small record beside it, and no more in all than fits."""

import json
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mmdemo.errors import JobError

ID = re.compile(r"[A-Za-z0-9_-]{22}")
MANIFEST = "manifest.json"

_MOST, _MOST_BYTES = 50, 10**9
_LONGEST_NAME = 60  # characters
_ABANDONED = 24 * 3600.0  # seconds after which nobody is writing a temporary folder any more

logger = logging.getLogger(__name__)


class RunFolders:
    """The finished runs under one directory, each known by its id.

    directory: made when needed, for the eyes of its owner only.
    most, most_bytes: how many runs, and bytes of all runs together, may stay.
    """

    def __init__(self, directory: Path, most: int = _MOST, most_bytes: int = _MOST_BYTES) -> None:
        self.directory = directory.absolute()
        self.most, self.most_bytes = most, most_bytes

    def folder(self, job_id: str) -> Path:
        """Return where the run leaves its result."""
        return self.directory / job_id

    def holds(self, job_id: str) -> bool:
        """Return whether that run is there and whole; False for anything that is no id."""
        return bool(ID.fullmatch(job_id)) and (self.folder(job_id) / MANIFEST).is_file()

    def make(self) -> None:
        """Make the directory, or close one of ours to others; raises a JobError when it cannot be made."""
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(self.directory)
        except OSError as error:
            raise JobError(f"No run can be kept in {self.directory}: {error.strerror}. Set MMDEMO_RUNS_DIR.") from error

    def discard(self, job_id: str) -> None:
        """Remove all that the run left, finished or half written."""
        whole = [self.folder(job_id) / MANIFEST, self.folder(job_id), self._record_file(job_id)]
        for path in [*whole, *self.directory.glob(f".{job_id}*")]:
            _remove(path)

    def remember(self, job_id: str, record: Mapping[str, Any]) -> None:
        """Write the record that a restarted server knows the run by; without it, the run is there all the same."""
        temporary = self.directory / f".{job_id}.json"
        try:
            temporary.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
            os.replace(temporary, self._record_file(job_id))
        except OSError as error:
            _remove(temporary)
            logger.warning("The record of run %s… cannot be written: %s", job_id[:6], error)

    def record(self, job_id: str) -> dict[str, Any]:
        """Return what `remember` wrote, {} if there is nothing to read."""
        try:
            record = json.loads(self._record_file(job_id).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def name(self, job_id: str) -> str:
        """Return the name that somebody gave the run, "" if nobody did."""
        return str(self.record(job_id).get("name", ""))

    def rename(self, job_id: str, name: str) -> None:
        """Give the run a name, "" to take it away; raises a JobError when there is no such run."""
        if not self.holds(job_id):
            raise JobError("This run is no longer here, so it cannot be renamed.")
        self.remember(job_id, {**self.record(job_id), "name": " ".join(name.split())[:_LONGEST_NAME]})

    def ids(self) -> list[str]:
        """Return the runs that are there, oldest first."""
        found = [(_changed(path), path.parent.name) for path in self.directory.glob(f"*/{MANIFEST}")]
        return [name for _, name in sorted(found) if ID.fullmatch(name)]

    def trim(self) -> None:
        """Remove what nobody will finish, and the oldest runs until the rest fits; the newest stays."""
        for path in self.directory.glob("*"):
            if self._is_abandoned(path):
                _remove(path)
        ids = self.ids()
        sizes = [_bytes(self.folder(job_id)) for job_id in ids]
        while len(ids) > 1 and (len(ids) > self.most or sum(sizes) > self.most_bytes):
            self.discard(ids.pop(0))
            sizes.pop(0)

    def _is_abandoned(self, path: Path) -> bool:
        if path.suffix == ".json" and ID.fullmatch(path.stem):
            return not self.holds(path.stem)
        return path.name.startswith(".") and bool(ID.match(path.name[1:])) and time.time() - _changed(path) > _ABANDONED

    def _record_file(self, job_id: str) -> Path:
        return self.directory / f"{job_id}.json"


def _make_private(directory: Path) -> None:
    # The names in it are secrets. One with the sticky bit, such as /tmp, is meant for everybody.
    found = directory.stat()
    if os.name == "posix" and found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX:
        directory.chmod(0o700)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):  # not there, or held open on Windows
        path.unlink()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # removed meanwhile
        return 0.0


def _bytes(folder: Path) -> int:
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # removed meanwhile
        return 0

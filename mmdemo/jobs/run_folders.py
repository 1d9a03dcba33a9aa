"""The results of runs on disk: a folder each, a small record beside it, within a limit."""

import json
import logging
import math
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from mmdemo.errors import JobError
from mmdemo.storage import limits
from mmdemo.storage.folders import RUN as ID
from mmdemo.storage.folders import NotOursError, is_ours, make_private
from mmdemo.storage.reading import read_bytes
from mmdemo.storage.set_aside import bring_back, set_aside
from mmdemo.storage.strict_json import read_json
from mmdemo.storage.sweeping import remove_abandoned
from mmdemo.storage.trimming import Bounds, bytes_of, changed, remove, settle, trim
from mmdemo.storage.whole import whole_file

MANIFEST = "manifest.json"

_LONGEST_NAME = 60  # characters
_DELETED = ".deleted"  # the end of a folder's name that holds a run which may still come back
_UNDO = 60.0  # seconds after which none comes back, whatever the process that had set it aside

logger = logging.getLogger(__name__)


class RunFolders:
    """The finished runs under one directory, each known by its id.

    directory: made when needed, readable by its owner only.
    most, most_bytes: how many runs, and how many bytes in all, may stay.
    on_private_gone: called when a finished private run has been removed, whatever the reason.
    Raises a ConfigError where a limit in the environment is no number.
    """

    def __init__(self, directory: Path, most: int = limits.MOST_RUNS, most_bytes: float | None = None) -> None:
        self.directory = directory.absolute()
        self.most = most
        self.on_private_gone: Callable[[], None] = lambda: None
        self.most_bytes = limits.runs_bytes() if most_bytes is None else most_bytes

    def folder(self, job_id: str) -> Path:
        """Return the folder of the run's result."""
        return self.directory / job_id

    def holds(self, job_id: str) -> bool:
        """Return whether that run is there and complete; False for anything that is not an id."""
        return bool(ID.fullmatch(job_id)) and is_ours(self.directory) and (self.folder(job_id) / MANIFEST).is_file()

    def make(self) -> None:
        """Make the directory, or close one of ours to others; raises a JobError if that fails, or it is not ours."""
        try:
            make_private(self.directory)
        except OSError as error:
            logger.error("The folder of runs, %s, cannot be used: %s", self.directory, error)
            why = error.strerror if isinstance(error, NotOursError) else f"cannot be used ({error.strerror})"
            raise JobError(
                f"No run can be kept: the folder of runs {why}. Set MMDEMO_RUNS_DIR to a folder of your own."
            ) from error

    def discard(self, job_id: str) -> None:
        """Remove the run's files, finished or half written."""
        was_private = self.holds(job_id) and self.record(job_id).get("private")
        for path in [self.folder(job_id) / MANIFEST, *self._whole(job_id), *self.directory.glob(f".{job_id}*")]:
            remove(path)
        if was_private:
            self.on_private_gone()

    def set_aside(self, job_id: str) -> bool:
        """Move the run's files to where no link finds them, its model first; return whether that worked."""
        try:
            set_aside(self._whole(job_id), self._aside(job_id))
        except OSError as error:
            logger.warning("Run %s… cannot be set aside: %s", job_id[:6], error)
            return False
        return True

    def bring_back(self, job_id: str) -> None:
        """Undo `set_aside`; its model comes last, when all is there that says whose it is."""
        try:
            bring_back(self._whole(job_id), self._aside(job_id))
        except OSError as error:
            raise JobError("It cannot be brought back: the server has lost its files or cannot write.") from error

    def discard_aside(self, job_id: str) -> None:
        """Remove for good what was set aside of a run, and what a killed server has left beside it."""
        if self.holds(job_id):  # killed just after it had come back
            remove(self._aside(job_id))
            return
        record = self.record(job_id) or _read(self._aside(job_id) / self._record_file(job_id).name)
        self.discard(job_id)
        if record.get("private"):
            self.on_private_gone()

    def remember(self, job_id: str, record: Mapping[str, Any]) -> bool:
        """Write the record from which a restarted server restores the run; return whether that worked.

        Without it, the run still exists, but is nobody's; so that of a private run is written before it begins.
        """
        try:
            with whole_file(self._record_file(job_id)) as file:
                json.dump(record, file)  # in ASCII, which holds half a character, too
        except OSError as error:
            logger.warning("The record of run %s… cannot be written: %s", job_id[:6], error)
            return False
        return True

    def record(self, job_id: str) -> dict[str, Any]:
        """Return what `remember` wrote, {} if there is nothing to read."""
        return _read(self._record_file(job_id))

    def name(self, job_id: str) -> str:
        """Return the run's given name, "" if it has none."""
        return str(self.record(job_id).get("name", ""))

    def rename(self, job_id: str, name: str) -> None:
        """Give the run a name, "" to take it away; raises a JobError when there is no such run."""
        if not self.holds(job_id):
            raise JobError("This run is no longer here, so it cannot be renamed.")
        self.remember(job_id, {**self.record(job_id), "name": " ".join(name.split())[:_LONGEST_NAME]})

    def may_see(self, job_id: str, visitor: str) -> bool:
        """Return whether a visitor may see a finished run: everybody may, unless its record says that it is private."""
        record = self.record(job_id) if ID.fullmatch(job_id) else {}
        return not record.get("private") or (bool(visitor) and visitor == record.get("visitor"))

    def share(self, job_id: str) -> None:
        """Let everybody see a run who has its link; raises a JobError where that cannot be written."""
        if not self.remember(job_id, {**self.record(job_id), "private": False}):
            raise JobError("It cannot be shared at this moment: the server has no room left. Try again later.")

    def discard_unfinished(self) -> None:
        """Remove what a killed server left of private runs, which say so before they begin, and of deleted ones.

        For a server's start.
        """
        self._discard_deleted(math.inf)
        for file in self.directory.glob("*.json") if is_ours(self.directory) else ():
            if ID.fullmatch(file.stem) and not self.holds(file.stem) and self.record(file.stem).get("private"):
                self.discard(file.stem)

    def ids(self) -> list[str]:
        """Return the runs that are there, oldest first; none where the directory is somebody else's."""
        if not is_ours(self.directory):
            return []
        found = [(changed(path), path.parent.name) for path in self.directory.glob(f"*/{MANIFEST}")]
        return [name for _, name in sorted(found) if ID.fullmatch(name)]

    def trim(self) -> None:
        """Remove abandoned files, and the least recently used runs until the rest fits; the newest stays."""
        self._trim(Bounds(self.most, self.most_bytes, stays=1), live=())

    def sweep(self, live: Collection[str]) -> None:
        """Also remove what was not used for MMDEMO_RETENTION_HOURS, and what the disk has no room for.

        live: ids of runs that wait or run; these stay.
        """
        self._discard_deleted(time.time() - _UNDO)
        most = min(self.most_bytes, limits.storage_bytes(), limits.disk_share(self.directory))
        self._trim(Bounds(self.most, most, limits.expired_before(), stays=1), live)

    def bytes(self) -> int:
        """Return the size of all runs."""
        return sum(bytes_of(self.folder(job_id)) + bytes_of(self._kept(job_id)) for job_id in self.ids())

    def _trim(self, bounds: Bounds, live: Collection[str]) -> None:
        settle(self.directory.glob(f"*/{MANIFEST}"))
        unfinished = [path for path in self.directory.glob(".*") if ID.match(path.name[1:])]
        remove_abandoned(path for path in unfinished if path.name[1:23] not in live)
        for path in (*self.directory.glob("*.json"), *self.directory.glob("*.kept")):
            if ID.fullmatch(path.stem) and not self.holds(path.stem) and not self._may_yet_come(path.stem):
                remove(path)
        folders = [self.folder(job_id) for job_id in self.ids() if job_id not in live]
        trim(folders, bounds, _last_used, lambda folder: self.discard(folder.name))

    def _discard_deleted(self, before: float) -> None:
        """Remove for good what was set aside before this moment, in seconds since 1970."""
        for path in self.directory.glob(f".*{_DELETED}") if is_ours(self.directory) else ():
            job_id = path.name[1:].removesuffix(_DELETED)
            if ID.fullmatch(job_id) and changed(path) < before:
                self.discard_aside(job_id)

    def _whole(self, job_id: str) -> list[Path]:
        return [self.folder(job_id), self._kept(job_id), self._record_file(job_id)]

    def _aside(self, job_id: str) -> Path:
        return self.directory / f".{job_id}{_DELETED}"

    def _may_yet_come(self, job_id: str) -> bool:
        """Return whether it is a private run, also of another queue: its record is there before its folder."""
        recent = time.time() - changed(self._record_file(job_id)) < limits.ABANDONED
        return recent and bool(self.record(job_id).get("private"))

    def _kept(self, job_id: str) -> Path:
        return self.directory / f"{job_id}.kept"  # reports and studies: see `storage.folders.kept_beside`

    def _record_file(self, job_id: str) -> Path:
        return self.directory / f"{job_id}.json"


def _read(file: Path) -> dict[str, Any]:
    try:
        record = read_json(read_bytes(file, limits.RECORD_BYTES))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _last_used(folder: Path) -> tuple[float, float]:
    """Return when a run was last used or made, and when it was made, to break ties."""
    made = changed(folder / MANIFEST)
    return max(changed(folder), made), made

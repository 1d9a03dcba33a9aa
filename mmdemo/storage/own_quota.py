"""How much room there is for visitors' own data: for one of them, and for all."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import RLock

from mmdemo.errors import DatasetError
from mmdemo.storage import limits
from mmdemo.storage.full import SERVER
from mmdemo.storage.own_record import OPERATOR, last_used, records_in
from mmdemo.storage.trimming import bytes_of

_FRESH = 10.0  # seconds


class OwnQuota:
    """Counts what lies in a directory of data sets, a folder each; any thread may call any method.

    The disk is looked at every ten seconds at most; between, what arrives is added up.
    discard: removes a data set by its id, to make room.
    """

    def __init__(self, directory: Path, discard: Callable[[str], None]) -> None:
        self._directory, self._discard, self._lock = directory, discard, RLock()
        self._bytes: dict[str, int] = {}  # id → bytes
        self._measured = -_FRESH

    def check(self, more: int, own: Iterable[str]) -> None:
        """Raise a DatasetError unless so many bytes more have room beside the visitor's data sets and all others'.

        own: ids of the visitor's. Where all together have too much, what nobody used for an hour goes.
        """
        with self._lock:
            sizes = self._sizes()
            if sum(sizes.get(one, 0) for one in own) + more > self.most() / 2:
                if self.most() < min(limits.own_data_bytes(), limits.storage_bytes()):
                    raise DatasetError(SERVER)
                raise DatasetError(
                    f"Your data on this server may take {self.most() / 2e6:,.0f} MB together. "
                    "Delete data that you no longer need, or bring fewer images."
                )
            excess = sum(sizes.values()) + more - self.most()
            if excess > 0:
                self._make_room(excess)
                if sum(self._sizes().values()) + more > self.most():
                    raise DatasetError("The server holds as much data as it can: try again in an hour.")

    def add(self, data_id: str, more: int) -> None:
        """Count bytes that have arrived."""
        with self._lock:
            self._bytes[data_id] = self._bytes.get(data_id, 0) + more

    def forget(self) -> None:
        """Look at the disk again when asked next."""
        with self._lock:
            self._measured = -_FRESH

    def total(self) -> int:
        """Return the bytes of all data sets."""
        return sum(self._sizes().values())

    def most(self) -> float:
        """Return the bytes that all may take; raises a ConfigError where a limit is no number."""
        return min(limits.own_data_bytes(), limits.storage_bytes(), limits.disk_share(self._directory))

    def _make_room(self, excess: float) -> None:
        passing = [folder for folder, record in records_in(self._directory) if record.visitor != OPERATOR]
        for folder in sorted(passing, key=last_used):
            if excess <= 0 or last_used(folder) > time.time() - limits.HALF_ARRIVED:
                break
            excess -= bytes_of(folder)
            self._discard(folder.name)
        self.forget()

    def _sizes(self) -> Mapping[str, int]:
        with self._lock:
            if time.monotonic() - self._measured > _FRESH:
                folders = self._directory.iterdir() if self._directory.is_dir() else ()
                self._bytes = {folder.name: bytes_of(folder) for folder in folders}
                self._measured = time.monotonic()
            return self._bytes

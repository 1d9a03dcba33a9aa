"""The networks that a run trains: which one it is at, and what share of all their training is done."""

from collections.abc import Mapping
from typing import Any

from mmdemo.encoders.encoder import OnProgress
from mmdemo.model.progress import Report


class Networks:
    """Numbers what encoders report while they train; they know nothing of each other.

    count: how many networks the run trains. tell: where events go on to, with `network` and `networks` beside what they
    say. report: called with the share done of all (0–1).
    """

    def __init__(self, count: int, tell: OnProgress, report: Report) -> None:
        self._count, self._tell, self._report = count, tell, report
        self._number, self._done = 0, 0.0

    def begin(self) -> None:
        """Take note that the next network is trained from here on."""
        self._number, self._done = min(self._number + 1, self._count), 0.0

    def tell(self, event: Mapping[str, Any]) -> None:
        """Pass an event on; `done` is the share of this network's training, otherwise that of its epochs."""
        done = event.get("done", event["epoch"] / event["epochs"] if "epochs" in event else 0.0)
        self._done = max(self._done, min(1.0, done))
        self._tell({**event, "network": self._number, "networks": self._count})
        self._report(self._share())

    def end(self) -> None:
        """Take note that this network is done, whatever it has said."""
        self._done = 1.0
        self._report(self._share())

    def _share(self) -> float:
        return (self._number - 1 + self._done) / self._count if self._number else 0.0

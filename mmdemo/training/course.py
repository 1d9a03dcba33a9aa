"""How far a run is as a whole: one share that only rises, and the seconds left, corrected by the pace so far."""

import time
from collections.abc import Callable, Mapping

_TRUSTED = 0.2  # of a stage: once so much is done, what is left of it follows from how long that took
_FASTEST, _SLOWEST = 0.5, 4.0  # what one stage's pace can say of the next: features kept from before take no time


class Course:
    """The stages of a run, each with its part of the whole.

    expected: stage → seconds, in the order of the stages; a first guess, until `expect` is called.
    clock: seconds since any moment.

    A stage that takes longer or shorter than expected moves the bar slower or faster, never back.

    >>> course = Course({"load": 1.0, "fit": 3.0}, clock=lambda: 0.0)
    >>> course.at("load", 1.0)
    >>> course.at("fit", 0.5)
    >>> course.share
    0.625
    """

    def __init__(self, expected: Mapping[str, float], clock: Callable[[], float] = time.monotonic) -> None:
        self._expected, self._clock = dict(expected), clock
        self.share = 0.0
        self._stage, self._since, self._done = "", clock(), 0.0
        self._start, self._span = 0.0, 0.0  # the part of the whole that the stage has
        self._took, self._thought = 0.0, 0.0  # seconds of the stages that are over

    def expect(self, expected: Mapping[str, float]) -> None:
        """Take over better expectations, of the stages that are still to come."""
        self._expected |= expected

    def at(self, stage: str, done: float) -> None:
        """Take note of the share (0–1) of a stage that is done; what does not lead on is ignored."""
        stages = list(self._expected)
        if stage not in stages or not 0 <= done <= 1:
            return
        if not self._stage or stages.index(stage) > stages.index(self._stage):
            self._begin(stage)
        if stage == self._stage:
            self._done = max(self._done, done)
            self.share = min(1.0, max(self.share, self._start + self._span * self._done))

    def left(self) -> float:
        """Return the approximate seconds left."""
        if not self._stage:
            return sum(self._expected.values())
        passed = self._clock() - self._since
        thought = self._expected[self._stage] * self._pace * (1 - self._done)
        seen = passed * (1 / self._done - 1) if self._done else 0.0
        trust = min(1.0, self._done / _TRUSTED)
        return trust * seen + (1 - trust) * thought + self._pace * sum(self._coming()[1:])

    @property
    def _pace(self) -> float:
        """How much longer the stages have taken than expected, as far as this says something of the others."""
        return min(_SLOWEST, max(_FASTEST, self._took / self._thought)) if self._thought else 1.0

    def _coming(self) -> list[float]:
        """Return the seconds expected of this stage and those after it."""
        stages = list(self._expected)
        return [self._expected[stage] for stage in stages[stages.index(self._stage) :]]

    def _begin(self, stage: str) -> None:
        now = self._clock()
        if self._stage:
            self._took += now - self._since
            self._thought += self._expected[self._stage]
        self._stage, self._since, self._done = stage, now, 0.0
        coming = self._coming()
        self._start = self.share
        self._span = (1 - self._start) * (coming[0] / sum(coming) if sum(coming) > 0 else 1.0)

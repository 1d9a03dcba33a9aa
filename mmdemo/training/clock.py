"""The stages of a training run: their progress, and how long each took."""

import time

from mmdemo.encoders.encoder import OnProgress

STAGES = {
    "load": "Loading the data",
    "features": "Encoding the pairs",
    "fit": "Fitting the models",
    "evaluate": "Judging the answers",
    "save": "Saving the model",
}
"""The stages that progress events name, in order, and their titles; the last is whose who keeps the model."""


class Clock:
    """Measures the seconds of each stage, and reports progress as it happens."""

    def __init__(self, on_progress: OnProgress) -> None:
        self.on_progress = on_progress
        self._seconds: dict[str, float] = {}
        self._stage, self._since = "", time.perf_counter()
        self._told = ""

    def start(self, stage: str) -> None:
        """Begin a stage; the one before it ends."""
        self.stop()
        self._stage = stage
        self.report(0.0)

    def report(self, done: float) -> None:
        """Report the share of the stage that is done (0–1), each ten-thousandth at most once."""
        told = f"{self._stage} {done:.4f}"
        if told != self._told:
            self._told = told
            self.on_progress({"event": "stage", "stage": self._stage, "done": round(done, 4)})

    def stop(self) -> dict[str, float]:
        """End the stage; return stage → seconds."""
        now = time.perf_counter()
        if self._stage:
            self._seconds[self._stage] = now - self._since
        self._since = now
        return dict(self._seconds)

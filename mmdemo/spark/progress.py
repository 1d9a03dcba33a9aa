"""How far a stage is, as Spark's status tracker tells: tasks done of those that are known."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from mmdemo.encoders.encoder import OnProgress
from mmdemo.spark.interrupts import ASKED

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STAGES = {
    "draw": "Drawing the pairs",
    "read": "Reading the table",
    "encode": "Encoding the pairs",
    "ties": "Looking for copies",
    "split": "Holding pairs out",
    "choose": "Choosing on a sample",
    "words": "Counting words",
    "scale": "Measuring the features",
    "fit": "Fitting the models",
    "evaluate": "Judging the answers",
    "classify": "Classifying the pairs",
    "save": "Saving the model",
}
"""The stages of work on Spark, in order, and their titles."""
_LOOKS_EVERY = 0.5  # seconds
_NEVER_WHOLE = 0.99  # a stage is done when its last job is, which only the caller knows


class Stages:
    """Reports the share of each stage that is done, from a thread of its own.

    seconds: stage → how long it took, of those that are over.
    """

    def __init__(self, spark: "SparkSession", on_progress: OnProgress) -> None:
        self._spark, self._on_progress, self._told = spark, on_progress, ""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, share: Callable[[], float] | None = None) -> Iterator[None]:
        """Report while the block runs jobs.

        share: returns what is done of several jobs (0–1); by default the tasks of the jobs so far are counted.
        Raises a KeyboardInterrupt where a person has asked to stop, also if a library has ignored that.
        """
        context, over = self._spark.sparkContext, Event()
        context.setJobGroup(name, STAGES[name])
        self._report(name, 0.0)
        teller = Thread(target=self._tell, args=(context, name, over, share), daemon=True)
        teller.start()
        began = time.perf_counter()
        try:
            yield
        finally:
            over.set()
            teller.join()
            if ASKED.is_set():
                raise KeyboardInterrupt
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
        self._report(name, 1.0)

    def _tell(self, context: Any, name: str, over: Event, share: Callable[[], float] | None) -> None:
        most = 0.0
        with suppress(Exception):  # Java may be gone: who waits for it hears why
            tracker = context.statusTracker()
            while not over.wait(_LOOKS_EVERY):
                if ASKED.is_set():
                    context.cancelJobGroup(name)
                most = max(most, min(_NEVER_WHOLE, share() if share else _tasks_done(tracker, name)))
                self._report(name, most)

    def _report(self, name: str, done: float) -> None:
        told = f"{name} {done:.2f}"
        if told != self._told:
            self._told = told
            self._on_progress({"event": "stage", "stage": name, "done": round(done, 4)})


def _tasks_done(tracker: Any, group: str) -> float:
    """Return the share of tasks that are done, of the stages of all jobs of a group that are known so far."""
    done, whole = 0, 0
    for job in tracker.getJobIdsForGroup(group):
        found = tracker.getJobInfo(job)
        for stage in found.stageIds if found else ():
            if about := tracker.getStageInfo(stage):
                done, whole = done + about.numCompletedTasks, whole + about.numTasks
    return done / whole if whole else 0.0

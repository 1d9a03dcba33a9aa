"""The classification of a table as a process of its own: started, found again, and where its answers are."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from mmdemo.bundles.bundle import Bundle
from mmdemo.jobs.job import Job
from mmdemo.jobs.memory import reachable_megabytes
from mmdemo.model.answer_folder import COUNT
from mmdemo.storage.own_record import OPERATOR, OwnRecord
from mmdemo.storage.trimming import Bounds, changed, contents, trim
from mmdemo.ui import own_copy, own_data, reading, runs, visitor

_KEPT = 8  # answers to one table, of several models
_MEGABYTES = (300.0, 240.0)  # at most and usually, beyond the libraries that the server has, too


@dataclass(frozen=True)
class AskedTable:
    """Whose rows a model is asked about.

    record: of the data. unlabelled: whether only the rows without a label are asked about. count: of the rows.
    edits: names the labels that were given by hand, where the rows without one are asked about.
    """

    record: OwnRecord
    unlabelled: bool
    count: int
    edits: str = ""

    def answers(self, bundle: Bundle) -> Path:
        """Return where the answers of a model are or will be: beside the data, and gone with it."""
        prepared = changed(own_copy.folder(self.record.id) / own_copy.FACTS)
        asked = f"{bundle.key} {prepared} {self.unlabelled} {self.edits}"
        name = hashlib.sha256(asked.encode()).hexdigest()[:16]
        return own_data.folders().folder(self.record.id) / "answers" / name

    def is_answered(self, bundle: Bundle) -> bool:
        """Return whether the answers of a model are there."""
        return (self.answers(bundle) / COUNT).is_file()


def start(asked: AskedTable, bundle: Bundle) -> Job:
    """Have a table classified; raises a JobError where too many wait."""
    copy, out = own_copy.folder(asked.record.id), asked.answers(bundle)
    trim(contents(out.parent), Bounds(most=_KEPT - 1))
    return reading.queue().submit(
        ["classify", "--model", str(bundle.path), "--data", str(copy), "--out", str(out)]
        + (["--unlabelled"] if asked.unlabelled else [])
        + (["--edits", asked.edits] if asked.edits else []),
        visitor.name(),
        key=str(out),
        leaves_folder=False,
        again=True,
        address=visitor.address(),
        megabytes=reachable_megabytes(*_MEGABYTES),
        private=asked.record.visitor != OPERATOR,
        cache=runs.cache_of(str(copy)),
    )


def job_of(asked: AskedTable, bundle: Bundle) -> Job | None:
    """Return this visitor's last classification of a table by a model."""
    key = str(asked.answers(bundle))
    return next((job for job in reading.queue().jobs_of(visitor.name()) if job.key == key), None)

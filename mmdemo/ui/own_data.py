"""The data that visitors bring, as the pages use it: theirs, shared, or the operator's."""

import logging
from pathlib import Path

from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage import own_sweeping
from mmdemo.storage.folders import runs_dir
from mmdemo.storage.operators_data import operators_data
from mmdemo.storage.own_data import OwnDataFolders
from mmdemo.storage.own_record import OPERATOR, OwnRecord
from mmdemo.ui import ending, forgetting, visitor
from mmdemo.ui.once import Once
from mmdemo.ui.sessions import sessions

_LOG = logging.getLogger(__name__)


@Once
def folders() -> OwnDataFolders:
    """Return the one place of this server for visitors' data, without what an earlier server left half arrived."""
    made = OwnDataFolders()
    own_sweeping.sweep(made, at_start=True)
    made.before_gone, made.after_gone = lambda record: ending.end_users_of(record.id), _forget
    return made


def mine() -> tuple[OwnRecord, ...]:
    """Return this visitor's data sets that have all arrived, newest first."""
    return tuple(record for record in folders().of(visitor.name()) if record.arrived)


def may_use(data_id: str) -> bool:
    """Return whether this visitor may use that data set: theirs, shared or the operator's. Ask before any cache."""
    return folders().may_use(data_id, visitor.name())


def record_at(location: str | None) -> OwnRecord | None:
    """Return the data set in whose folder this place is, None for samples and all that lies elsewhere."""
    place = Path(location or "").absolute()
    if folders().directory not in place.parents:
        return None
    return folders().get(place.relative_to(folders().directory).parts[0])


def is_private(location: str | None) -> bool:
    """Return whether what is made from data at this place is its maker's alone: all but samples and the operator's."""
    record = record_at(location)
    return record is not None and record.visitor != OPERATOR


def operators() -> tuple[OwnRecord, ...]:
    """Return the data sets that the operator offers to all; raises a ConfigError where one is not there."""
    return operators_data(folders())


def has_shared(visitor_name: str) -> bool:
    """Return whether others may have seen data of a visitor, or a model of it."""
    found = map(RunFolders(runs_dir()).record, _runs_of(visitor_name))
    return any(record.shared for record in folders().of(visitor_name)) or any(
        run.get("cache") and not run.get("private") for run in found
    )


def delete_runs_of(visitor_name: str) -> None:
    """Remove a visitor's runs from the disk, also those that no queue of this server knows."""
    for job_id in _runs_of(visitor_name):
        RunFolders(runs_dir()).discard(job_id)


def sweep() -> None:
    """Remove what has expired, never arrived or does not fit; any thread may ask.

    Raises a ConfigError where a limit in the environment is no number.
    """
    gone = own_sweeping.sweep(folders())
    if gone:
        _LOG.info("%d data sets have expired", len(gone))


def _runs_of(visitor_name: str) -> list[str]:
    runs = RunFolders(runs_dir())
    return [one for one in runs.ids() if visitor_name and runs.record(one).get("visitor") == visitor_name]


def _forget(record: OwnRecord) -> None:
    """Have the process forget a data set that is gone, whoever removed it and why."""
    forgetting.shown_to({record.visitor, *(sessions().visitors() if record.shared else ())})
    forgetting.caches()

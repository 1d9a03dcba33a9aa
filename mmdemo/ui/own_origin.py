"""Models that were trained on own data: which data that was, and where it is."""

from collections.abc import Sequence
from itertools import pairwise

from mmdemo.bundles.bundle import Bundle
from mmdemo.bundles.example import EVERYDAY_THINGS
from mmdemo.bundles.origin import Origin
from mmdemo.datasets.edits import read_edits
from mmdemo.errors import DatasetError
from mmdemo.jobs.run_folders import ID, RunFolders
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import own_copy, own_data, state
from mmdemo.ui.dataset_key import key_of

_DATA, _EDITS = "--data", f"data.{state.EDITS}="


def data_id(run: str) -> str:
    """Return the id of the own data that a run was trained on, "" for samples and for runs that are not known."""
    return data_id_in(_arguments(run))


def knows_everyday_things(bundle: Bundle) -> bool:
    """Return whether a model was trained on the stamps, and so can make something of the drawn examples."""
    return bool(bundle.manifest["dataset"]["name"] == EVERYDAY_THINGS) and not data_id(bundle.path.name)


def edits_of(run: str) -> str:
    """Return what was edited in the own data that a run was trained on, such as ", 1 left out", "" for nothing."""
    return _edits_in(_arguments(run))


def data_id_in(arguments: Sequence[str]) -> str:
    """Return the id of the own data in a command's arguments, "" where there is none."""
    return own_copy.id_of(_value(arguments))


def data_name(arguments: Sequence[str]) -> str:
    """Return what a person calls the data in a command's arguments, with what was edited in it."""
    found = data_id_in(arguments)
    record = own_data.folders().get(found) if found else None
    if not found:
        return _value(arguments)
    return f"{record.name}{_edits_in(arguments)}" if record is not None else "own data, deleted since"


def origin(bundle: Bundle) -> Origin:
    """Return the own data of a model, as far as it is there and this visitor may see it; raises a DatasetError."""
    edits = str(bundle.manifest["dataset"]["options"].get(state.EDITS, ""))
    dataset = own_copy.dataset(data_id(bundle.path.name), edits)
    fingerprint = own_copy.fingerprint(key_of(dataset), dataset)
    return Origin(dataset, fingerprint == bundle.manifest["dataset"]["fingerprint"])


def where(run: str) -> list[str]:
    """Return the arguments that tell a command where a run's own data is, as far as this visitor may see it."""
    found = data_id(run)
    there = bool(found) and own_data.may_use(found) and own_copy.is_prepared(found)
    return [_DATA, str(own_copy.folder(found))] if there else []


def _arguments(run: str) -> list[str]:
    """Return the command of a finished run, [] where it is not known, such as that of a shipped model."""
    record = RunFolders(runs_dir()).record(run) if ID.fullmatch(run) else {}
    return list(map(str, record.get("arguments", ())))


def _edits_in(arguments: Sequence[str]) -> str:
    found = data_id_in(arguments)
    named = next((word.removeprefix(_EDITS) for word in arguments if word.startswith(_EDITS)), "")
    if not found or not named:
        return ""
    try:
        own_copy.usable(found)
        edits = read_edits(own_copy.folder(found), named)
    except DatasetError:  # it is gone, or another visitor's
        return ", edited"
    counts = {"left out": edits["left_out"], "relabelled": edits["labels"], "added": edits["added"]}
    return "".join(f", {len(rows):,} {what}" for what, rows in counts.items() if rows)


def _value(arguments: Sequence[str]) -> str:
    pairs = pairwise(arguments)
    return next((word for before, word in pairs if before == _DATA), "")

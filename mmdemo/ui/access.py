"""Which runs, and so which models, a visitor may see."""

from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import visitor

PRIVATE = "This model is private: whoever trained it has to press Share."


def may_see(run_id: str) -> bool:
    """Return whether this visitor may see a run or its model: everybody may, unless it is private.

    A name that is no run's is no secret. Ask this before any cache.
    """
    return RunFolders(runs_dir()).may_see(run_id, visitor.name())

"""Sweep what lies on the disk, also on a server where nobody has opened a page that trains."""

import sys

from mmdemo.jobs.run_folders import RunFolders
from mmdemo.storage.folders import runs_dir
from mmdemo.storage.sweeping import sweep_cache
from mmdemo.ui import ending, own_data


def sweep() -> None:
    """Remove what has expired or does not fit: data, and runs and caches unless the queue of runs does it.

    Raises a ConfigError where a limit in the environment is no number.
    """
    own_data.sweep()
    if "mmdemo.ui.runs" not in sys.modules:  # importing it would load libraries only to sweep
        folders = RunFolders(runs_dir())
        folders.sweep(())
        sweep_cache(folders.bytes())
    for queue in ending.queues():
        queue.forget_gone()

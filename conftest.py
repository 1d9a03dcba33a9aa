"""What holds for every test and doctest: its own folders, and no skip where CI=true."""

import os
import shutil
import tempfile
from collections.abc import Generator
from typing import TypeVar

import pytest

FOLDERS = {"MMDEMO_CACHE_DIR": "cache", "MMDEMO_RUNS_DIR": "runs"}
SHARED = "FUSION_LAB_TEST_FEATURES"  # set by the process that starts the others
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
_scratch = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Point the library at empty folders of this test process, before anything imports it.

    Only features are shared by the processes of one run: what one has encoded, the others need not encode again.
    """
    config.stash[_scratch] = tempfile.mkdtemp(prefix="fusion-lab-tests-")
    for variable, name in FOLDERS.items():
        os.environ[variable] = os.path.join(config.stash[_scratch], name)
    shared = os.environ.setdefault(SHARED, os.path.join(config.stash[_scratch], "shared"))
    os.makedirs(shared, exist_ok=True)
    os.makedirs(os.environ["MMDEMO_CACHE_DIR"])
    os.symlink(shared, os.path.join(os.environ["MMDEMO_CACHE_DIR"], "features"), target_is_directory=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folders again."""
    shutil.rmtree(config.stash[_scratch], ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped test where CI=true."""
    return _strict((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips itself where CI=true."""
    return _strict((yield))


def _strict(report: Report) -> Report:
    """Return the report, failed if it was skipped where everything must run; an expected failure stays one."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"With CI=true nothing may be skipped. {reason}"
    return report

"""Fixtures: the stamps where they are installed, the app's server, a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import CHROMIUM_OPTIONS, executable
from tests.command_line import CommandLine, Refuse
from tests.made_once import share_features
from tests.models import Models
from tests.server import Server, serve
from tests.spark_cluster import Cluster, spark_session, standalone_cluster

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DEBIAN_STAMPS = "/usr/share/tuxpaint/stamps"
SLOWEST = (
    "spark_commands",
    "spark_same_model",
    "spark_faults",
    "browser_training",
    "spark_standalone",
    "spark_tables",
    "spark_ties",
    "spark_bounds",
    "spark_homonyms",
    "spark_homonyms_command",
    "spark_odd_tables",
    "spark_looks",
    "spark_cluster",
    "fuzz",
    "browser_story",
    "browser_fits",
    "browser_accessible",
    "two_visitors",
    "explain",
    "bundle",
    "browser_evaluate",
    "browser_visitor",
    "captions_bounded",
    "page_features",
    "browser_keyboard",
    "smell_command",
    "page_gaps",
    "corruptions",
    "browser_pages",
    "browser_own_data",
    "browser_classify",
    "browser_report",
    "browser_models",
    "browser_uploads",
    "browser_runs",
    "promises",
    "permissions",
    "door",
    "build_efficientnet_lite0",
    "page_models",
    "page_data",
    "page_own_data",
    "report",
    "trained_cnn",
    "smell",
    "door_crowds",
    "browser_tour",
    "fusion",
)
"""The modules that take longest, the longest first: begun first, none is left for one process at the end."""

hypothesis.settings.register_profile("patient", deadline=None, max_examples=40)  # a busy machine has slow moments
hypothesis.settings.load_profile("patient")

expect.set_options(timeout=30_000)  # milliseconds: the machine may be busy


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a network trained with TensorFlow as slow, and begin with the modules that take longest."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        trained = "trained_cnn" in [value for value in parameters if isinstance(value, str)]
        if trained or "keras_run" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    places = {f"test_{name}.py": place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session")
def stamps_dir() -> Path:
    """The folder of the Tux Paint stamps."""
    folder = Path(os.environ.get("MMDEMO_STAMPS_DIR", DEBIAN_STAMPS))
    if not folder.is_dir():
        pytest.skip(f"The stamps are not in {folder}: install tuxpaint-stamps-default or set MMDEMO_STAMPS_DIR.")
    return folder


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Models of a small drawn dataset, trained when they are asked for."""
    return Models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line in an empty folder that also holds its caches and runs; features are those of all tests."""
    monkeypatch.setenv("MMDEMO_RUNS_DIR", str(tmp_path / "runs"))
    share_features(tmp_path / "cache")
    monkeypatch.setenv("MMDEMO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return CommandLine(tmp_path, capfd)


@pytest.fixture
def refuse(command_line: CommandLine) -> Refuse:
    """Run a command line that must be refused; return the sentence."""
    return command_line.refuse


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app's server, shared by the browser tests of one test process."""
    with serve() as running:
        yield running


@pytest.fixture
def cold_server() -> Iterator[Server]:
    """A server of the app that nobody has visited yet."""
    with serve() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Headless Chromium: Debian's if it is there, else Playwright's own.

    It lives as long as one module, because Playwright's event loop would get in the way of other tests.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(playwright), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new visitor's tab, 1440 × 900, which prefers light colours."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light") as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """A session of Spark in two threads of this machine. A module uses either it or the cluster: a process has one."""
    with spark_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


@pytest.fixture(scope="module")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Spark's own master and two workers as processes of their own, on loopback."""
    with standalone_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster

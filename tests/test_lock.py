"""The lock files: every version that the requirements lead to, each with the hashes of its files."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"requirements.lock": "requirements.txt", "requirements-dev.lock": "requirements-dev.txt"}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def locked(name: str) -> list[Requirement]:
    """The requirements of a lock file, each checked to have a hash."""
    joined = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    entries = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    assert all(HASH.search(entry) for entry in entries)
    return [Requirement(entry.partition(" --hash")[0]) for entry in entries]


def pinned(name: str) -> list[Requirement]:
    """What a requirements file pins, without what it takes over from another."""
    lines = (line.partition(" #")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def keys(requirements: list[Requirement]) -> set[tuple[str, str]]:
    """Name and version of each; names as pip compares them."""
    return {(re.sub("[-_.]+", "-", one.name).lower(), str(one.specifier)) for one in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_exact_and_has_hashes(lock: str) -> None:
    found = locked(lock)
    assert len(found) > 50
    assert all([part.operator for part in one.specifier] == ["=="] for one in found)


@pytest.mark.parametrize(("lock", "requirements"), LOCKS.items())
def test_what_is_pinned_is_locked(lock: str, requirements: str) -> None:
    assert keys(pinned(requirements)) <= keys(locked(lock))


def test_the_tests_run_with_the_versions_that_the_app_gets() -> None:
    assert keys(locked("requirements.lock")) <= keys(locked("requirements-dev.lock"))


def test_what_runs_here_is_what_is_locked() -> None:
    here = [one for one in locked("requirements.lock") if one.marker is None or one.marker.evaluate()]
    assert {one.name: version(one.name) for one in here} == {one.name: str(one.specifier)[2:] for one in here}

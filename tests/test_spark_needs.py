"""What the engine needs: pyspark and a suitable Java; each absence is one sentence with the command that mends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mmdemo.errors import ConfigError
from mmdemo.spark import needs
from mmdemo.spark.needs import JAVA_VERSIONS, check_needs, java_version
from tests.models import ROOT
from tests.spark_cluster import need_spark

PYSPARK = 'pyspark (pip install "mmdemo[spark]" or pip install -r requirements-spark.txt)'
INSTALL = (
    "on Debian: apt install openjdk-17-jre-headless or openjdk-21-jre-headless; "
    "elsewhere, install one and set JAVA_HOME"
)
NO_JAVA = f"Java 17, 21 or 25 (there is none on the PATH; {INSTALL})"
posix = pytest.mark.skipif(os.name != "posix", reason="the Java that answers here is a shell script")


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No Java, and nothing that names one."""
    for name in ("JAVA_HOME", "PYSPARK_GATEWAY_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


def java(home: Path, answer: str, status: int = 0) -> Path:
    """A Java that says this of itself."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' '{answer}' >&2\nexit {status}\n")
    program.chmod(0o755)
    return home


def refused() -> str:
    with pytest.raises(ConfigError) as caught:
        check_needs()
    return str(caught.value)


@posix
@pytest.mark.parametrize(
    ("answer", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.2" 2024-01-16', 21),
        ('openjdk version "25" 2025-09-16 LTS', 25),
        ('java version "1.8.0_292"', 8),
        ("The operation could not be completed. Unable to locate a Java Runtime.", None),
    ],
)
def test_the_version_is_what_java_says(
    answer: str, version: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(java(tmp_path / "java", answer) / "bin"))
    assert java_version() == version


@posix
def test_java_home_comes_before_the_path_even_where_it_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, old = java(tmp_path / "good", 'version "17.0.1"'), java(tmp_path / "old", 'version "11.0.2"')
    monkeypatch.setenv("PATH", str(good / "bin"))
    check_needs()
    monkeypatch.setenv("JAVA_HOME", str(old))
    assert refused() == f"The engine spark needs Java 17, 21 or 25 (Java 11 is in JAVA_HOME; {INSTALL})."
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert refused() == f"The engine spark needs Java 17, 21 or 25 (there is none in JAVA_HOME; {INSTALL})."
    monkeypatch.setenv("JAVA_HOME", "")
    check_needs()


@posix
@pytest.mark.parametrize("version", JAVA_VERSIONS)
def test_pyspark_alone_may_lack(version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, f'openjdk version "{version}"')))
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert refused() == f"The engine spark needs {PYSPARK}."


@posix
def test_a_java_that_fails_or_never_answers_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "fails", 'version "17.0.1"', status=1)))
    assert java_version() is None
    silent = java(tmp_path / "silent", "")
    (silent / "bin" / "java").write_text("#!/bin/sh\nwhile :; do :; done\n")
    monkeypatch.setenv("JAVA_HOME", str(silent))
    monkeypatch.setattr(needs, "_SECONDS", 0.2)
    assert java_version() is None


def test_what_spark_itself_has_started_needs_no_java_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "4040")
    check_needs()


def test_both_absences_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused() == f"The engine spark needs {NO_JAVA}."
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert refused() == f"The engine spark needs {PYSPARK} and {NO_JAVA}."


@posix
@pytest.mark.parametrize(
    ("known", "installed"),
    [
        ("openjdk-17-jre-headless openjdk-21-jre-headless", ["openjdk-17-jre-headless"]),
        ("openjdk-21-jre-headless default-jre-headless", ["openjdk-21-jre-headless"]),
        ("default-jre-headless", ["default-jre-headless"]),
        ("", []),
    ],
)
@pytest.mark.parametrize("home", ["", "/gone"])
def test_debian_is_asked_for_a_java_that_it_has(known: str, installed: list[str], home: str, tmp_path: Path) -> None:
    programs = {
        "id": "echo 0",
        "apt-cache": f"case ' {known} ' in *\" $2 \"*) exit 0 ;; esac; exit 1",
        "apt-get": f"echo \"$*\" >>'{tmp_path}/asked'",
        "python": f'[ "$1" = -m ] || exec "{sys.executable}" "$@"',  # Playwright downloads nothing here
    }
    for name, lines in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{lines}\n")
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": str(tmp_path), "JAVA_HOME": home, "MMDEMO_STAMPS_DIR": str(tmp_path)}
    command = ["/bin/sh", ".ci/system-packages", tmp_path / "python"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    asked = tmp_path / "asked"
    lines = asked.read_text().splitlines() if asked.exists() else []
    javas = [line.split()[-1] for line in lines if line.endswith("-jre-headless")]
    assert (done.returncode, javas) == (0, [] if home else installed), done.stderr
    assert "No Java that runs Spark" in done.stdout


def test_without_java_the_tests_of_spark_are_skipped() -> None:
    with pytest.raises(pytest.skip.Exception) as caught:
        need_spark()
    assert str(caught.value) == f"The engine spark needs {NO_JAVA}."


def test_without_java_the_tests_of_spark_fail_where_all_must_run(tmp_path: Path) -> None:
    test = "tests/test_spark_cluster.py::test_a_session_of_two_cores_adds_up"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", test]
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
    environment = {**kept, "PATH": str(tmp_path), "HOME": str(tmp_path), "CI": "true"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "1 error" in done.stdout, done.stdout + done.stderr
    assert f"With CI=true nothing may be skipped. Skipped: The engine spark needs {NO_JAVA}." in done.stdout

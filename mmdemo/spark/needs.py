"""What the engine needs beside the library: pyspark, and a Java that runs Spark."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec

from mmdemo.errors import ConfigError

JAVA_VERSIONS = (17, 21, 25)
"""Versions that Spark 4.3 runs on. Source: https://spark.apache.org/docs/latest/"""
_SECONDS = 30  # a Java that does not tell its version within them is of no use


def check_needs() -> None:
    """Raise a ConfigError where Spark cannot be started; call this before pyspark is imported.

    It says all that is missing in one sentence, with the commands that install it.
    """
    missing = [*_missing_pyspark(), *_missing_java()]
    if missing:
        raise ConfigError(f"The engine spark needs {' and '.join(missing)}.")


def java_version() -> int | None:
    """Return the major version of the Java that Spark would start; None where there is none or it does not answer.

    As in Spark, JAVA_HOME comes first, and where it is set, the PATH is not searched.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(os.path.join(home, "bin", "java") if home else "java")
    if java is None:
        return None
    try:
        told = subprocess.run([java, "-version"], capture_output=True, timeout=_SECONDS, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(rb'version "(?:1\.)?(\d+)', told)  # up to Java 8 it was 1.8
    return int(version[1]) if version else None


def _missing_pyspark() -> list[str]:
    if find_spec("pyspark"):
        return []
    return ['pyspark (pip install "mmdemo[spark]" or pip install -r requirements-spark.txt)']


def _missing_java() -> list[str]:
    started_by_java = "PYSPARK_GATEWAY_PORT" in os.environ  # spark-submit: Spark already runs
    version = None if started_by_java else java_version()
    if started_by_java or version in JAVA_VERSIONS:
        return []
    *others, newest = map(str, JAVA_VERSIONS)
    place = "in JAVA_HOME" if os.environ.get("JAVA_HOME") else "on the PATH"
    found = f"Java {version} is" if version else "there is none"
    debian = "apt install openjdk-17-jre-headless or openjdk-21-jre-headless"
    install = f"on Debian: {debian}; elsewhere, install one and set JAVA_HOME"
    return [f"Java {', '.join(others)} or {newest} ({found} {place}; {install})"]

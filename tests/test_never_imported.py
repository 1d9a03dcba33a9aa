"""The server never imports TensorFlow nor Spark, whichever page somebody opens; and no command does before it must."""

import subprocess
import sys

import pytest

from mmdemo.__main__ import COMMANDS
from tests.models import ROOT

NEVER = ("tensorflow", "keras", "pyspark", "py4j", "mmdemo.spark")
EVERY_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
from mmdemo.ui.frame import ENTRIES
for entry in ENTRIES:
    app = AppTest.from_file("app.py", default_timeout=120)
    for key, value in {"dataset": "homonyms", "n": "40"}.items():
        app.query_params[key] = value
    app.run()
    if entry.script != "app.py":
        app.switch_page(entry.script).run()
    assert not app.exception and app.title, entry.title
    print(entry.title, sorted(set(sys.argv[1].split(",")) & sys.modules.keys()), sep=": ")
"""
EVERY_COMMAND = """
import sys
from importlib import import_module
for name in sys.argv[2:]:
    assert import_module(f"mmdemo.commands.{name}").command
print(sorted(set(sys.argv[1].split(",")) & sys.modules.keys()))
"""


def run(program: str, never: tuple[str, ...], *arguments: str) -> list[str]:
    """What a program prints in a process of its own: in this one, another test may have imported anything."""
    command = [sys.executable, "-c", program, ",".join(never), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_no_page_imports_tensorflow_or_spark() -> None:
    pages = run(EVERY_PAGE, NEVER)
    assert len(pages) > 5
    assert [page for page in pages if not page.endswith(": []")] == []


def test_no_command_imports_spark_with_its_module() -> None:
    assert run(EVERY_COMMAND, ("tensorflow", "pyspark", "py4j"), *COMMANDS) == ["[]"]

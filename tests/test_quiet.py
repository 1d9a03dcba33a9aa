"""Nothing but our own words on stderr."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mmdemo.encoders.quiet import without_lines

ROOT = Path(__file__).resolve().parent.parent


def test_only_the_lines_that_start_so_are_kept_off(capfd) -> None:
    with without_lines(b"INFO: "):
        os.write(2, b"INFO: a delegate\nERROR: a fault\nINFO: ")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "ERROR: a fault\nafter\n"


def test_everything_is_kept_off_where_no_start_is_given(capfd) -> None:
    with without_lines():
        os.write(2, b"WARNING: noise\nan unfinished line")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_stderr_comes_back_after_an_error_and_from_many_threads(capfd) -> None:
    def fail(number: int) -> None:
        try:
            with without_lines(b"INFO: "):
                os.write(2, b"INFO: noise\n")
                raise ValueError(number)
        except ValueError:
            os.write(2, b".")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(fail, range(50)))
    assert capfd.readouterr().err == "." * 50


@pytest.mark.slow
def test_a_network_says_nothing_even_without_a_stderr() -> None:
    program = """
import sys, numpy as np
from mmdemo.encoders.efficientnet import EfficientNetEncoder
if sys.argv[1:]:
    import os; os.close(2)
print(EfficientNetEncoder().transform([np.zeros((9, 9, 3), np.uint8)]).shape)
"""
    for closed in ([], ["closed"]):
        done = subprocess.run([sys.executable, "-c", program, *closed], capture_output=True, text=True, cwd=ROOT)
        assert (done.stdout, done.stderr, done.returncode) == ("(1, 1280)\n", "", 0)

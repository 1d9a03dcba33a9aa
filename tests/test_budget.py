"""The measure itself: it sees what is spent, and only that."""

import pytest

from tests.budget import run_within


def test_memory_and_time_are_seen() -> None:
    spent = run_within("import numpy\nx = numpy.ones(10_000_000)\nprint(x.sum())", cpu=5, megabytes=150)
    assert 75 < spent.megabytes < 100
    assert spent.output == "10000000.0\n"


def test_imports_are_not_counted() -> None:
    assert run_within("import sklearn.linear_model\nimport pandas", cpu=1, megabytes=5).megabytes < 5


def test_a_function_gets_its_arguments() -> None:
    assert run_within("posixpath:basename", "a/b", cpu=1, megabytes=10).output == ""
    code = "import sys\nprint(sys.argv[1], sys.stdin.buffer.read())"
    assert run_within(code, "a", cpu=1, megabytes=10, stdin=b"b").output == "a b'b'\n"


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("while True: pass", "ended with -24"),
        ("import time\nend = time.process_time() + 2.5\nwhile time.process_time() < end: pass", "CPU-s, more than"),
        ("x = b'1' * 50_000_000", "MB, more than"),
        ("x = bytearray(9_000_000_000)", "MemoryError"),
        ("raise ValueError('no')", "ValueError: no"),
    ],
)
def test_more_than_the_budget_fails(code: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        run_within(code, cpu=1, megabytes=20)

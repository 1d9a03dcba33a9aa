"""Readers with faults, which the fuzzer has to find: each goes wrong at inputs that begin with an exclamation mark."""

import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mmdemo.errors import MMDemoError
from tests.fuzz.target import Reader, Target


def _fault(what: Callable[[], object]) -> Callable[[Path], Reader]:
    return lambda folder: lambda data: what() if data.startswith(b"!") else None


def _target(what: Callable[[], object]) -> Target:
    return Target(_fault(what), lambda: [b"good", b"?", b"!"], cpu=0.5, megabytes=20, longest=100)


def _refuse(sentence: str) -> None:
    raise MMDemoError(sentence)


SOUND = _target(lambda: _refuse("It cannot be read: send another."))
KEY_ERROR = _target(lambda: {}["missing"])
TWO_LINES = _target(lambda: _refuse("It cannot be read:\nTraceback"))
LOOP_IN_C = _target(lambda: sum(itertools.repeat(1)))
WAIT = _target(lambda: time.sleep(1_000))
EAT = _target(lambda: len(b"x" * 60_000_000))
DEVOUR = _target(lambda: len(b"x" * 4_000_000_000))
LEAVE = _target(lambda: sys.exit(0))
VANISH = _target(lambda: os._exit(0))
ABORT = _target(os.abort)

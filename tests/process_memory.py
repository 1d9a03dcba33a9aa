"""What a server's process still holds: its own answer to a signal, for tests."""

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd

PATIENCE = 60.0  # seconds


def listen(answer: str, reversed_word: str) -> None:
    """On SIGUSR1 write into a file what holds a word, on SIGUSR2 sweep; for `serve(before=…)`.

    reversed_word: the word from its end, so that nothing here holds it.
    """

    def sweep() -> list[str]:
        from mmdemo.ui.sweeping import sweep as swept

        swept()
        return []

    _on(signal.SIGUSR1, lambda: sorted(holders(reversed_word[::-1])), answer)
    _on(signal.SIGUSR2, sweep, answer)


def ask(pid: int, number: signal.Signals, answer: Path) -> list[str]:
    """Send a server that listens a signal, and return its answer."""
    answer.unlink(missing_ok=True)
    os.kill(pid, number)
    end = time.monotonic() + PATIENCE
    while not answer.exists():
        assert time.monotonic() < end, "the server does not answer"
        time.sleep(0.05)
    return answer.read_text().splitlines()


def holders(word: str) -> Iterator[str]:
    """Yield which live objects of this process hold text with a word, and that text."""
    gc.collect()
    for one in gc.get_objects():
        if not isinstance(one, FrameType):
            for held in gc.get_referents(one):
                for text in _texts(held):
                    if word in text.lower():
                        yield f"{type(one).__module__}.{type(one).__qualname__}: {text[:80]!r}"
                        break


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    elif type(value) in (bytes, bytearray):
        yield value.decode("latin-1")
    elif isinstance(value, np.ndarray) and value.dtype.kind in "OU":
        yield from (one for one in value.ravel().tolist() if type(one) is str)
    elif isinstance(value, (pd.Series | pd.Index, pd.DataFrame)):
        yield from _texts(value.to_numpy(object))


def _on(number: signal.Signals, find: Callable[[], list[str]], answer: str) -> None:
    def write() -> None:
        Path(answer + ".part").write_text("\n".join(find()))
        os.replace(answer + ".part", answer)

    signal.signal(number, lambda *_: threading.Thread(target=write).start())

"""Inputs by hypothesis: good ones changed byte by byte."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

_EXTREMES = (b"\0", b"\xff", b"\x7f", b"\x80", b"\1", b"9")
_BATCH = 200


def _flip(data: bytes, at: int, size: int, value: bytes) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << size % 8)]) + data[at + 1 :] if data else value


def _insert(data: bytes, at: int, size: int, value: bytes) -> bytes:
    return data[:at] + value + data[at:]


def _overwrite(data: bytes, at: int, size: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def _delete(data: bytes, at: int, size: int, value: bytes) -> bytes:
    return data[:at] + data[at + 1 + size % 64 :]


def _repeat(data: bytes, at: int, size: int, value: bytes) -> bytes:
    """Repeat a short slice often, or a long one a few times."""
    part = data[at : at + 1 + size % 16] if size % 3 else data[at : at + 1 + size % 2_000]
    return data[:at] + part * (1 + size % (6_000 if size % 3 else 5)) + data[at:]


def _extreme(data: bytes, at: int, size: int, value: bytes) -> bytes:
    """Set what may be a length, of 1 to 8 bytes, to an extreme."""
    width = 2 ** (size % 4)
    return data[:at] + _EXTREMES[size // 4 % len(_EXTREMES)] * width + data[at + width :]


def _truncate(data: bytes, at: int, size: int, value: bytes) -> bytes:
    return data[:at]


_CHANGES = (_flip, _insert, _overwrite, _delete, _repeat, _extreme, _truncate)
Change = tuple[Callable[[bytes, int, int, bytes], bytes], int, int, bytes]


def _changed(seed: bytes, other: bytes, spliced: int, changes: Sequence[Change], longest: int) -> bytes:
    data = seed
    if spliced % 8 == 0:
        data = data[: spliced % (len(data) + 1)] + other[spliced % (len(other) + 1) :]
    for change, place, size, value in changes:
        data = change(data, place % len(data) if data else 0, size, value)[:longest]
    return data[:longest]


def mutated(seeds: Sequence[bytes], tokens: Sequence[bytes], longest: int) -> st.SearchStrategy[bytes]:
    """Return a strategy for inputs of at most `longest` bytes."""
    values = st.binary(max_size=8) | st.sampled_from(tokens or [b""])
    numbers = st.integers(0, 2**32 - 1)
    changes = st.lists(st.tuples(st.sampled_from(_CHANGES), numbers, numbers, values), max_size=8)
    chosen = st.sampled_from(seeds)
    return st.builds(_changed, chosen, chosen, numbers, changes, st.just(longest))


class _Over(BaseException):  # hypothesis would take an Exception for a failure of the input
    """No more inputs are wanted."""


def drive(inputs: st.SearchStrategy[bytes], run: Callable[[bytes], None], over: Callable[[], bool], seed: int) -> None:
    """Run inputs until it is over; the same seed gives the same inputs."""

    def run_unless_over(data: bytes) -> None:
        if over():
            raise _Over  # at once: to make the rest of a batch can take seconds
        run(data)

    with suppress(_Over):
        while True:
            _run_batch(inputs, run_unless_over, seed)
            seed += 1


def _run_batch(inputs: st.SearchStrategy[bytes], run: Callable[[bytes], None], seed: int) -> None:
    batch = hypothesis.settings(
        max_examples=_BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    hypothesis.seed(seed)(batch(given(inputs)(run)))()

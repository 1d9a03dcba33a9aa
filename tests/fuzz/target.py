"""What is fuzzed: a reader of bytes, what it may raise, and what one input may cost."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmdemo.errors import MMDemoError

Reader = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """One reader.

    make: gets an empty folder and returns the reader, with all that it imports and keeps.
    seeds: returns inputs to start from, most of them good. tokens: bytes that mean something in the format.
    cpu: seconds of a processor, and megabytes: growth of the memory at its peak (10^6 bytes), that one input may cost.
    longest: bytes of an input. refusals: what the reader may raise; the sentence of an MMDemoError has to be fit for a
    person.
    """

    make: Callable[[Path], Reader]
    seeds: Callable[[], Sequence[bytes]]
    tokens: tuple[bytes, ...] = ()
    cpu: float = 3
    megabytes: float = 150
    longest: int = 20_000
    refusals: tuple[type[Exception], ...] = (MMDemoError,)


def target_at(address: str) -> Target:
    """Return the target at "module:NAME"."""
    module, _, name = address.partition(":")
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, Target)
    return found


def all_tried(data: bytes, *readers: Reader) -> None:
    """Have every reader read the same; raise the last refusal."""
    refusal: MMDemoError | None = None
    for reader in readers:
        try:
            reader(data)
        except MMDemoError as error:
            refusal = error
    if refusal is not None:
        raise refusal

"""The command line, called in this process as a person calls it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mmdemo.__main__ import main

Refuse = Callable[..., str]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


class CommandLine:
    """Commands run in one folder; `files` are all in it but the caches."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capture = folder, capture

    def run(self, *arguments: object) -> Done:
        """Run a command."""
        status = main([str(argument) for argument in arguments])
        return Done(status, *self._capture.readouterr())

    def refuse(self, *arguments: object) -> str:
        """Run a command that must be refused as bad input should be; return the sentence."""
        before = self.files()
        done = self.run(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("Error: ") and done.err.count("\n") == 1 and "Traceback" not in done.err
        assert self.files() == before
        return done.err.removeprefix("Error: ").rstrip("\n")

    def files(self) -> list[Path]:
        """Return all files and folders."""
        return sorted(path for path in self.folder.rglob("*") if "cache" not in path.parts)

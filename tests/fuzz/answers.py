"""What child processes send: a sandbox worker's frames, which a file may have forged, and a run's events."""

import io
import json
import struct
from pathlib import Path

from mmdemo.errors import MMDemoError
from mmdemo.jobs.progress import Progress, read_log_line, read_object
from mmdemo.jobs.snapshot import plain
from mmdemo.preprocess.foreign import _checked
from mmdemo.sandbox import frames
from mmdemo.sandbox.sandbox import _answer
from tests.fuzz.target import Reader, Target

_MOST = 100_000
_JSON = (b"NaN", b"Infinity", b"null", b"true", b"-1", b"1e999", b"[", b"{", b'"', b"\\ud800", b"9" * 8, b"1.5", b"[]")
_ANSWERS = (
    {"answer": {"shape": [2, 3], "format": "PNG", "size": [3, 2], "notes": ["one"]}},
    {"error": "ImageError", "message": "it is no image."},
    {"failed": "memory"},
    {"ready": True},
)
_LINES = (
    {"event": "stage", "stage": "encode", "done": 0.5},
    {"event": "epoch", "epoch": 1, "loss": 0.5, "accuracy": 1},
    {"event": "fold", "fold": 1, "folds": 5, "evaluation": {"n": 3, "heads": {}}},
    {"event": "result", "seconds": {"total": 3.5, "encode": 1}, "bundle": "x"},
)


def _frames(folder: Path) -> Reader:
    def read(data: bytes) -> None:
        header, payload = frames.read(io.BytesIO(data), _MOST)
        _checked(_answer(header), payload, "PNG")

    return read


def _frame_seeds() -> list[bytes]:
    found = []
    for header in _ANSWERS:
        file = io.BytesIO()
        frames.write(file, header, bytes(18))
        found.append(file.getvalue())
    deep = b'{"a":' * 5_000
    return [*found, struct.pack(">LQ", len(deep), 0) + deep, struct.pack(">LQ", 2**32 - 1, 2**64 - 1)]


def _events(folder: Path) -> Reader:
    def read(data: bytes) -> None:
        progress = Progress()
        for line in data.split(b"\n"):
            read_log_line(line)
            event = read_object(line)
            if event is not None:
                progress.take(event)
                progress.remaining({"encode": 3.0, "fit": 2.0, "total": 5.0})
        assert 0 <= progress.done <= 1
        json.dumps(plain((*progress.epochs, progress.result, progress.fold)), allow_nan=False)

    return read


def _event_seeds() -> list[bytes]:
    lines = [json.dumps(line).encode() for line in _LINES]
    return [*lines, b"\n".join(lines), b"[" * 5_000, b"\x1b[31mred\r100%\r\n"]


FRAMES = Target(_frames, _frame_seeds, _JSON, cpu=1, megabytes=20, refusals=(MMDemoError, ValueError, EOFError))
EVENTS = Target(_events, _event_seeds, _JSON, cpu=1, megabytes=20)

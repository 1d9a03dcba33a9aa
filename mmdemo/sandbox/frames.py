"""What goes to a worker and comes back: a JSON object and bytes, their lengths first.

The reader trusts neither: lengths are checked before anything is read.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

_LENGTHS = struct.Struct(">LQ")
_MOST_HEADER = 65_536  # bytes


def write(stream: IO[bytes], header: Mapping[str, Any], payload: bytes = b"") -> None:
    """Write one frame; raises an OSError where nobody reads any more."""
    text = json.dumps(header).encode("ascii")
    stream.write(_LENGTHS.pack(len(text), len(payload)) + text)
    stream.write(payload)
    stream.flush()


def read(stream: IO[bytes], most: int) -> tuple[dict[str, Any], bytes]:
    """Read one frame with at most `most` bytes beside its header.

    Raises an EOFError where the stream ends, a ValueError for what is no frame or too long.
    """
    text, payload = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if text > _MOST_HEADER or payload > most:
        raise ValueError(f"Got a frame of {text:,} + {payload:,} bytes, more than {_MOST_HEADER:,} + {most:,}.")
    try:
        header = json.loads(_exactly(stream, text))
    except RecursionError as error:
        raise ValueError("Got JSON that is nested too deeply.") from error
    if not isinstance(header, dict):
        raise ValueError(f"Got {type(header).__name__} but expected an object.")
    return header, _exactly(stream, payload)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError(f"Got {len(data):,} bytes of {count:,}.")
    return data

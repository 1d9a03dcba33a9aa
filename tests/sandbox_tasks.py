"""Tasks for the tests of the sandbox: some behave, the others do what foreign bytes could make a library do."""

import mmap
import os
import sys
import time
from typing import Any

from mmdemo.errors import ImageError

Answer = tuple[dict[str, Any], bytes]


def echo(header: dict[str, Any], payload: bytes) -> Answer:
    print("what is printed does not reach the parent")
    assert header.pop("megabytes") > 0
    return header, payload


def modules(header: dict[str, Any], payload: bytes) -> Answer:
    import ctypes  # noqa: F401

    return {"modules": sorted({name.split(".")[0] for name in sys.modules}), "pid": os.getpid()}, b""


def refuse(header: dict[str, Any], payload: bytes) -> Answer:
    raise ImageError("it is no image.")


def fail(header: dict[str, Any], payload: bytes) -> Answer:
    return {"result": str(1 // 0)}, b""


def spin(header: dict[str, Any], payload: bytes) -> Answer:
    while True:
        sum(range(10**7))  # in C, where no signal's handler runs


def sleep(header: dict[str, Any], payload: bytes) -> Answer:
    time.sleep(header.get("seconds", 60))
    return {}, b""


def hoard(header: dict[str, Any], payload: bytes) -> Answer:
    return {"length": len(bytearray(header.get("bytes", 400_000_000)))}, b""


def hoard_elsewhere(header: dict[str, Any], payload: bytes) -> Answer:
    """Shared memory is not what RLIMIT_DATA counts."""
    shared = mmap.mmap(-1, 400_000_000)
    for start in range(0, len(shared), 4096):
        shared[start] = 1
        if not start % 4_096_000:
            time.sleep(0.002)
    return {}, b""


def leave(header: dict[str, Any], payload: bytes) -> Answer:
    os._exit(0)


def crash(header: dict[str, Any], payload: bytes) -> Answer:
    os.abort()


def babble(header: dict[str, Any], payload: bytes) -> Answer:
    """Write to every open file, the parent's pipe among them."""
    for number in range(1, 24):
        try:
            os.write(number, b"\xff" * 100)
        except OSError:
            continue
    return {}, b""


def too_much(header: dict[str, Any], payload: bytes) -> Answer:
    return {}, bytes(2_000_000)


def long_header(header: dict[str, Any], payload: bytes) -> Answer:
    return {"text": "x" * 100_000}, b""


def write_file(header: dict[str, Any], payload: bytes) -> Answer:
    with open(header["path"], "wb") as file:
        file.write(b"x")
    return {}, b""


def forge(header: dict[str, Any], payload: bytes) -> Answer:
    """Answer for an image what a hijacked decoder could."""
    honest = {"shape": [2, 3], "format": "PNG", "size": [3, 2], "notes": []}
    return honest | header["forged"], bytes(18)

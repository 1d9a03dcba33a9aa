"""The body of one request, within bounds of size and time, and how many are read at once."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope

from mmdemo.storage.limits import PIECE_BYTES

_PATIENCE = 60.0  # seconds for 2 MB, or less


class Crowd:
    """Counts what goes on at once, in all and for one address; for one event loop."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._now: Counter[str] = Counter()

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """Count one more as long as the block lasts; raise an HTTPException (429) where that is too many."""
        if self._now.total() >= self._most or self._now[address] >= self._most_of_one:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS, "Much data arrives at this moment: try again.", {"Retry-After": "2"}
            )
        self._now[address] += 1
        try:
            yield
        finally:
            self._now[address] -= 1
            if not self._now[address]:
                del self._now[address]


async def body_of(scope: Scope, receive: Receive) -> bytes:
    """Return the body of a request, at most 2 MB; raise an HTTPException where it is larger, late or cut off."""
    said = Headers(scope=scope).get("content-length", "")
    if re.fullmatch("[0-9]{1,18}", said) and int(said) > PIECE_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HTTPException(HTTPStatus.BAD_REQUEST, "The piece was cut off.")
                body += message.get("body", b"")
                if len(body) > PIECE_BYTES:
                    raise _too_large()
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError as error:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, "The piece took too long: try again.") from error


def _too_large() -> HTTPException:
    most = f"A piece has at most {PIECE_BYTES / 1e6:.0f} MB."
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, most)

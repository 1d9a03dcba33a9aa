"""The way in for a data set that a browser sends in pieces.

Every request carries the visitor's cookie and the header `X-Fusion-Lab: 1`; every answer is JSON, a refusal
`{"error": "a sentence"}`. The paths are relative to the app's own address.

| request | answer |
| --- | --- |
| `POST own-data/new`, body `{"name": "My shop"}` | 201 `{"id": "…"}` |
| `PUT own-data/<id>/<offset>`, body: at most 2 MB | 200 `{"length": n}`; 409 with `length` after a gap: go on at n |
| `GET own-data/<id>` | 200 `{"length": n, "arrived": false}` |
| `POST own-data/<id>/done` | 200 `{"length": n, "arrived": true}` |
| `DELETE own-data/<id>` | 200 `{}` |

413: too large, or no room. 429: too fast or too many at once, with `Retry-After`. 404: no such data, or not yours.
"""

import asyncio
import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mmdemo.errors import MMDemoError
from mmdemo.storage.arriving import GapError
from mmdemo.ui.door import intake_answers
from mmdemo.ui.door.cookie import visitor_of
from mmdemo.ui.door.one_piece import Crowd, body_of
from mmdemo.ui.door.tabs import address_of
from mmdemo.ui.pace import Pace

_PLACE = re.compile(r".*/own-data/(?:(?P<new>new)|(?P<id>[A-Za-z0-9_-]{22})(?:/(?P<offset>\d{1,12})|/(?P<done>done))?)")
_OURS = "x-fusion-lab"  # no form of another site can send it, and no script without asking first
_PATIENCE = 20.0  # seconds


class Intake:
    """Middleware that takes data sets in pieces, straight to the disk.

    At most 2 MB of each piece are in memory, of 4 pieces from one address and 16 in all.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._crowd = Crowd(most=16, most_of_one=4)
        self._pieces, self._sets = Pace(rate=20, burst=400), Pace(rate=0.05, burst=20)  # by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is for here."""
        place = _PLACE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if place is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = await self._answer(place, scope, receive)
        except HTTPException as refusal:
            # What was not read of the body would be taken for the next request.
            headers = {**(refusal.headers or {}), "connection": "close"}
            answer = JSONResponse({"error": refusal.detail}, refusal.status_code, headers)
        except GapError as gap:
            answer = JSONResponse({"error": str(gap), "length": gap.length}, HTTPStatus.CONFLICT)
        except MMDemoError as error:
            answer = JSONResponse({"error": str(error)}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        await answer(scope, receive, send)

    async def _answer(self, place: re.Match[str], scope: Scope, receive: Receive) -> JSONResponse:
        visitor = _visitor(scope)
        method, data_id = scope["method"], str(place["id"])
        if method == "POST" and place["new"]:
            await self._wait(self._sets, address_of(scope))
            return await asyncio.to_thread(intake_answers.new, visitor, await body_of(scope, receive))
        if place["new"] or not await asyncio.to_thread(intake_answers.is_of, data_id, visitor):
            raise HTTPException(HTTPStatus.NOT_FOUND, "This data is not here, or it is not yours.")
        if method == "PUT" and place["offset"]:
            with self._crowd.one(address_of(scope)):
                await self._wait(self._pieces, address_of(scope))
                piece = await body_of(scope, receive)
                return await asyncio.to_thread(intake_answers.piece, data_id, visitor, int(place["offset"]), piece)
        asked = {("POST", "done"): intake_answers.done, ("GET", None): intake_answers.length,
                 ("DELETE", None): intake_answers.delete}.get((method, place["done"]))  # fmt: skip
        if asked is None or place["offset"]:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} cannot be done here.")
        return await asyncio.to_thread(asked, data_id, visitor)

    async def _wait(self, pace: Pace, address: str) -> None:
        seconds = pace.delay(address, patience=_PATIENCE)
        if seconds > _PATIENCE:
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                "Much data came from your network lately: try again in a minute.",
                {"Retry-After": str(round(seconds))},
            )
        await asyncio.sleep(seconds)


def _visitor(scope: Scope) -> str:
    headers = Headers(scope=scope)
    if _OURS not in headers or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(HTTPStatus.FORBIDDEN, "Only a page of this app may send data here.")
    if not (visitor := visitor_of(headers)):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Your browser keeps no cookie of this app: reload the page.")
    return visitor

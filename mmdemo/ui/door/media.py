"""Keep the images and downloads of a page for those to whom it has shown them."""

import asyncio
import re
import time
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from mmdemo.ui.door.cookie import visitor_of
from mmdemo.ui.door.media_gate import gate_of
from mmdemo.ui.sessions import sessions

_PATIENCE, _TICK = 10.0, 0.1  # seconds
_MEDIA = re.compile(r".*(?<!/static)/media/([^/]+)")  # fonts and the like of Streamlit itself lie in static


class Media:
    """Middleware that answers with 404 where a browser asks for what no page has shown to its visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is for a file that is none of the visitor's business."""
        asked = _MEDIA.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None or await _may_see(asked[1], visitor_of(Headers(scope=scope))):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("There is nothing here.", HTTPStatus.NOT_FOUND)(scope, receive, send)


async def _may_see(name: str, visitor: str) -> bool:
    """Return whether a page has shown a file to the visitor, or does so before it is drawn to its end.

    A browser asks once: where "Delete my data" has closed an address meanwhile, what is shown again would stay broken.
    """
    if not visitor or not runtime.exists():
        return False
    gate, end = gate_of(runtime.get_instance()), time.monotonic() + _PATIENCE
    while not gate.may_see(name, visitor):
        if not sessions().drawing(visitor) or time.monotonic() > end:
            return gate.may_see(name, visitor)
        await asyncio.sleep(_TICK)
    return True

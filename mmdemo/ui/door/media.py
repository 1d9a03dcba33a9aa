"""Keep the images and downloads of a page for those to whom it has shown them."""

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from mmdemo.ui.door.cookie import visitor_of
from mmdemo.ui.door.media_gate import gate_of

_MEDIA = re.compile(r".*(?<!/static)/media/([^/]+)")  # fonts and the like of Streamlit itself lie in static


class Media:
    """Middleware that answers with 404 where a browser asks for what no page has shown to its visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it is for a file that is none of the visitor's business."""
        asked = _MEDIA.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None or (
            runtime.exists() and gate_of(runtime.get_instance()).may_see(asked[1], visitor_of(Headers(scope=scope)))
        ):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("There is nothing here.", HTTPStatus.NOT_FOUND)(scope, receive, send)

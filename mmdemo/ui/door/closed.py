"""Streamlit's addresses that no page of ours uses."""

import re
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_CLOSED = re.compile(r".*/(_stcore/(metrics|agent|script-health-check)|auth|oauth2callback)(/.*)?")
"""What the server holds, and how much; programs that drive the app; logins, which ask another host for our address."""


class Closed:
    """Middleware that answers with 404 where Streamlit would serve what the app does not offer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its address is closed."""
        if scope["type"] == "http" and _CLOSED.fullmatch(scope["path"]):
            await PlainTextResponse("There is nothing here.", HTTPStatus.NOT_FOUND)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

"""How many tabs may be open, in all and from one address; every tab is a session of the server, with its memory."""

from collections import Counter
from http import HTTPStatus

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mmdemo.storage import limits

_LATER = {"retry-after": "60"}


class Tabs:
    """Middleware that answers with 503 and a sentence where one tab more would be too many.

    An address has at most half of the tabs: nobody shuts out the others from one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Counter[str] = Counter()  # address → tabs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless it opens a tab too many or is the page of one."""
        address = address_of(scope)
        refusal = self._refusal(address) if _opens(scope) else ""
        if refusal:
            await PlainTextResponse(refusal, HTTPStatus.SERVICE_UNAVAILABLE, _LATER)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._count(address, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _count(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._open[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def _refusal(self, address: str) -> str:
        most = limits.most_tabs()
        if self._open.total() >= most:
            return "As many people are here as this server can serve. Try again in a few minutes."
        if self._open[address] >= max(1, most // 2):
            return "As many tabs are open from your network as this server allows. Close some, or try again later."
        return ""


def address_of(scope: Scope) -> str:
    """Return the network address that a request comes from, "" where it is not known."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _opens(scope: Scope) -> bool:
    if scope["type"] == "http":  # a page would wait for ever for its tab's connection
        return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
    return bool(scope["type"] == "websocket")

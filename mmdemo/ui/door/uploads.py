"""Pass uploads through the gate: before their bytes are read, and as they arrive."""

import asyncio
import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from mmdemo.ui.door.upload_gate import UploadGate, gate_of

_UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/([^/]+)")
_PATIENCE = 300.0  # seconds until a file of a slow line has to be there


class Uploads:
    """Middleware that refuses uploads over the quota with 413 or 429, and forgets those of closed tabs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, an upload through the gate."""
        gate = gate_of(runtime.get_instance()) if runtime.exists() else None
        if gate is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            try:
                await self._app(scope, receive, send)
            finally:
                gate.release(runtime.get_instance())
        elif scope["type"] == "http" and scope["method"] == "PUT" and (found := _UPLOAD.fullmatch(scope["path"])):
            await self._pass(gate, (found[1], found[2]), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass(self, gate: UploadGate, file: tuple[str, str], scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            message = await receive()
            gate.more(*file, len(message.get("body", b"")))
            return message

        try:
            gate.begin(*file, _length(scope))
        except HTTPException as refusal:
            answer = PlainTextResponse(refusal.detail, refusal.status_code, {"connection": "close"})
            await answer(scope, receive, send)
            return
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._app(scope, counted, send)
        except TimeoutError:
            late = "The upload took too long: try again on a faster line."
            await PlainTextResponse(late, HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)
        finally:
            gate.end(*file)


def _length(scope: Scope) -> int | None:
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if re.fullmatch("[0-9]{1,18}", said) else None

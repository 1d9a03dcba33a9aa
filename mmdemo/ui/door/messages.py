"""What a tab may say to the server, and how fast."""

import asyncio
from uuid import uuid4

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from mmdemo.ui.door.tabs import address_of
from mmdemo.ui.pace import Pace

_SAID = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
"""What our pages say. The rest is for developers: to clear the caches of all visitors, to watch files, to read Git."""
_ASKED = {None, "deferred_file", "dataframe_chunk"}  # the rest writes files for the developer's tools

_OF_A_FRAGMENT = 0.2  # of what the run of a page costs


class Messages:
    """Middleware that passes on what our pages say, to the server's other work at a bearable pace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        # Runs of a page, of 0.1 to 0.5 CPU-seconds each. People click and type less, even where many share an address.
        self._tabs, self._addresses = Pace(rate=5, burst=30), Pace(rate=10, burst=120)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a tab's messages wait for their turn, and with them the tab's connection."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        address, tab = address_of(scope), uuid4().hex

        async def heard() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                cost = _cost(message.get("bytes") or b"")
                await asyncio.sleep(max(self._tabs.delay(tab, abs(cost)), self._addresses.delay(address, abs(cost))))
                if cost > 0:
                    return message

        await self._app(scope, heard, send)


def _cost(data: bytes) -> float:
    """Return what a message costs, in runs of a page; less than 0 where the server should not hear it."""
    try:
        said = BackMsg.FromString(data)
    except DecodeError:  # the server closes the connection
        return 1.0
    asked = said.backend_operation_request.WhichOneof("payload")
    if said.WhichOneof("type") not in _SAID or asked not in _ASKED:
        return -1.0
    return 1.0 if said.HasField("rerun_script") and not said.rerun_script.fragment_id else _OF_A_FRAGMENT

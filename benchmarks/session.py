"""A visitor's session without a browser: what Streamlit's own page sends and receives, over its socket."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

_SECONDS = 120.0


class Session:
    """One open tab on a page of the app; every call waits until the page's script has run to its end.

    url: of the server. page: the page's name in the address, "" for the first. query: the rest of the address.
    elements: id → widget of the page as it is. errors: what it says is wrong.
    """

    def __init__(self, url: str, page: str = "", query: str = "") -> None:
        here = urlsplit(url)
        self.url, self._page, self._query = url, page, query
        self._socket = connect(
            f"ws://{here.netloc}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            origin=url,  # type: ignore[arg-type]
            max_size=None,
        )
        self._states: dict[str, WidgetState] = {}
        self.elements: dict[str, Any] = {}
        self.errors: list[str] = []
        self.session_id = self._script = ""
        self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def set(self, key: str, **value: Any) -> None:
        """Give the widget with this key a value, such as `string_value="a red car"`, and run the page."""
        state = WidgetState(id=self.widget(key).id)
        for name, given in value.items():
            field = getattr(state, name)
            if hasattr(field, "data"):
                field.data.extend(given)
            else:
                setattr(state, name, given)
        self._states[state.id] = state
        self._run()
        if "trigger_value" in value:  # a click holds for one run
            del self._states[state.id]

    def widget(self, key: str) -> Any:
        """Return the widget with this key; raise a KeyError where the page shows none."""
        return next(one for one in self.elements.values() if str(one.id).endswith(f"-{key}"))

    def upload(self, key: str, name: str, content: bytes) -> None:
        """Send a file to the uploader with this key and run the page."""
        request = BackMsg()
        request.file_urls_request.request_id = "1"
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.session_id
        self._socket.send(request.SerializeToString())
        (urls,) = next(one.file_urls_response.file_urls for one in self._heard() if one.HasField("file_urls_response"))
        self.put(urls.upload_url, name, content)
        state = WidgetState(id=self.widget(key).id)
        info = state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id
        )
        info.file_urls.CopyFrom(urls)
        self._states[state.id] = state
        self._run()

    def put(self, path: str, name: str, content: bytes) -> int:
        """Send a file's bytes to an upload address; return the HTTP status."""
        edge = "fusion-lab"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename={json.dumps(name)}\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Origin": self.url, **self._xsrf()}
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method="PUT")
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return int(answer.status)

    def _xsrf(self) -> Mapping[str, str]:
        with urllib.request.urlopen(f"{self.url}/_stcore/host-config", timeout=_SECONDS) as answer:
            cookies = dict(one.split(";")[0].split("=", 1) for one in answer.headers.get_all("Set-Cookie") or ())
        token = cookies.get("_streamlit_xsrf", "")
        return {"X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}

    def _run(self) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = "" if self._script else self._page
        message.rerun_script.page_script_hash = self._script
        message.rerun_script.widget_states.widgets.extend(self._states.values())
        self._socket.send(message.SerializeToString())
        shown: dict[str, Any] = {}
        self.errors = []
        for heard in self._heard():
            if heard.HasField("script_finished"):
                break
            self._take(heard, shown)
        self.elements = shown

    def _take(self, heard: ForwardMsg, shown: dict[str, Any]) -> None:
        if heard.HasField("new_session"):
            self.session_id = heard.new_session.initialize.session_id or self.session_id
        if heard.HasField("navigation"):
            self._script = heard.navigation.page_script_hash
        element = heard.delta.new_element if heard.HasField("delta") else None
        kind = element.WhichOneof("type") if element is not None else None
        if kind:
            one = getattr(element, kind)
            if getattr(one, "id", ""):
                shown[one.id] = one
            if kind in ("alert", "exception"):
                self.errors.append(str(getattr(one, "body", one)))

    def _heard(self) -> Iterator[ForwardMsg]:
        while True:
            heard = ForwardMsg()
            heard.ParseFromString(bytes(self._socket.recv(timeout=_SECONDS)))
            yield heard

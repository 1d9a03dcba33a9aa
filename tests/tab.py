"""A visitor's tab without a browser: what Streamlit's frontend says to its server, for tests of the server's door."""

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

XSRF = "_streamlit_xsrf"
EDGE = "fusion-lab"


@dataclass(frozen=True)
class Answer:
    """What the server answered: its status, headers and text."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Tab:
    """An open tab: the server's address, the session, the token that its requests carry, its connection."""

    url: str
    session: str
    token: str
    socket: ClientConnection

    def wait(self) -> None:
        """Wait until the page's script has run to its end."""
        while ForwardMsg.FromString(self.socket.recv(60)).WhichOneof("type") != "script_finished":
            pass

    def places(self, names: Iterable[str]) -> list[FileURLs]:
        """Ask where files of these names can be sent, as an uploader does."""
        message = BackMsg()
        message.file_urls_request.request_id = "asked"
        message.file_urls_request.file_names.extend(names)
        self.socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(self.socket.recv(120))
            if heard.WhichOneof("type") == "file_urls_response":
                return list(heard.file_urls_response.file_urls)

    def addresses(self, count: int) -> list[str]:
        """Ask for the addresses of so many uploads."""
        return [one.upload_url for one in self.places(f"{i}.png" for i in range(count))]

    def address(self) -> str:
        """Return the address of one upload."""
        return self.addresses(1)[0]

    def put(self, address: str, megabytes: float, *, chunked: bool = False, announced: int | None = None) -> Answer:
        """Send a file of zeros; chunked: without saying its length; announced: a false length."""
        return self.send(address, "a.png", b"\0" * int(megabytes * 1e6), chunked=chunked, announced=announced)

    def send(
        self, address: str, name: str, content: bytes, *, chunked: bool = False, announced: int | None = None
    ) -> Answer:
        """Send a file, as above."""
        head = f"--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename={json.dumps(name)}\r\n\r\n"
        body = head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={EDGE}",
            "X-Xsrftoken": self.token,
            "Cookie": f"{XSRF}={self.token}",
        }
        if announced is not None:
            headers["Content-Length"] = str(announced)
        return ask(self.url, "PUT", address, headers, iter([body]) if chunked else body)


def ask(url: str, method: str, path: str, headers: dict[str, str] | None = None, body: object = None) -> Answer:
    """Send a request and return the answer, also one that comes before the whole body was sent."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused: the answer is there to read
            connection.request(method, path, body, headers or {})  # type: ignore[arg-type]
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Answer(answer.status, {key.lower(): value for key, value in answer.getheaders()}, text)
    finally:
        connection.close()


@contextmanager
def open_tab(url: str, cookie: str = "") -> Iterator[Tab]:
    """Open a tab; cookie: what the browser keeps, besides the token."""
    token = _token(url)
    headers = {"Cookie": f"{XSRF}={token}; {cookie}", "Origin": url}
    address = url.replace("http", "ws") + "/_stcore/stream"
    with connect(address, additional_headers=headers, subprotocols=["streamlit", token]) as socket:  # type: ignore[list-item]
        message = BackMsg()
        message.rerun_script.query_string = ""
        socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(socket.recv(60))
            if heard.WhichOneof("type") == "new_session":
                yield Tab(url, heard.new_session.initialize.session_id, token, socket)
                return


def _token(url: str) -> str:
    answer = ask(url, "GET", "/_stcore/health")
    cookies = answer.headers.get("set-cookie", "")
    return next(part.split("=", 1)[1] for part in cookies.replace(",", ";").split(";") if XSRF + "=" in part)

"""A visitor's tab without a browser: what Streamlit's frontend says to its server, for tests of the server's door."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

XSRF = "_streamlit_xsrf"


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

    def addresses(self, count: int) -> list[str]:
        """Ask for the addresses of so many uploads, as an uploader does."""
        message = BackMsg()
        message.file_urls_request.request_id = "asked"
        message.file_urls_request.file_names.extend(f"{i}.png" for i in range(count))
        self.socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(self.socket.recv(30))
            if heard.WhichOneof("type") == "file_urls_response":
                return [one.upload_url for one in heard.file_urls_response.file_urls]

    def address(self) -> str:
        """Return the address of one upload."""
        return self.addresses(1)[0]

    def put(self, address: str, megabytes: float, *, chunked: bool = False, announced: int | None = None) -> Answer:
        """Send a file of zeros; chunked: without saying its length; announced: a false length."""
        head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        body = head + b"\0" * int(megabytes * 1e6) + b"\r\n--x--\r\n"
        headers = {
            "Content-Type": "multipart/form-data; boundary=x",
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

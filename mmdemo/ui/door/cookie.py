"""Give every browser a random name in a cookie that no script can read."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mmdemo.ui import visitor_name


class VisitorCookie:
    """Middleware that keeps the name of a browser, or gives it one, whenever it loads a page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the cookie to an answer that is a page."""

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers, asked = MutableHeaders(scope=message), Headers(scope=scope)
                page = headers.get("content-type", "").startswith("text/html")
                # A page that the browser has already is not sent again; it may have forgotten its cookie.
                if page or (message["status"] == HTTPStatus.NOT_MODIFIED and "text/html" in asked.get("accept", "")):
                    headers.append("set-cookie", _cookie(asked, str(scope["scheme"])))
            await send(message)

        await self._app(scope, receive, named if scope["type"] == "http" else send)


def _cookie(asked: Headers, scheme: str) -> str:
    kept = visitor_of(asked)
    # A proxy that ends TLS says so; a client that lies about it only hides its own cookie.
    secure = "https" in (scheme, asked.get("x-forwarded-proto", "").split(",")[0].strip())
    return (
        f"{visitor_name.COOKIE}={kept or visitor_name.new()}; Path=/; "
        f"Max-Age={visitor_name.SECONDS}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    )


def visitor_of(asked: Headers) -> str:
    """Return the visitor's name that a request carries, "" if it carries none that we can have given.

    Whatever other cookies of the same host look like, ours is found, and as Streamlit finds it.
    """
    found = cookie_parser("; ".join(asked.getlist("cookie"))).get(visitor_name.COOKIE, "")
    return found if visitor_name.is_valid(found) else ""

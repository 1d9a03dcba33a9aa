"""Import what the pages need before they need it: while a browser loads its part, and after the first page is drawn."""

import ast
import inspect
import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from starlette.types import ASGIApp, Receive, Scope, Send

from mmdemo.ui.door import heap

_FIRST = "app.py"
_ROOT = Path(__file__).resolve().parents[3]
_PAUSE = 1.5  # seconds in which a browser still draws what it was sent, often on the same processor
_ASKED: SimpleQueue[str] = SimpleQueue()
"""The scripts of pages that browsers have asked for; "" stands for all others, once a page is drawn."""

logger = logging.getLogger(__name__)


class Warming:
    """Middleware that takes note of the page that a browser asks for: half a second later, its script runs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take note and pass the request on."""
        name = scope["path"].strip("/") if scope["type"] == "http" else ""
        if name and name in _pages():
            _ASKED.put(_pages()[name])
        await self._app(scope, receive, send)


def drawn() -> None:
    """Say that a page is drawn, so that what the others need may be imported; or that the server ends."""
    _ASKED.put("")


def start_warming(closing: Event, load: Callable[[], object]) -> Thread:
    """Import in a separate thread until all is there or `closing` is set; load: reads the shipped model."""
    thread = Thread(target=_warm, args=(closing, load), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(closing: Event, load: Callable[[], object]) -> None:
    """Import the first page's modules at once, those of a page that is asked for next, and in the end all others."""
    try:
        _import(_FIRST, closing)
        # Streamlit looks once, in the first page, from where it was called, and so at all modules: 0.15 s, for which
        # Python then has noted nearly all.
        inspect.stack()
        while script := _ASKED.get():
            _import(script, closing)
            _loaded(load)
        closing.wait(_PAUSE)
        for script in _pages().values():
            _import(script, closing)
        if not closing.is_set():
            _loaded(load)
        _settle_after_pages(closing)
    except Exception:  # whoever opens the page is told in a sentence
        logger.exception("What the pages need could not be imported")


def _loaded(load: Callable[[], object]) -> None:
    try:
        load()
    except Exception:  # a page that needs the model says what is wrong with it
        logger.exception("The shipped model could not be loaded")


def _settle_after_pages(closing: Event) -> None:
    """Have the garbage collector settle now and after each page's first run, until the server ends."""
    while not closing.is_set():
        heap.settle()
        while _ASKED.get():
            pass
        closing.wait(_PAUSE)


def _import(script: str, closing: Event) -> None:
    for module, names in imports_of(_ROOT / script):
        if not closing.is_set():
            __import__(module, fromlist=names)


def imports_of(script: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the modules of ours that a page's script imports, each with the names that it takes from it."""
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "mmdemo":
            yield node.module, [alias.name for alias in node.names]


@cache
def _pages() -> dict[str, str]:
    """Return a page's address → its script."""
    return {path.stem: f"pages/{path.name}" for path in sorted((_ROOT / "pages").glob("*.py"))}

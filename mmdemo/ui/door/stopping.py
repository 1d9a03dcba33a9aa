"""End with the server when it is asked to: at once what trains, and the rest within seconds."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

from streamlit import config
from streamlit.starlette import App

from mmdemo.jobs.run_folders import RunFolders
from mmdemo.jobs.sweeper import start_sweeping
from mmdemo.storage import limits
from mmdemo.storage.folders import runs_dir
from mmdemo.ui import own_data, shipped_model
from mmdemo.ui.door.heap import keep_together
from mmdemo.ui.door.presence import PRESENT
from mmdemo.ui.door.warming import drawn, start_warming
from mmdemo.ui.sweeping import sweep

_LIMITS = (
    limits.uploads_bytes,
    limits.session_uploads_bytes,
    limits.memory_megabytes,
    limits.most_tabs,
    limits.own_data_bytes,
    limits.pack_bytes,
)
_UNDISTURBED = 10.0  # seconds in which a first visitor has the processor
_PATIENCE = 4.0  # seconds for open tabs, and for the scripts that run for them

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Do at the server's start what `streamlit run` does for a plain script; end its runs with it.

    Raises a ConfigError, so that the server does not start, where a limit in the environment is no number.
    """
    for limit in _LIMITS:
        limit()
    RunFolders(runs_dir()).discard_unfinished()
    own_data.operators()  # and with them the folders, swept
    start_sweeping(sweep, closing := threading.Event(), first=_UNDISTURBED)
    keep_together()
    start_warming(closing, shipped_model.load)
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            _end_soon_at(number)
    if not config.get_option("server.headless"):
        asyncio.get_running_loop().call_later(
            1, webbrowser.open, f"http://localhost:{config.get_option('server.port')}"
        )
    PRESENT.set()
    yield
    PRESENT.clear()
    closing.set()
    drawn()
    close_queue()


def close_queue() -> None:
    """End the runs and readings of this server, where there have been any."""
    for name in ("mmdemo.ui.runs", "mmdemo.ui.reading"):
        module = sys.modules.get(name)  # importing it would load libraries only to end nothing
        if module is not None:
            module.close()


def _end_soon_at(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def end_soon(signal_number: int, frame: FrameType | None) -> None:
        threading.Thread(target=_end_by_force, daemon=True).start()
        if callable(before):
            before(signal_number, frame)

    signal.signal(number, end_soon)


def _end_by_force() -> None:
    end = time.monotonic() + _PATIENCE
    close_queue()
    time.sleep(max(0.0, end - time.monotonic()))
    logger.warning("The server has not ended within %.0f s by itself: something keeps it busy", _PATIENCE)
    os._exit(128 + signal.SIGTERM)
